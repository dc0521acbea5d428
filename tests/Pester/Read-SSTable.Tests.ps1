BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Read-SSTable' {
    It 'gives rows with cells and times' {
        $rows = Read-SSTable $Events
        ($rows | Where-Object Kind -eq Row) | Should -HaveCount 40
        $first = $rows[0]
        $first.PartitionKey | Should -Be 1
        $first.Clustering[0] | Should -Be ([DateTimeOffset]'2023-11-14T22:13:56Z')
        $first.Timestamp | Should -Be 1700000000000036
        $cell = $first.Cells | Where-Object { $_.Column -eq 'n' }
        $cell.Value | Should -Be 36
        $cell.Type | Should -Be 'int'
        ($first.Cells | Where-Object { $_.Column -eq 'log' }).Kind | Should -Be ColumnDeletion, Value, Value
    }

    It 'gives partitions with counts' {
        $partitions = Read-SSTable $Events -Partition
        $partitions | Should -HaveCount 5
        ($partitions | Measure-Object Rows -Sum).Sum | Should -Be 40
        $partitions[0].Token | Should -Be -4069959284402364209
    }

    It 'reads the partitions of keys' {
        $rows = Read-SSTable $Events -Key 3, 1, 3
        $rows | Should -HaveCount 16
        $rows[0].PartitionKey | Should -Be 1
        Read-SSTable $Events -Key 99 | Should -BeNullOrEmpty
        (Read-SSTable $Events -Partition -ExcludeKey 0, 2).PartitionKey | Should -Be 1, 4, 3
    }

    It 'has an error for what can be no key' {
        Read-SSTable $Events -Key x -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -Be 'InvalidArgument,CqlitePS.Commands.ReadSSTableCommand'
    }

    It 'prints JSON as sstabledump does' {
        $text = Read-SSTable $Events -Raw
        $text[0] | Should -Be '['
        $dump = $text | ConvertFrom-Json
        $dump | Should -HaveCount 5
        $dump[0].'table kind' | Should -Be 'REGULAR'
        ($dump.rows | Measure-Object).Count | Should -Be 40
    }

    It 'takes what Get-SSTable gives' {
        Get-SSTable $Events | Read-SSTable -Partition | Should -HaveCount 5
    }

    It 'stops early with the pipeline' {
        Read-SSTable $Events | Select-Object -First 2 | Should -HaveCount 2
    }

    It 'gives what decodes before the damage, an error with file and offset, and goes on with the next' {
        $copy = Copy-Sample $Events
        $data = "$copy/nb-1-big-Data.db"
        Edit-Byte $data ((Get-Item $data).Length - 40)
        $rows = Read-SSTable -LiteralPath $copy, $Events -ErrorAction SilentlyContinue -ErrorVariable failed
        ($rows | Where-Object Kind -eq Row | Measure-Object).Count | Should -BeGreaterOrEqual 40
        $failed[0].FullyQualifiedErrorId | Should -Be 'CorruptData,CqlitePS.Commands.ReadSSTableCommand'
        $failed[0].Exception.File | Should -Be $data
        $failed[0].Exception.Offset | Should -BeGreaterOrEqual 0
        $failed[0].TargetObject | Should -Be $data
    }

    It 'takes one form at a time' {
        { Read-SSTable $Events -Raw -Partition } | Should -Throw -ErrorId 'InvalidArgument,CqlitePS.Commands.ReadSSTableCommand'
    }

    It 'names key columns as the schema does' {
        $row = Read-SSTable $Events | Select-Object -First 1
        $row.PartitionKeyColumn | Should -Be 'id'
        $row.ClusteringColumn | Should -Be 'at'
        $copy = Copy-Sample $Events
        Remove-Item $copy/schema.cql
        (Read-SSTable $copy -Partition | Select-Object -First 1).PartitionKeyColumn | Should -Be 'key'
        (Read-SSTable $copy -Schema $Events/schema.cql | Select-Object -First 1).ClusteringColumn | Should -Be 'at'
    }
}
