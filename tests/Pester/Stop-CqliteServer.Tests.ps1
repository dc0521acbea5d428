BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Stop-CqliteServer' {
    AfterEach { Stop-CqliteServer -All; Close-CqliteDatabase -All }

    It 'gives back the port and leaves the database open' {
        $db = Open-CqliteDatabase $Snapshot
        $server = Start-CqliteServer -Port 0
        $server | Stop-CqliteServer
        $server.IsRunning | Should -BeFalse
        $db.IsOpen | Should -BeTrue
        { [Net.Sockets.TcpClient]::new('127.0.0.1', $server.Port) } | Should -Throw
    }

    It 'is what closing the database does too' {
        Open-CqliteDatabase $Snapshot
        $server = Start-CqliteServer -Port 0
        Close-CqliteDatabase
        $server.IsRunning | Should -BeFalse
    }
}
