BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
AfterAll { Close-CqliteDatabase -All }

Describe 'Test-CqliteDatabase' {
    It 'finds nothing in a database that is being written' {
        Invoke-CqlQuery 'INSERT INTO shop.orders (id) VALUES (1)'
        $result = Test-CqliteDatabase
        $result.Findings | Should -BeNullOrEmpty
        $result.CommitLogMutations | Should -BeGreaterThan 0
    }

    It 'finds a damaged SSTable, and what lies about' {
        Backup-CqliteDatabase $Home1/b1
        Restore-CqliteDatabase $Home1/b1 $Home1/r1
        $data = (Get-ChildItem $Home1/r1/data/shop -Recurse -Filter *-Data.db)[0].FullName
        Edit-Byte $data 0
        Set-Content (Join-Path (Split-Path $data) 'notes.txt') 'x'
        $result = Test-CqliteDatabase $Home1/r1
        $result.IsValid | Should -BeFalse
        $result.DamagedSSTableCount | Should -Be 1
        $result.Findings -match 'notes.txt' | Should -HaveCount 1
    }

    It 'takes folders from the pipeline, and has an error for one that is none' {
        $result = Get-Item $Snapshot | Test-CqliteDatabase
        $result.IsValid | Should -BeTrue
        $result.SSTableCount | Should -Be 8
        Test-CqliteDatabase $PSScriptRoot -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'UnsupportedFormat,*'
    }
}
