BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $file = Join-Path (Get-PSDrive TestDrive).Root cluster.cql
    $out = Join-Path (Get-PSDrive TestDrive).Root database.cql
    Set-Content $file @'
CREATE KEYSPACE shop WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3};
CREATE TABLE shop.orders (id int PRIMARY KEY, total decimal) WITH bloom_filter_fp_chance = 0.1 AND compression = {'class': 'ZstdCompressor'};
'@
}
AfterAll { Close-CqliteDatabase -All }

Describe 'Convert-CassandraSchema' {
    It 'keeps one copy of everything, and tables as they are' {
        (Convert-CassandraSchema $file $out -PassThru).Name | Should -Be 'database.cql'
        $text = Get-Content $out -Raw
        $text | Should -Match "'class': 'SimpleStrategy', 'replication_factor': '1'"
        $text | Should -Match 'bloom_filter_fp_chance = 0\.1\b'
        $text | Should -Match 'ZstdCompressor'
        (New-CqliteDatabase "$out.db" -Schema $out).Keyspaces | Should -Contain 'shop'
    }

    It 'makes tables quick to read with -Optimize, and overwrites with -Force only' {
        { Convert-CassandraSchema $file $out -Optimize -ErrorAction Stop } | Should -Throw -ErrorId 'Storage,*'
        Convert-CassandraSchema $file $out -Optimize -Force
        Get-Content $out -Raw | Should -Match 'bloom_filter_fp_chance = 0\.01'
        Get-Content $out -Raw | Should -Match 'LZ4Compressor'
    }

    It 'tells where a statement does not parse' {
        Set-Content "$file.bad" 'CREATE KEYSPCE x'
        Convert-CassandraSchema "$file.bad" "$out.bad" -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CqlSyntax,*'
        Test-Path "$out.bad" | Should -BeFalse
    }
}
