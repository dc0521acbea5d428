BeforeAll { . $PSScriptRoot/MigrationSetup.ps1 }
AfterAll { Close-Migration }

Describe 'Copy-CassandraTable' {
    It 'copies tables of a cluster, within a limit of memory' {
        $db = New-CqliteDatabase $Work/db
        $result = Copy-CassandraTable app.events, app.hits -Database $db -MemoryLimit 512MB -PassThru
        $result.Rows | Should -Be 40, 3
        $result.Operation | Should -Be 'copy', 'copy'
        Assert-Same $db
        Assert-Same $db 'SELECT * FROM app.hits'
        Close-CqliteDatabase $db
    }

    It 'copies a keyspace of a snapshot into the database that was opened last' {
        $db = New-CqliteDatabase $Work/offline
        (Copy-CassandraTable -Keyspace app -SourcePath $Snapshot -PassThru).Count | Should -Be 9
        Assert-Same $db
        Close-CqliteDatabase $db
    }

    It 'refuses too little memory, and copies nothing with -WhatIf' {
        $db = New-CqliteDatabase $Work/none
        { Copy-CassandraTable app.events -Database $db -MemoryLimit 1MB } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        Copy-CassandraTable app.events -Database $db -WhatIf
        $db.Keyspaces | Should -Not -Contain 'app'
        Close-CqliteDatabase $db
    }

    It 'tells a server that is gone' {
        $other = Start-CqliteServer -Database $Served -Port 0
        $gone = Connect-Cassandra "127.0.0.1:$($other.Port)"
        Stop-CqliteServer $other
        $db = New-CqliteDatabase $Work/gone
        { Copy-CassandraTable app.events -Connection $gone -Database $db -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectionFailed,*'
        Close-CqliteDatabase $db
    }

    It 'copies a database, a snapshot or another cluster into a cluster' {
        $node = New-CqliteDatabase $Work/node
        $other = Start-CqliteServer -Database $node -Port 0
        $target = Connect-Cassandra "127.0.0.1:$($other.Port)"
        $result = Copy-CassandraTable app.events, app.hits -SourceDatabase $Served -TargetConnection $target -Consistency LOCAL_QUORUM -RateLimit 100000 -RejectPath $Work/rejected -PassThru
        $result.Outcome | Should -Be 'Completed', 'Completed'
        $result.Target.Kind | Should -Be 'Cluster', 'Cluster'
        Test-Path $Work/rejected | Should -BeFalse
        Assert-Same $node
        Copy-CassandraTable app.altered -SourcePath $Snapshot -TargetConnection $target
        Copy-CassandraTable app.flushed -Connection $Cluster -TargetConnection $target -Resume
        (Test-CqliteMigration $Snapshot $target -Table app.events, app.hits, app.altered, app.flushed -Check Count, Data).Passed | Should -BeTrue
        { Copy-CassandraTable app.events -Connection $target -TargetConnection $target } | Should -Throw '*the same*' -ErrorId 'InvalidArgument,*'
        { Copy-CassandraTable app.events -SourcePath $Snapshot -Database $Served -TargetConnection $target } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Copy-CassandraTable app.events -SourcePath $Snapshot -Database $node -Consistency One } | Should -Throw -ErrorId 'InvalidArgument,*'
        Disconnect-Cassandra $target
        Stop-CqliteServer $other
        Close-CqliteDatabase $node
    }
}
