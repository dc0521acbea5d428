BeforeAll { . $PSScriptRoot/MigrationSetup.ps1 }
AfterAll { Close-Migration }

Describe 'Export-CassandraKeyspace' {
    It 'exports all tables, and logs it' {
        $result = Export-CassandraKeyspace app $Work/all -LogPath $Work/all.log -PassThru
        $result.Count | Should -Be 9
        ($result | Measure-Object Rows -Sum).Sum | Should -Be 183
        Get-Content $Work/all/schema.cql -Raw | Should -Match 'CREATE INDEX indexed_city'
        Get-Content $Work/all.log -Raw | Should -Match '(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[INFO\] Progress: 183/183 rows \(100\.0%\) - ETA: 0s$'
    }

    It 'exports some tables, without indexes' {
        (Export-CassandraKeyspace app $Work/some -Table indexed -IncludeIndex:$false -PassThru).Table | Should -Be 'indexed'
        Get-Content $Work/some/schema.cql -Raw | Should -Not -Match 'CREATE INDEX'
    }

    It 'exports a snapshot without a cluster' {
        $result = Export-CassandraKeyspace app $Work/offline -SourcePath $Snapshot -PassThru
        ($result | Measure-Object Rows -Sum).Sum | Should -Be 183
        $result[0].Notes | Should -BeNullOrEmpty
        "$($result[0].Source.Kind)" | Should -Be 'CassandraDirectory'
    }

    It 'never leaves out the schema' {
        { Export-CassandraKeyspace app $Work/none -IncludeSchema:$false } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'leaves what can be gone on with when it is stopped' {
        $shell = [powershell]::Create().AddCommand('Import-Module').AddArgument((Join-Path $root 'CqlitePS.psd1')).AddStatement()
        $null = $shell.AddCommand('Export-CassandraKeyspace').AddParameter('Keyspace', 'app').AddParameter('Destination', "$Work/stopped").AddParameter('Connection', $Cluster).AddParameter('RateLimit', 1)
        $none = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $none.Complete()
        $null = $shell.BeginInvoke($none)
        $deadline = [datetime]::Now.AddSeconds(60)
        while (-not (Test-Path $Work/stopped/manifest.json) -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 20 }
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
        (Get-Content $Work/stopped/manifest.json | ConvertFrom-Json).tables.outcome | Should -Contain 'Canceled'
        $result = Export-CassandraKeyspace app $Work/stopped -Connection $Cluster -Resume -PassThru
        $result.Succeeded | Should -Not -Contain $false
        (Test-CqliteMigration $Cluster $Work/stopped -Keyspace app).Passed | Should -BeTrue
    }
}
