BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Test-SSTable' {
    It 'finds nothing wrong with a sound SSTable' {
        $result = Test-SSTable $Events
        $result.IsValid | Should -BeTrue
        $result.Rows | Should -Be 40
        $result.Depth | Should -Be 'Full'
        $result.Findings | Should -BeNullOrEmpty
    }

    It 'goes as far as it is told' {
        $digest = Test-SSTable $Events -Digest
        $digest.Depth | Should -Be 'Digest'
        $digest.Rows | Should -BeNullOrEmpty
        (Test-SSTable $Events -Extended).Depth | Should -Be 'Extended'
        { Test-SSTable $Events -Extended -Digest } | Should -Throw -ErrorId 'InvalidArgument,CqlitePS.Commands.TestSSTableCommand'
    }

    It 'places what it finds' {
        $copy = Copy-Sample $Events
        Edit-Byte "$copy/nb-1-big-Data.db" 1000
        $result = Test-SSTable $copy
        $result.IsValid | Should -BeFalse
        $result.ErrorCount | Should -BeGreaterThan 0
        $result.Findings[0].Component | Should -Be 'Data.db'
        $result.Findings.Severity | Should -Contain 'Error'
    }

    It 'tests all that a wildcard finds, damaged ones too' {
        $copy = Copy-Sample $Snapshot
        Edit-Byte (Get-Item "$copy/app/hits-*/snapshots/before/nb-1-big-Data.db").FullName 20
        $results = Test-SSTable "$copy/app/*/snapshots/before"
        $results | Should -HaveCount 8
        ($results | Where-Object { -not $_.IsValid }).Table | Should -Be 'hits'
    }
}
