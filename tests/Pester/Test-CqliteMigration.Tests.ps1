BeforeAll {
    . $PSScriptRoot/MigrationSetup.ps1
    $Copy = New-CqliteDatabase $Work/copy
    Copy-CassandraTable -Keyspace app -Connection $Cluster -Database $Copy
}
AfterAll { Close-Migration }

Describe 'Test-CqliteMigration' {
    It 'passes inside Pester, with both operands and their counts' {
        $result = Test-CqliteMigration -Source $Cluster -Target $Copy -Keyspace app
        $result.Passed | Should -BeTrue
        $result | Should -BeOfType CqlitePS.Objects.MigrationTestResult
        $result.SourceRows | Should -Be 183
        $result.TargetRows | Should -Be 183
        $result.Source.Kind | Should -Be 'Cluster'
        $result.Target.Address | Should -Be $Copy.Path
        $result.Count, $result.Data, $result.Schema | Should -Be 'Passed', 'Passed', 'Passed'
        $result | Out-String | Should -Match 'app\.events +Passed +Passed +40 +40'
    }

    It 'takes the last connection and the last database, and any pair of what there is' {
        (Test-CqliteMigration -Keyspace app).Passed | Should -BeTrue
        (Test-CqliteMigration $Snapshot $Copy -Table app.events).Passed | Should -BeTrue
        (Test-CqliteMigration $Copy.Path (Get-Item $Snapshot) -Table events -Keyspace app).Tables.Table | Should -Be 'events'
        Export-CassandraTable app.events $Work/export -Connection $Cluster
        (Test-CqliteMigration -Source $Cluster -Target $Work/export -Table app.events).Target.Kind | Should -Be 'ExportDirectory'
        Copy-CassandraTable app.hits -Connection $Cluster -Database $Copy -PassThru | Test-CqliteMigration | ForEach-Object { $_.Tables.Table } | Should -Be 'hits'
    }

    It 'never calls passed or 0 what it did not check' {
        $result = Test-CqliteMigration $Cluster $Copy -Table app.events -Check Count
        $result.Status | Should -Be 'Passed'
        $result.Data, $result.Schema, $result.Performance | Should -Be 'NotChecked', 'NotChecked', 'NotChecked'
        $result.MissingRows | Should -BeNullOrEmpty
        $result.Tables[0].NotChecked | Should -Be 'Values: rows were counted.'
    }

    It 'names each difference with its key, and writes it into reports and the log' {
        $other = New-CqliteDatabase $Work/other
        Copy-CassandraTable app.altered, app.flushed -SourcePath $Snapshot -Database $other
        Invoke-CqlQuery 'DELETE FROM app.altered WHERE k = 1' -Database $other
        $result = Test-CqliteMigration $Snapshot $other -Table app.altered, app.flushed -ReportPath $Work/report.json -LogPath $Work/check.log
        $result.Passed | Should -BeFalse
        $result.MissingRows, $result.ExtraRows, $result.DifferentRows | Should -Be 1, 0, 0
        $result.Differences.Kind | Should -Be 'MissingRow'
        $result.Differences[0].PartitionKey | Should -Be 'k = 1'
        $result.Tables[1].Data | Should -Be 'Passed'
        $result | Out-String | Should -Match 'MissingRow +k = 1'
        (Get-Content $Work/report.json | ConvertFrom-Json).status | Should -Be 'Failed'
        Get-Content $Work/check.log | Select-Object -Last 1 | Should -Match '\[ERROR\] Validation of .*: Failed$'
        { Test-CqliteMigration $Snapshot $other -ReportPath $Work/report.json } | Should -Throw -ErrorId 'DestinationNotEmpty,*'
        (Test-CqliteMigration $Snapshot $other -Table app.altered -Tolerance 1).Status | Should -Be 'Warning'
        Close-CqliteDatabase $other
    }

    It 'writes what the target lacks or has otherwise, if it may, and compares again' {
        $other = New-CqliteDatabase $Work/corrected
        Copy-CassandraTable app.altered -SourcePath $Snapshot -Database $other
        Invoke-CqlQuery 'DELETE FROM app.altered WHERE k = 1' -Database $other
        (Test-CqliteMigration $Snapshot $other -Table app.altered -AutoCorrect Missing, Mismatch -WhatIf).Corrections | Should -BeNullOrEmpty
        (Test-CqliteMigration $Snapshot $other -Table app.altered).Passed | Should -BeFalse
        $result = Test-CqliteMigration $Snapshot $other -Table app.altered -AutoCorrect Missing, Mismatch
        $result.Passed | Should -BeTrue
        $result.Corrections.MissingRows | Should -Be 1
        $result.Before.Passed | Should -BeFalse
        { Test-CqliteMigration $other $Snapshot -AutoCorrect Missing } | Should -Throw -ErrorId 'InvalidQuery,*'
        Close-CqliteDatabase $other
    }

    It 'compares a sample, drawn by a seed' {
        $result = Test-CqliteMigration $Cluster $Copy -Table app.events -SamplePercent 50 -Random -Seed 7
        $result.Seed | Should -Be 7
        $result.Tables[0].Coverage | Should -BeLessThan 100
        $result.Tables[0].NotChecked[0] | Should -Match 'of the ring'
        { Test-CqliteMigration $Cluster $Copy -Random } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Test-CqliteMigration $Cluster $Copy -SampleSize 5 -SamplePercent 5 } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'times queries on both sides' {
        Set-Content $Work/queries.cql 'SELECT * FROM app.events; SELECT * FROM app.hits;'
        $result = Test-CqliteMigration $Cluster $Copy -Table app.events -Check Performance -QueryPath $Work/queries.cql -Iteration 3
        $result.Performance | Should -Be 'Passed'
        $result.Timings.Iterations | Should -Be 3, 3
        (Test-CqliteMigration $Cluster $Copy -Table app.events -Check All -Iteration 1).Timings.Count | Should -Be 2
    }

    It 'says what it can''t find' {
        { Test-CqliteMigration $Work/nowhere $Copy } | Should -Throw '*Connect-Cassandra*' -ErrorId 'PathNotFound,*'
        { Test-CqliteMigration $Cluster $Copy -Table app.nope } | Should -Throw '*app.nope*' -ErrorId 'InvalidQuery,*'
        { Test-CqliteMigration $Cluster $Copy -Strict -Tolerance 1 } | Should -Throw -ErrorId 'InvalidArgument,*'
    }
}
