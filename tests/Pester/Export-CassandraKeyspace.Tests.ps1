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
}
