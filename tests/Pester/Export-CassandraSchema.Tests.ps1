BeforeAll { . $PSScriptRoot/ClusterSetup.ps1 }
AfterAll { Close-Cluster }

Describe 'Export-CassandraSchema' {
    It 'writes what makes the keyspace again' {
        $file = Export-CassandraSchema $ClusterHome/out/all.cql -IncludeIndex -IncludeUdt -PassThru
        $copy = New-CqliteDatabase $ClusterHome/copy -Schema $file.FullName
        Get-CqliteSchema -AsCql -Database $copy | Should -Be (Get-CqliteSchema -Keyspace shop -AsCql -Database $Db)
        Close-CqliteDatabase $copy
    }

    It 'leaves out indexes and unused types, but not those that tables need' {
        Export-CassandraSchema $ClusterHome/out/less.cql shop
        $text = Get-Content $ClusterHome/out/less.cql -Raw
        $text | Should -Match 'CREATE TYPE shop\.addr'
        $text | Should -Not -Match 'unused|CREATE INDEX'
    }

    It 'overwrites with -Force only, and nothing with -WhatIf' {
        Export-CassandraSchema $ClusterHome/out/none.cql -WhatIf
        Test-Path $ClusterHome/out/none.cql | Should -BeFalse
        Set-Content $ClusterHome/there.cql 'mine'
        { Export-CassandraSchema $ClusterHome/there.cql } | Should -Throw -ErrorId 'Storage,*'
        Get-Content $ClusterHome/there.cql | Should -Be 'mine'
        Export-CassandraSchema $ClusterHome/there.cql -Force
        Get-Content $ClusterHome/there.cql -TotalCount 1 | Should -Match 'CREATE KEYSPACE shop'
    }

    It 'names the keyspaces that there are' {
        { Export-CassandraSchema $ClusterHome/out/x.cql nope } | Should -Throw '*there are*shop*' -ErrorId 'InvalidQuery,*'
    }
}
