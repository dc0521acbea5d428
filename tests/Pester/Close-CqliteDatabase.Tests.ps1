BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Close-CqliteDatabase' {
    AfterEach { Close-CqliteDatabase -All }

    It 'closes the last opened one' {
        $first = Open-CqliteDatabase $Snapshot
        $second = Open-CqliteDatabase $Snapshot
        Close-CqliteDatabase | Should -BeNullOrEmpty
        $second.IsOpen | Should -BeFalse
        $first.IsOpen | Should -BeTrue
    }

    It 'closes those from the pipeline' {
        $null = 1..3 | ForEach-Object { Open-CqliteDatabase $Snapshot }
        Get-CqliteDatabase | Select-Object -First 2 | Close-CqliteDatabase
        Get-CqliteDatabase | Should -HaveCount 1
    }

    It 'says so when none is open' {
        { Close-CqliteDatabase } | Should -Throw -ErrorId 'NoDatabase,CqlitePS.Commands.CloseCqliteDatabaseCommand'
    }

    It 'leaves a closed database that says so' {
        $db = Open-CqliteDatabase $Snapshot
        Close-CqliteDatabase $db
        { Get-CqliteTable -Database $db } | Should -Throw -ErrorId 'Storage,CqlitePS.Commands.GetCqliteTableCommand'
    }
}
