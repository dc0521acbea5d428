BeforeAll {
    . $PSScriptRoot/MigrationSetup.ps1
    Export-CassandraKeyspace app $Work/export
}
AfterAll { Close-Migration }

Describe 'Convert-CassandraExport' {
    It 'makes a database with the compression asked for' {
        Convert-CassandraExport $Work/export $Work/db -Compression zstd -NoBloomFilter -Optimize | Should -BeNullOrEmpty
        $db = Open-CqliteDatabase $Work/db
        Assert-Same $db
        $schema = (Get-CqliteSchema -Table app.events -AsCql -Database $db) -join "`n"
        $schema | Should -Match 'ZstdCompressor'
        $schema | Should -Match 'bloom_filter_fp_chance = 1\.0'
        Close-CqliteDatabase $db
        @(Get-SSTable $Work/db/data/app/events-*).Count | Should -Be 1
    }

    It 'makes nothing of a folder that is no export' {
        New-Item $Work/empty -ItemType Directory
        { Convert-CassandraExport $Work/empty $Work/none -ErrorAction Stop } | Should -Throw '*is no export*'
        Test-Path $Work/none | Should -BeFalse
    }

    It 'makes nothing with -WhatIf' {
        Convert-CassandraExport $Work/export $Work/none -WhatIf
        Test-Path $Work/none | Should -BeFalse
    }
}
