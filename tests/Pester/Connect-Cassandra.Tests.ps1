BeforeAll { . $PSScriptRoot/ClusterSetup.ps1 }
AfterAll { Close-Cluster }

Describe 'Connect-Cassandra' {
    It 'tells what it has connected to' {
        $Cluster.ClusterName | Should -Be 'cqlite'
        $Cluster.ProtocolVersion | Should -Be 5
        $Cluster.IsOpen | Should -BeTrue
        ($Cluster | Out-String) | Should -Match 'Cluster\s+Datacenter\s+Protocol'
    }

    It 'shows the password nowhere' {
        ($Cluster | Format-List * | Out-String) + ($Cluster.Options | Format-List * | Out-String) + ($Cluster.Options.Credentials | Format-List * | Out-String) + "$($Cluster.Options)" | Should -Not -Match 'rose'
    }

    It 'believes no certificate that nobody vouches for' {
        { Connect-Cassandra $Contact -Credential $Anna -UseTls } | Should -Throw -ErrorId 'ConnectionFailed,CqlitePS.Commands.ConnectCassandraCommand'
    }

    It 'believes the certificate that is pinned, and no other' {
        (Connect-Cassandra $Contact -Credential $Anna -CertificatePin $Pin).IsOpen | Should -BeTrue
        { Connect-Cassandra $Contact -Credential $Anna -CertificatePin ('00' * 32) } | Should -Throw -ErrorId 'ConnectionFailed,*'
    }

    It 'warns where any certificate is believed' {
        $null = Connect-Cassandra $Contact -Credential $Anna -SkipCertificateCheck -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -Match 'Any certificate is believed'
    }

    It 'tells a wrong password from a missing one' {
        { Connect-Cassandra $Contact -Credential (Get-Login anna lily) -CertificateAuthority $ClusterHome/ca.pem } | Should -Throw '*incorrect*' -ErrorId 'AuthenticationFailed,*'
        { Connect-Cassandra $Contact -CertificateAuthority $ClusterHome/ca.pem } | Should -Throw '*none was given*' -ErrorId 'AuthenticationFailed,*'
    }

    It 'says what to do when nothing listens' {
        $failed = { Connect-Cassandra 127.0.0.1:1 } | Should -Throw -ErrorId 'ConnectionFailed,*' -PassThru
        $failed.ErrorDetails.RecommendedAction | Should -Match 'tried again'
        $failed.CategoryInfo.Category | Should -Be 'ConnectionError'
    }

    It 'takes what is not given from the environment, and then from a file' {
        Set-Content $ClusterHome/cluster.yaml "cassandra:`n  contact_points: [$Contact]`n  username: anna`n  password: `${SECRET}`n  consistency_level: LOCAL_ONE`n  timeout: 7000`n  connection_pool_size: 3`n"
        try {
            $env:SECRET = 'rose'
            $env:CASSANDRA_TIMEOUT = '9000'
            $connection = Connect-Cassandra -Configuration $ClusterHome/cluster.yaml -CertificateAuthority $ClusterHome/ca.pem -PoolSize 1
            $connection.Options.Consistency | Should -Be 'LocalOne'
            $connection.Options.Timeout.TotalSeconds | Should -Be 9
            $connection.Options.PoolSize | Should -Be 1
        }
        finally { $env:SECRET = $env:CASSANDRA_TIMEOUT = $null }
    }

    It 'takes consistency levels as CQL spells them' {
        (Connect-Cassandra $Contact -Credential $Anna -CertificatePin $Pin -Consistency LOCAL_ONE -Compression lz4).Options.Consistency | Should -Be 'LocalOne'
    }
}
