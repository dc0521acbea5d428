BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
AfterAll { Close-CqliteDatabase -All }

Describe 'Optimize-CqliteDatabase' {
    It 'leaves one SSTable of several' {
        foreach ($id in 1..3) {
            Invoke-CqlQuery "INSERT INTO shop.orders (id) VALUES ($id)"
            Save-CqliteDatabase
        }
        (Optimize-CqliteDatabase shop.orders -PassThru).SSTableCount | Should -Be 1
        (Invoke-CqlQuery 'SELECT id FROM shop.orders').Count | Should -Be 3
    }

    It 'has an error for a table that is not there' {
        Optimize-CqliteDatabase shop.nope -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
    }
}
