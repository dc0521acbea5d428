BeforeAll {
    . $PSScriptRoot/DatabaseSetup.ps1
    Invoke-CqlQuery 'INSERT INTO shop.orders (id) VALUES (1)'
    Backup-CqliteDatabase $Home1/b1
}
AfterAll { Close-CqliteDatabase -All }

Describe 'Restore-CqliteDatabase' {
    It 'makes a database that can be written' {
        Restore-CqliteDatabase $Home1/b1 $Home1/r1
        $db = Open-CqliteDatabase $Home1/r1
        Invoke-CqlQuery 'INSERT INTO shop.orders (id) VALUES (2)' -Database $db
        (Invoke-CqlQuery 'SELECT id FROM shop.orders' -Database $db).Count | Should -Be 2
        Close-CqliteDatabase $db
    }

    It 'replaces a database with -Force only, and none that is open' {
        { Restore-CqliteDatabase $Home1/b1 $Home1/r1 } | Should -Throw -ErrorId 'DestinationNotEmpty,*'
        Restore-CqliteDatabase $Home1/b1 $Home1/r1 -Force
        $db = Open-CqliteDatabase $Home1/r1
        @(Invoke-CqlQuery 'SELECT id FROM shop.orders' -Database $db).Count | Should -Be 1
        { Restore-CqliteDatabase $Home1/b1 $Home1/r1 -Force } | Should -Throw -ErrorId 'DatabaseLocked,*'
        Close-CqliteDatabase $db
    }

    It 'refuses a damaged backup and leaves nothing' {
        $data = (Get-ChildItem $Home1/b1/data/shop -Recurse -Filter *-Data.db)[0].FullName
        $bytes = [IO.File]::ReadAllBytes($data)
        $bytes[0] = $bytes[0] -bxor 0xFF
        Remove-Item $data
        [IO.File]::WriteAllBytes($data, $bytes)
        { Restore-CqliteDatabase $Home1/b1 $Home1/r2 } | Should -Throw -ErrorId 'CorruptData,*'
        "$Home1/r2" | Should -Not -Exist
    }

    It 'refuses what is no backup' {
        { Restore-CqliteDatabase $Snapshot $Home1/r3 } | Should -Throw -ErrorId 'UnsupportedFormat,*'
    }
}
