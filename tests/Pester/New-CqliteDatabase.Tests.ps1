BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
AfterAll { Close-CqliteDatabase -All }

Describe 'New-CqliteDatabase' {
    It 'makes a database that is open for writing' {
        $Shop.IsReadOnly | Should -BeFalse
        $Shop.Keyspaces | Should -Contain 'shop'
        Join-Path $ShopPath 'cqlite.json' | Should -Exist
    }

    It 'refuses a folder that is not empty' {
        { New-CqliteDatabase $ShopPath } | Should -Throw -ErrorId 'DestinationNotEmpty,*'
        { New-CqliteDatabase $Home1 } | Should -Throw -ErrorId 'DestinationNotEmpty,*'
    }

    It 'keeps settings of a file with the database' {
        Set-Content $Home1/c.yaml "cqlite:`n  config:`n    compression: `${NO_SUCH_CODEC:zstd}"
        $null = New-CqliteDatabase $Home1/zstd -Schema $ShopSchema -Configuration $Home1/c.yaml
        Invoke-CqlQuery 'CREATE TABLE shop.later (a int PRIMARY KEY)'
        (Get-CqliteTable shop.later).Options.Compression['class'] | Should -BeLike '*Zstd*'
        Close-CqliteDatabase
    }

    It 'names a setting that it does not know' {
        Set-Content $Home1/bad.yaml "cqlite:`n  config:`n    cachesize: 1"
        { New-CqliteDatabase $Home1/bad -Configuration $Home1/bad.yaml } | Should -Throw -ErrorId 'InvalidSetting,*' -ExpectedMessage '*cqlite.config.cachesize*'
    }

    It 'leaves nothing when the schema is wrong' {
        Set-Content $Home1/bad.cql 'CREATE TABLE nowhere.t (a int PRIMARY KEY);'
        { New-CqliteDatabase $Home1/gone -Schema $Home1/bad.cql } | Should -Throw
        "$Home1/gone" | Should -Not -Exist
    }
}
