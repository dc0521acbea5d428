BeforeAll { . $PSScriptRoot/Setup.ps1; $null = Open-CqliteDatabase $Snapshot }
AfterAll { Close-CqliteDatabase -All }

Describe 'Get-CqliteSchema' {
    It 'gives a record a column' {
        $columns = Get-CqliteSchema events
        $columns.Name | Should -Be id, at, owner, body, home, log, n, props, tags
        $columns.Type | Should -Be int, timestamp, text, text, 'frozen<address>', 'list<int>', int, 'map<text, int>', 'set<text>'
        $columns[0].Kind | Should -Be 'PartitionKey'
        $columns[1].IsDescending | Should -BeTrue
        $columns[2].Kind | Should -Be 'Static'
    }

    It 'prints CQL that makes the table again' {
        $cql = Get-CqliteSchema indexed -AsCql
        $cql[0] | Should -BeLike 'CREATE TABLE app.indexed (*'
        $cql[1] | Should -Be 'CREATE INDEX indexed_city ON app.indexed (city);'
    }

    It 'prints a keyspace whole, types before tables, and what it prints opens the data again' {
        $cql = Get-CqliteSchema -AsCql
        $cql[0] | Should -BeLike 'CREATE KEYSPACE app *'
        $cql[1] | Should -BeLike 'CREATE TYPE app.address *'
        $file = Join-Path $TestDrive 'all.cql'
        $cql | Set-Content $file
        $null = Open-CqliteDatabase $Snapshot -Schema $file
        try { (Invoke-CqlQuery 'SELECT count(*) FROM events').count | Should -Be 40 }
        finally { Close-CqliteDatabase }
    }

    It 'takes tables from the pipeline' {
        (Get-CqliteTable hits | Get-CqliteSchema).Name | Should -Be page, n
    }
}
