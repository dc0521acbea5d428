BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
AfterAll { Close-CqliteDatabase -All }

Describe 'Backup-CqliteDatabase' {
    It 'makes a backup that names every file' {
        Invoke-CqlQuery 'INSERT INTO shop.orders (id) VALUES (1)'
        $made = Backup-CqliteDatabase $Home1/b1 -PassThru
        foreach ($file in $made.Manifest.Files) { (Get-FileHash (Join-Path $Home1/b1 $file.Path)).Hash | Should -Be $file.Sha256 }
        "$Home1/b1/schema.cql" | Should -FileContentMatch 'CREATE TABLE shop.orders'
        (Test-CqliteDatabase $Home1/b1).IsValid | Should -BeTrue
    }

    It 'takes over what has not changed' {
        $made = Backup-CqliteDatabase $Home1/b2 -Incremental -PassThru
        $made.Manifest.Previous | Should -Be 'b1'
        $made.NewBytes | Should -Be 0
    }

    It 'refuses a folder that is not empty' {
        { Backup-CqliteDatabase $Home1/b1 } | Should -Throw -ErrorId 'DestinationNotEmpty,*'
    }

    It 'does nothing with -WhatIf' {
        Backup-CqliteDatabase $Home1/b3 -WhatIf
        "$Home1/b3" | Should -Not -Exist
    }
}
