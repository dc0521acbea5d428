BeforeAll { . $PSScriptRoot/MigrationSetup.ps1 }
AfterAll { Close-Migration }

Describe 'Export-CassandraTable' {
    It 'is silent, and tells with -PassThru what became of each table' {
        Export-CassandraTable app.events $Work/silent | Should -BeNullOrEmpty
        $result = Export-CassandraTable events, hits -Keyspace app -Path $Work/told -Connection $Cluster -ThrottleLimit 2 -BatchSize 10 -PassThru
        $result | Should -BeOfType CqlitePS.Objects.MigrationResult
        $result.Table | Should -Be 'events', 'hits'
        $result.Rows | Should -Be 40, 3
        $result.Outcome | Should -Be 'Completed', 'Completed'
        $result[0].Notes[0] | Should -Match 'Tombstones'
        $result[0] | Format-Table | Out-String | Should -Match 'app\.events'
        (Get-Content $Work/told/manifest.json | ConvertFrom-Json).tables.rows | Should -Be 40, 3
    }

    It 'goes on with -Resume only' {
        { Export-CassandraTable app.events $Work/silent } | Should -Throw -ErrorId 'DestinationNotEmpty,*'
        (Export-CassandraTable app.events $Work/silent -Resume -PassThru).Outcome | Should -Be 'AlreadyDone'
    }

    It 'cuts a table into as many ranges as asked for, in the version asked for' {
        Export-CassandraTable app.events $Work/ranges -PartitionCount 16 -Version oa -Compression none
        (Get-Content $Work/ranges/manifest.json | ConvertFrom-Json).tables[0].ranges.Count | Should -Be 16
        (Get-SSTable $Work/ranges/data/app/events-* | Select-Object -First 1).Version | Should -Be 'oa'
    }

    It 'writes nothing with -WhatIf' {
        Export-CassandraTable app.events $Work/none -WhatIf
        Test-Path $Work/none | Should -BeFalse
    }

    It 'names what there is' {
        { Export-CassandraTable app.nope $Work/nope } | Should -Throw '*events*' -ErrorId 'InvalidQuery,*'
        Test-Path $Work/nope | Should -BeFalse
        { Export-CassandraTable events $Work/nope } | Should -Throw '*keyspace*' -ErrorId 'InvalidArgument,*'
        { Export-CassandraTable app.events $Work/nope -SourcePath $Snapshot -Connection $Cluster } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'completes tables of the cluster' {
        (TabExpansion2 'Export-CassandraTable app.ev' -cursorColumn 28).CompletionMatches.ListItemText | Should -Be 'app.events'
    }
}
