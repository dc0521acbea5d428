BeforeAll { . $PSScriptRoot/Setup.ps1; $null = Open-CqliteDatabase $Snapshot }
AfterAll { Close-CqliteDatabase -All }

Describe 'Export-CqliteTable' {
    It 'writes CSV by the path''s ending, and is silent' {
        Export-CqliteTable app.hits $TestDrive/hits.csv | Should -BeNullOrEmpty
        (Import-Csv $TestDrive/hits.csv).n | Should -Be 15, 22, 18
    }

    It 'writes JSON and JSON Lines' {
        Export-CqliteTable app.hits $TestDrive/hits.json
        (Get-Content $TestDrive/hits.json -Raw | ConvertFrom-Json).page | Should -Be p1, p0, p2
        Export-CqliteTable app.hits $TestDrive/hits.jsonl
        Get-Content $TestDrive/hits.jsonl -TotalCount 1 | Should -Be '{"page":"p1","n":15}'
    }

    It 'writes times on request' {
        Export-CqliteTable app.events $TestDrive/events.cql -Column id, at, n -IncludeWriteTime
        Get-Content $TestDrive/events.cql -TotalCount 1 | Should -BeLike "INSERT INTO app.events (id, at, n) VALUES (*) USING TIMESTAMP *;"
    }

    It 'writes SSTables that can be opened' {
        Export-CqliteTable app.events $TestDrive/sstables -Format SSTable -Version oa
        (Test-SSTable $TestDrive/sstables).IsValid | Should -BeTrue
        (Get-SSTable $TestDrive/sstables).Version | Should -Be oa
    }

    It 'replaces a file only with -Force, and tells what it did with -PassThru' {
        { Export-CqliteTable app.hits $TestDrive/hits.csv } | Should -Throw -ErrorId 'Storage,*'
        (Export-CqliteTable app.hits $TestDrive/hits.csv -Force -PassThru).Rows | Should -Be 3
        Export-CqliteTable app.hits $TestDrive/none.csv -WhatIf
        "$TestDrive/none.csv" | Should -Not -Exist
    }

    It 'has errors for what is not there' {
        { Export-CqliteTable app.nope $TestDrive/x.csv } | Should -Throw -ErrorId 'PathNotFound,*'
        { Export-CqliteTable app.hits $TestDrive/x.txt } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Export-CqliteTable app.hits $TestDrive/x.csv -Column nope } | Should -Throw -ErrorId 'InvalidArgument,*'
    }
}
