BeforeAll { . $PSScriptRoot/Setup.ps1; $null = Open-CqliteDatabase $Snapshot }
AfterAll { Close-CqliteDatabase -All }

Describe 'Import-CqliteTable' {
    It 'refuses a database that is open for reading' {
        'page,n', 'a,1' | Set-Content $TestDrive/hits.csv
        { Import-CqliteTable app.hits $TestDrive/hits.csv } | Should -Throw -ErrorId 'DatabaseReadOnly,*'
    }

    It 'does nothing with -WhatIf' {
        Import-CqliteTable app.hits $TestDrive/hits.csv -WhatIf | Should -BeNullOrEmpty
    }

    It 'has an error for a file that is not there' {
        { Import-CqliteTable app.hits $TestDrive/nope.csv } | Should -Throw -ErrorId '*,CqlitePS.Commands.ImportCqliteTableCommand'
    }
}
