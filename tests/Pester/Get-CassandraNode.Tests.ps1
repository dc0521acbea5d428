BeforeAll { . $PSScriptRoot/ClusterSetup.ps1 }
AfterAll { Close-Cluster }

Describe 'Get-CassandraNode' {
    It 'lists the nodes of the last connection' {
        $node = Get-CassandraNode
        $node.IsUp | Should -BeTrue
        $node.Address.Port | Should -Be $Server.Port
        $node.Datacenter | Should -Be 'datacenter1'
    }

    It 'takes a connection from the pipeline, and datacenters by pattern' {
        $Cluster | Get-CassandraNode data* | Should -HaveCount 1
        $Cluster | Get-CassandraNode other | Should -BeNullOrEmpty
    }
}
