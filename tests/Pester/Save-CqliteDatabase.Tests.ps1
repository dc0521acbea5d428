BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
AfterAll { Close-CqliteDatabase -All }

Describe 'Save-CqliteDatabase' {
    It 'makes SSTables of what is in memory' {
        Invoke-CqlQuery 'INSERT INTO shop.orders (id) VALUES (1)'
        (Get-CqliteTable shop.orders).SSTableCount | Should -Be 0
        Save-CqliteDatabase
        (Get-CqliteTable shop.orders).SSTableCount | Should -Be 1
    }

    It 'refuses what is read only' {
        $null = Open-CqliteDatabase $Snapshot
        { Save-CqliteDatabase } | Should -Throw -ErrorId 'DatabaseReadOnly,*'
        Close-CqliteDatabase
    }
}
