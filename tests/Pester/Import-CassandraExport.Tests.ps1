BeforeAll {
    . $PSScriptRoot/MigrationSetup.ps1
    Export-CassandraKeyspace app $Work/export
}
AfterAll { Close-Migration }

Describe 'Import-CassandraExport' {
    It 'gives a database every row, once' {
        $db = New-CqliteDatabase $Work/db
        $result = Import-CassandraExport $Work/export -Database $db -PassThru
        ($result | Measure-Object Rows -Sum).Sum | Should -Be 183
        $result.Succeeded | Should -Not -Contain $false
        Assert-Same $db
        (Get-CqliteSchema -AsCql -Database $db) -join "`n" | Should -Match 'CREATE INDEX indexed_city'
        (Import-CassandraExport -LiteralPath $Work/export -Database $db -PassThru).Outcome | Select-Object -Unique | Should -Be 'AlreadyDone'
        Assert-Same $db
        Close-CqliteDatabase $db
    }

    It 'streams rows, takes exports from the pipeline and only the tables asked for' {
        $db = New-CqliteDatabase $Work/streamed
        (Get-Item $Work/export | Import-CassandraExport -Database $db -Table app.events -Stream -PassThru).Table | Should -Be 'events'
        Assert-Same $db
        Close-CqliteDatabase $db
    }

    It 'finds a damaged file before it takes anything of the export' {
        Copy-Item $Work/export $Work/damaged -Recurse
        Edit-Byte (Get-ChildItem $Work/damaged/data/app/events-*/*-Data.db | Select-Object -First 1).FullName 20
        $db = New-CqliteDatabase $Work/whole
        $result = Import-CassandraExport $Work/damaged -Database $db -PassThru -ErrorVariable problem -ErrorAction SilentlyContinue
        $damage = $problem | Where-Object TargetObject -EQ 'app.events'
        $damage.FullyQualifiedErrorId | Should -BeLike 'TableSourceDamaged,*'
        $damage.CategoryInfo.Category | Should -Be 'InvalidData'
        ($problem | Where-Object TargetObject -NE 'app.events').FullyQualifiedErrorId | Select-Object -Unique | Should -BeLike 'TableNotStarted,*'
        $result.Succeeded | Should -Not -Contain $true
        $db.Keyspaces | Should -Not -Contain 'app'
        Close-CqliteDatabase $db
    }

    It 'refuses a folder that is no export, and a database that is read only' {
        $db = New-CqliteDatabase $Work/empty
        Import-CassandraExport $Snapshot -Database $db -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'UnsupportedFormat,*'
        Close-CqliteDatabase $db
        { Import-CassandraExport $Work/export -Database $Served } | Should -Throw -ErrorId 'DatabaseReadOnly,*'
    }

    It 'gives a cluster every row, and puts aside what it refuses' {
        $node = New-CqliteDatabase $Work/node
        $other = Start-CqliteServer -Database $node -Port 0
        $target = Connect-Cassandra "127.0.0.1:$($other.Port)"
        $result = Import-CassandraExport $Work/export -Connection $target -Consistency Quorum -RejectPath $Work/rejected -PassThru
        $result.Succeeded | Should -Not -Contain $false
        Assert-Same $node
        (Test-CqliteMigration $Snapshot $target -Keyspace app -Check Count, Data).Passed | Should -BeTrue
        (Import-CassandraExport $Work/export -Connection $target -Resume -PassThru).Succeeded | Should -Not -Contain $false
        Assert-Same $node
        { Import-CassandraExport $Work/export -Connection $target -Database $node } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Import-CassandraExport $Work/export -Connection $target -Stream } | Should -Throw -ErrorId 'InvalidArgument,*'
        Disconnect-Cassandra $target
        Stop-CqliteServer $other
        Close-CqliteDatabase $node
    }
}
