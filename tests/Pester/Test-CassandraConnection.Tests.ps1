BeforeAll { . $PSScriptRoot/ClusterSetup.ps1 }
AfterAll { Close-Cluster }

Describe 'Test-CassandraConnection' {
    It 'tells of an open connection' {
        $result = $Cluster | Test-CassandraConnection
        $result.Succeeded, $result.IsHealthy, $result.SchemaAgrees | Should -Be $true, $true, $true
        $result.NodeCount, $result.UpCount | Should -Be 1, 1
        $result.Release | Should -Match '^5\.0'
        $result.Latency | Should -BeOfType TimeSpan
    }

    It 'connects by itself' {
        Test-CassandraConnection $Contact -Credential $Anna -CertificatePin $Pin -Quiet | Should -BeTrue
    }

    It 'gives what fails as a result' {
        $result = Test-CassandraConnection 127.0.0.1:1
        $result.Succeeded | Should -BeFalse
        $result.Problem | Should -Match '127\.0\.0\.1:1'
        (Test-CassandraConnection $Contact -Credential (Get-Login anna lily) -CertificatePin $Pin).Problem | Should -Match 'incorrect'
        Test-CassandraConnection 127.0.0.1:1 -Quiet | Should -BeFalse
    }
}
