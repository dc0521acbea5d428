BeforeAll { . $PSScriptRoot/Setup.ps1; $db = Open-CqliteDatabase $Snapshot }
AfterAll { Close-CqliteDatabase -All }

Describe 'Get-CqliteTable' {
    It 'lists tables with sizes and estimates' {
        $tables = Get-CqliteTable
        $tables | Should -HaveCount 9
        $table = $tables | Where-Object Name -eq events
        $table.PartitionKey | Should -Be 'id'
        $table.ClusteringKey | Should -Be 'at'
        $table.Columns.Name | Should -Be id, at, owner, body, home, log, n, props, tags
        $table.SSTableCount | Should -Be 1
        $table.EstimatedRows | Should -Be 40
        $table.EstimatedPartitions | Should -Be 5
        $table.SizeBytes | Should -Be (Get-ChildItem $Events/nb-* | Measure-Object Length -Sum).Sum
        $table.Options.GcGraceSeconds | Should -Be 864000
    }

    It 'takes names, names with keyspace, and wildcards' {
        (Get-CqliteTable events).Name | Should -Be 'events'
        (Get-CqliteTable app.events).Name | Should -Be 'events'
        (Get-CqliteTable *ed).Name | Should -Be altered, dropped, flushed, indexed, truncated, unflushed
        (Get-CqliteTable -Keyspace app, x* | Measure-Object).Count | Should -Be 9
    }

    It 'takes keyspaces and databases from the pipeline' {
        (Get-CqliteKeyspace app | Get-CqliteTable | Measure-Object).Count | Should -Be 9
        ([pscustomobject]@{ Database = $db; Table = 'hits' } | Get-CqliteTable).Name | Should -Be 'hits'
    }

    It 'has an error for a name that is not there' {
        Get-CqliteTable nope -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,CqlitePS.Commands.GetCqliteTableCommand'
    }

    It 'goes on after a table whose statistics are damaged' {
        $copy = Copy-Sample $Snapshot
        Set-Content (Get-Item "$copy/app/events-*/snapshots/before/nb-1-big-Statistics.db") 'x' -NoNewline
        $null = Open-CqliteDatabase $copy
        try {
            Get-CqliteTable -ErrorAction SilentlyContinue -ErrorVariable failed | Should -HaveCount 8
            $failed | Should -HaveCount 1
            $failed[0].FullyQualifiedErrorId | Should -Be 'CorruptData,CqlitePS.Commands.GetCqliteTableCommand'
            $failed[0].TargetObject | Should -Be 'app.events'
        }
        finally { Close-CqliteDatabase }
    }

    It 'completes names, also after a keyspace' {
        (TabExpansion2 'Get-CqliteTable ev').CompletionMatches.CompletionText | Should -Be 'events'
        (TabExpansion2 'Get-CqliteTable app.h').CompletionMatches.CompletionText | Should -Be 'app.hits'
    }
}
