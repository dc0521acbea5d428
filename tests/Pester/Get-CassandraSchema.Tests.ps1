BeforeAll { . $PSScriptRoot/ClusterSetup.ps1 }
AfterAll { Close-Cluster }

Describe 'Get-CassandraSchema' {
    It 'gives the columns that the database gives' {
        Get-CassandraSchema orders | ConvertTo-Json | Should -Be (Get-CqliteSchema orders -Database $Db | ConvertTo-Json)
        (Get-CassandraSchema).Table | Select-Object -Unique | Should -Be hits, orders
    }

    It 'gives the CQL that the database gives' {
        Get-CassandraSchema -Keyspace shop -AsCql | Should -Be (Get-CqliteSchema -Keyspace shop -AsCql -Database $Db)
    }

    It 'sees what has changed' {
        Invoke-CqlQuery 'CREATE TABLE shop.later (id int PRIMARY KEY)' -Connection $Cluster
        (Get-CassandraSchema later).Name | Should -Be id
        Invoke-CqlQuery 'DROP TABLE shop.later' -Connection $Cluster
    }

    It 'tells what is not there, and goes on' {
        (Get-CassandraSchema hits, nope -ErrorAction SilentlyContinue -ErrorVariable failed).Name | Should -Be page, n
        $failed.FullyQualifiedErrorId | Should -Be 'PathNotFound,CqlitePS.Commands.GetCassandraSchemaCommand'
        $failed.TargetObject | Should -Be nope
    }

    It 'completes names over the connection' {
        (TabExpansion2 'Get-CassandraSchema or').CompletionMatches.CompletionText | Should -Be orders
        (TabExpansion2 'Get-CassandraSchema -Keyspace sh').CompletionMatches.CompletionText | Should -Be shop
    }
}
