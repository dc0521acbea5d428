BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Get-CqliteServer' {
    AfterEach { Stop-CqliteServer -All; Close-CqliteDatabase -All }

    It 'lists what is served' {
        Get-CqliteServer | Should -BeNullOrEmpty
        Open-CqliteDatabase $Snapshot
        $first = Start-CqliteServer -Port 0
        $second = Start-CqliteServer -Port 0 -ReadOnly
        @(Get-CqliteServer).Port | Should -Be @(@($first, $second).Port | Sort-Object)
        $first | Stop-CqliteServer
        (Get-CqliteServer).Port | Should -Be $second.Port
    }
}
