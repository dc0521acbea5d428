BeforeAll { . $PSScriptRoot/Setup.ps1; $null = Open-CqliteDatabase $Snapshot }
AfterAll { Close-CqliteDatabase -All }

Describe 'Get-CqliteKeyspace' {
    It 'lists keyspaces with what is in them' {
        $keyspace = Get-CqliteKeyspace
        $keyspace.Name | Should -Be 'app'
        $keyspace.Tables | Should -Contain 'events'
        $keyspace.UserTypes | Should -Be 'address'
        $keyspace.IsSystem | Should -BeFalse
    }

    It 'takes wildcards' {
        (Get-CqliteKeyspace 'a*').Name | Should -Be 'app'
        Get-CqliteKeyspace 'x*' | Should -BeNullOrEmpty
    }

    It 'has an error for a name that is not there, and goes on' {
        (Get-CqliteKeyspace nope, app -ErrorAction SilentlyContinue -ErrorVariable failed).Name | Should -Be 'app'
        $failed[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,CqlitePS.Commands.GetCqliteKeyspaceCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failed[0].TargetObject | Should -Be 'nope'
    }

    It 'completes names' {
        (TabExpansion2 'Get-CqliteKeyspace a').CompletionMatches.CompletionText | Should -Be 'app'
    }
}
