BeforeAll { . $PSScriptRoot/ClusterSetup.ps1 }
AfterAll { Close-Cluster }

Describe 'Disconnect-Cassandra' {
    It 'ends the last connection, the given ones, or all' {
        $second = Connect-Cassandra $Contact -Credential $Anna -CertificatePin $Pin
        $third = Connect-Cassandra $Contact -Credential $Anna -CertificatePin $Pin
        Disconnect-Cassandra
        $third.IsOpen, $second.IsOpen, $Cluster.IsOpen | Should -Be $false, $true, $true
        $second | Disconnect-Cassandra
        $second.IsOpen | Should -BeFalse
        Disconnect-Cassandra -All
        $Cluster.IsOpen | Should -BeFalse
        { Disconnect-Cassandra } | Should -Throw -ErrorId 'NoConnection,*'
        { Invoke-CqlQuery 'SELECT * FROM shop.orders' -Connection $Cluster } | Should -Throw '*has been closed*' -ErrorId 'ConnectionFailed,*'
    }
}
