BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Get-CqliteDatabase' {
    AfterEach { Close-CqliteDatabase -All }

    It 'gives nothing when none is open' { Get-CqliteDatabase | Should -BeNullOrEmpty }

    It 'lists the last opened first' {
        $first = Open-CqliteDatabase $Snapshot
        $second = Open-CqliteDatabase (Join-Path $Snapshot 'app')
        Get-CqliteDatabase | Should -Be $second, $first
    }

    It 'keeps the databases of runspaces apart' {
        $null = Open-CqliteDatabase $Snapshot
        $module = (Get-Module CqlitePS).Path
        1 | ForEach-Object -Parallel { Import-Module $using:module; @(Get-CqliteDatabase).Count } | Should -Be 0
    }

    It 'lets a database be used in another runspace' {
        $db = Open-CqliteDatabase $Snapshot
        $module = (Get-Module CqlitePS).Path
        1..4 | ForEach-Object -Parallel {
            Import-Module $using:module
            (Invoke-CqlQuery 'SELECT count(*) FROM events' -Database $using:db).count
        } | Should -Be 40, 40, 40, 40
    }
}
