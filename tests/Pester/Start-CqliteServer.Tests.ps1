BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Start-CqliteServer' {
    AfterEach { Stop-CqliteServer -All; Close-CqliteDatabase -All }

    It 'serves the last opened database on a free port' {
        $db = Open-CqliteDatabase $Snapshot
        $server = Start-CqliteServer -Port 0
        $server.Database | Should -Be $db
        $server.Address | Should -Be '127.0.0.1'
        $server.Port | Should -BeGreaterThan 0
        $client = [Net.Sockets.TcpClient]::new($server.Address, $server.Port)
        try {
            # OPTIONS of version 4 is answered with SUPPORTED.
            $client.GetStream().Write([byte[]](4, 0, 0, 1, 5, 0, 0, 0, 0))
            $head = [byte[]]::new(9)
            $client.GetStream().ReadExactly($head, 0, 9)
            $head[0, 3, 4] | Should -Be 0x84, 1, 6
        }
        finally { $client.Dispose() }
    }

    It 'refuses to be reached by others without authentication' {
        Open-CqliteDatabase $Snapshot
        { Start-CqliteServer -Address 0.0.0.0 -Port 0 } | Should -Throw '*must require authentication*' -ErrorId 'InvalidQuery,*'
    }

    It 'tells that a port is in use' {
        $server = Open-CqliteDatabase $Snapshot | ForEach-Object { Start-CqliteServer -Port 0 }
        { Start-CqliteServer -Port $server.Port } | Should -Throw -ErrorId 'Storage,*'
    }

    It 'does nothing with -WhatIf' {
        Open-CqliteDatabase $Snapshot
        Start-CqliteServer -Port 0 -WhatIf | Should -BeNullOrEmpty
        Get-CqliteServer | Should -BeNullOrEmpty
    }
}
