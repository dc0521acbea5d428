BeforeAll {
    . $PSScriptRoot/ClusterSetup.ps1
    $Since = [DateTimeOffset]'2026-01-01T00:00:00Z'
    $Early = '1700000000000000'
    $Late = '1780000000000000'
    Invoke-CqlQuery "INSERT INTO shop.orders (id, total) VALUES (1, 1) USING TIMESTAMP $Early; INSERT INTO shop.orders (id, total) VALUES (2, 2) USING TIMESTAMP $Early; INSERT INTO shop.orders (id, total) VALUES (3, 3) USING TIMESTAMP $Early" -Database $Db
    $Copy = New-CqliteDatabase $ClusterHome/copy
    Copy-CassandraTable shop.orders -Connection $Cluster -Database $Copy
    Invoke-CqlQuery "UPDATE shop.orders USING TIMESTAMP $Late SET total = 10 WHERE id = 1; DELETE FROM shop.orders USING TIMESTAMP $Late WHERE id = 2; INSERT INTO shop.orders (id, total) VALUES (4, 4) USING TIMESTAMP $Late" -Database $Copy
    Invoke-CqlQuery "UPDATE shop.orders USING TIMESTAMP 1780000000000009 SET total = 11 WHERE id = 1" -Database $Db
    function Get-Total { (Invoke-CqlQuery 'SELECT id, total FROM shop.orders' -Database $Db | Sort-Object id | ForEach-Object { "$($_.id)=$($_.total)" }) -join ' ' }
}
AfterAll { Close-Cluster }

Describe 'Sync-CassandraTable' {
    It 'lists what would be done, and does nothing, with -WhatIf' {
        $result = Sync-CassandraTable shop.orders -Database $Copy -Connection $Cluster -Since $Since -WhatIf -PassThru
        $result.IsDryRun | Should -BeTrue
        $result.Decisions.Action | Should -Contain 'DeleteRow'
        $result.Conflicts, $result.Kept | Should -Be 1, 1
        Get-Total | Should -Be '1=11 2=2 3=3'
        $text = pwsh -NoProfile -Command "Import-Module '$root/CqlitePS.psd1'; `$pair = [Security.SecureString]::new(); 'rose'.ToCharArray() | ForEach-Object { `$pair.AppendChar(`$_) }; `$null = Connect-Cassandra '$Contact' -Credential ([pscredential]::new('anna', `$pair)) -CertificateAuthority '$ClusterHome/ca.pem'; Import-Module '$root/CqlitePS.psd1'; `$db = Open-CqliteDatabase '$($Copy.Path)' -ReadOnly; Sync-CassandraTable shop.orders -Database `$db -Since '2026-01-01Z' -WhatIf"
        $text -join "`n" | Should -Match 'What if: shop\.orders DeleteRow id = 2'
        $text -join "`n" | Should -Match '1 conflicts, 1 kept'
    }

    It 'decides conflicts as it is told, and has no effect when done again' {
        Sync-CassandraTable orders -Keyspace shop -Database $Copy -Connection $Cluster -Since $Since -ConflictResolution CassandraWins | Should -BeNullOrEmpty
        Get-Total | Should -Be '1=11 3=3 4=4'
        $result = Sync-CassandraTable shop.orders -Database $Copy -Connection $Cluster -Since $Since -ConflictResolution CqliteWins -ReportPath $ClusterHome/sync.json -PassThru
        $result.Succeeded, $result.RetimedCells | Should -Be $true, 1
        $result | Out-String | Should -Match 'shop\.orders +False'
        Get-Total | Should -Be '1=10 3=3 4=4'
        (Get-Content $ClusterHome/sync.json | ConvertFrom-Json).resolution | Should -Be 'CqliteWins'
        (Sync-CassandraTable shop.orders -Database $Copy -Connection $Cluster -Since $Since -PassThru).WrittenCells | Should -Be 0
    }

    It 'leaves counters alone, and goes on with the others' {
        Copy-CassandraTable shop.hits -Connection $Cluster -Database $Copy
        $result = Sync-CassandraTable -Keyspace shop -Database $Copy -Connection $Cluster -Since $Since -PassThru -ErrorVariable problem -ErrorAction SilentlyContinue -WarningVariable said -WarningAction SilentlyContinue
        $problem | Should -BeNullOrEmpty
        $said[0].Message | Should -Match '^shop\.hits was left out: Counters'
        ($result | Where-Object IsLeftOut).Table | Should -Be 'hits'
        ($result | Where-Object Succeeded).Table | Should -Be 'orders'
        Sync-CassandraTable shop.hits, shop.orders -Database $Copy -Connection $Cluster -Since $Since -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].TargetObject | Should -Be 'shop.hits'
    }

    It 'needs a table and a time' {
        { Sync-CassandraTable -Database $Copy -Connection $Cluster -Since $Since } | Should -Throw -ErrorId 'InvalidArgument,*'
        (Get-Command Sync-CassandraTable).Parameters['Since'].Attributes.Where({ $_ -is [Parameter] }).Mandatory | Should -BeTrue
    }
}
