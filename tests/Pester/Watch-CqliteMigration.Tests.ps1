BeforeAll {
    . $PSScriptRoot/MigrationSetup.ps1
    $Copy = New-CqliteDatabase $Work/copy
    Copy-CassandraTable app.altered, app.hits -Connection $Cluster -Database $Copy
}
AfterAll { Close-Migration }

Describe 'Watch-CqliteMigration' {
    It 'streams rounds until the time is over' {
        $rounds = Watch-CqliteMigration $Cluster $Copy -Table app.altered, app.hits -Interval 200ms -Duration 1ms -LogPath $Work/watch.log
        $rounds | Should -BeOfType CqlitePS.Objects.MigrationWatchResult
        $rounds[0].Round, $rounds[0].Passed | Should -Be 0, $true
        $rounds[0].Test.SourceRows | Should -Be 13
        $rounds[0] | Out-String | Should -Match 'Passed +13'
        Get-Content $Work/watch.log -TotalCount 1 | Should -Match '\[INFO\] Round 0: Passed$'
    }

    It 'ends cleanly when the pipeline has had enough, and never drifts' {
        $rounds = Watch-CqliteMigration $Cluster $Copy -Table app.altered -Interval 0.1 -SampleRate 0.5 | Select-Object -First 3
        $rounds.Count | Should -Be 3
        foreach ($round in $rounds) { ($round.DueAt - $rounds[0].DueAt).TotalMilliseconds | Should -Be (100 * $round.Round) }
        $rounds[0].Test.Tables[0].Coverage | Should -BeLessThan 100
    }

    It 'sees what changes between rounds, and a side that is gone' {
        $other = New-CqliteDatabase $Work/other
        Copy-CassandraTable app.altered -Connection $Cluster -Database $other
        $state = Watch-CqliteMigration $Cluster $other -Table app.altered -Interval 10ms | Select-Object -First 4 | ForEach-Object {
            $_.Status
            if ($_.Round -eq 0) { Invoke-CqlQuery 'DELETE FROM app.altered WHERE k = 1' -Database $other }
        }
        $state[0] | Should -Be 'Passed'
        $state[-1] | Should -Be 'Failed'
        Close-CqliteDatabase $other
        (Watch-CqliteMigration $Cluster $Work/other -Table app.altered, app.nope -Interval 1h | Select-Object -First 1).Message | Should -Match 'app\.nope'
    }

    It 'is stopped within a moment' {
        $shell = [powershell]::Create().AddCommand('Import-Module').AddArgument((Join-Path $root 'CqlitePS.psd1')).AddStatement()
        $null = $shell.AddCommand('Watch-CqliteMigration').AddParameter('Source', $Cluster).AddParameter('Target', $Copy).AddParameter('Table', 'app.altered').AddParameter('Interval', '1h')
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $none = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $none.Complete()
        $null = $shell.BeginInvoke($none, $output)
        $deadline = [datetime]::Now.AddSeconds(60)
        while ($output.Count -eq 0 -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 20 }
        $output[0].Status | Should -Be 'Passed'
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
    }

    It 'takes durations as people write them' {
        $type = (Get-Command Watch-CqliteMigration).ImplementingType
        $type.GetProperty('Interval').PropertyType | Should -Be ([timespan])
        { Watch-CqliteMigration $Cluster $Copy -Interval soon } | Should -Throw '*30s*'
        { Watch-CqliteMigration $Cluster $Copy -Interval 1mo } | Should -Throw '*days*'
        { Watch-CqliteMigration $Cluster $Copy -Interval 0s } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Watch-CqliteMigration $Cluster $Copy -Check Performance } | Should -Throw -ErrorId 'InvalidArgument,*'
    }
}
