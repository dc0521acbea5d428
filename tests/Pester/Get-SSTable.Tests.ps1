BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Get-SSTable' {
    It 'reports on an SSTable' {
        $report = Get-SSTable $Events
        $report | Should -HaveCount 1
        $report.Keyspace | Should -Be 'app'
        $report.Table | Should -Be 'events'
        $report.Version | Should -Be 'nb'
        $report.PartitionCount | Should -Be 5
        $report.RowCount | Should -Be 40
        $report.Components.Name | Should -Contain 'Data.db'
        $report.Compression.Compressor | Should -Be 'LZ4Compressor'
        $report.Columns[0].Kind | Should -Be 'PartitionKey'
        $report.FirstToken | Should -Be '-4069959284402364209'
        $report.LastToken | Should -Be '9010454139840013625'
    }

    It 'finds SSTables by wildcard and takes each once' {
        Get-SSTable $Snapshot/app/*/snapshots/before | Should -HaveCount 8
        Get-SSTable $Events/nb-1-big-* | Should -HaveCount 1
        Get-ChildItem $Events/nb-* | Get-SSTable | Should -HaveCount 1
    }

    It 'passes over snapshots unless the path leads into one' {
        Get-SSTable $Snapshot -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,CqlitePS.Commands.GetSSTableCommand'
        $failed[0].ToString() | Should -BeLike '*snapshots and backups are read when the path leads into them*'
    }

    It 'reads paths with brackets literally' {
        $copy = Copy-Sample $Events 'before[x]'
        (Get-SSTable -LiteralPath $copy).RowCount | Should -Be 40
        (Get-Item -LiteralPath $copy | Get-SSTable).RowCount | Should -Be 40
    }

    It 'goes on after a file that is none' {
        $found = Get-SSTable -LiteralPath $PSCommandPath, $Events, /nowhere/at/all -ErrorAction SilentlyContinue -ErrorVariable failed
        $found | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -Be 'UnsupportedFormat,CqlitePS.Commands.GetSSTableCommand', 'Storage,CqlitePS.Commands.GetSSTableCommand'
    }

    It 'says what is damaged' {
        $copy = Copy-Sample $Events
        Edit-Byte "$copy/nb-1-big-Statistics.db" 100
        Get-SSTable $copy -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -Be 'CorruptData,CqlitePS.Commands.GetSSTableCommand'
        $failed[0].ToString() | Should -BeLike '*nb-1-big-Statistics.db*'
    }

    It 'names key columns as the schema beside does' {
        (Get-SSTable $Events).Columns.Name | Select-Object -First 2 | Should -Be 'id', 'at'
        $copy = Copy-Sample $Events
        Remove-Item $copy/schema.cql
        (Get-SSTable $copy).Columns.Name | Select-Object -First 2 | Should -Be 'key', 'column1'
        (Get-SSTable $copy -Schema $Events/schema.cql).Columns.Name | Select-Object -First 2 | Should -Be 'id', 'at'
    }
}
