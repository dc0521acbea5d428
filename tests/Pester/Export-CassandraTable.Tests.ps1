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

    It 'reads the snapshot that is named, and names those that there are' {
        $node = Copy-Sample $Snapshot
        foreach ($before in Get-ChildItem $node -Directory -Recurse -Filter before) {
            Copy-Item $before "$($before.Parent.FullName)/nightly-21" -Recurse
            Rename-Item $before nightly-20
        }
        Remove-Item $node/app/events-*/snapshots/nightly-20/nb-*
        { Export-CassandraTable app.events $Work/unnamed -SourcePath $node } | Should -Throw '*nightly-20, nightly-21*-Snapshot*' -ErrorId 'UnsupportedFormat,*'
        (Export-CassandraTable app.events $Work/older -SourcePath $node -Snapshot nightly-20 -PassThru).Rows | Should -Be 0
        $result = Export-CassandraTable app.events $Work/newer -SourcePath $node -Snapshot nightly-21 -PassThru
        $result.Rows, $result.Source.Snapshot | Should -Be 40, 'nightly-21'
        (Test-CqliteMigration $node $Work/newer -Snapshot nightly-21 -Table app.events).Passed | Should -BeTrue
        (Test-CqliteMigration $node $node -Snapshot nightly-21 -TargetSnapshot nightly-20 -Table app.events).MissingRows | Should -Be 40
        ($result | Test-CqliteMigration).Passed | Should -BeTrue
        Test-CqliteMigration $node $Work/newer -Snapshot nightly-21 -Table app.events -Certificate $Work/newer.json | Out-Null
        (Test-CqliteReport $Work/newer.json).Passed | Should -BeTrue
        (Test-CqliteReport $Work/newer.json -Source $node -Snapshot nightly-20).Passed | Should -BeFalse
        { Export-CassandraTable app.events $Work/none -Connection $Cluster -Snapshot nightly-21 } | Should -Throw '*-SourcePath*' -ErrorId 'InvalidArgument,*'
        { Test-CqliteMigration $Cluster $node -Snapshot nightly-21 } | Should -Throw '*folder*' -ErrorId 'InvalidArgument,*'
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
