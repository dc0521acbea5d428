BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
AfterAll { Close-CqliteDatabase -All }

Describe 'Add-CqliteRow' {
    It 'adds what Import-Csv gives, and goes on after a row that is wrong' {
        'id,at,total,tags', '1,2026-01-01T10:00:00Z,12.50,"{''a'',''b''}"', 'x,,1,', '2,,7.25,' | Set-Content $Home1/orders.csv
        Import-Csv $Home1/orders.csv | Add-CqliteRow -Table shop.orders -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidQuery,*'
        $rows = Invoke-CqlQuery 'SELECT * FROM shop.orders' | Sort-Object id
        $rows.id | Should -Be 1, 2
        $rows[0].tags | Should -Be 'a', 'b'
        $rows[1].at | Should -BeNullOrEmpty
    }

    It 'adds hashtables, the last of one key counts' {
        1..50 | ForEach-Object { @{ id = 9; total = $_ } } | Add-CqliteRow shop.orders
        (Invoke-CqlQuery 'SELECT total FROM shop.orders WHERE id = 9').total | Should -Be 50
    }

    It 'refuses a property that is no column' {
        Add-CqliteRow shop.orders @{ id = 1; price = 2 } -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].Exception.Message | Should -BeLike "*no column 'price'*"
    }

    It 'refuses a table that is not there, and a database that is read only' {
        { Add-CqliteRow shop.nope @{ id = 1 } } | Should -Throw -ErrorId 'PathNotFound,*'
        $db = Open-CqliteDatabase $Snapshot
        { Add-CqliteRow app.events @{ id = 1 } -Database $db } | Should -Throw -ErrorId 'DatabaseReadOnly,*'
        Close-CqliteDatabase $db
    }

    It 'does nothing with -WhatIf' {
        Add-CqliteRow shop.orders @{ id = 77 } -WhatIf
        Invoke-CqlQuery 'SELECT * FROM shop.orders WHERE id = 77' | Should -BeNullOrEmpty
    }
}
