BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Measure-SSTable' {
    It 'counts what is in a table' {
        $measured = Measure-SSTable $Events
        $measured | Should -HaveCount 1
        $measured.Table | Should -Be 'events'
        $measured.Partitions | Should -Be 5
        $measured.Rows | Should -Be 40
        $measured.RowsPerPartition.Max | Should -Be 8
        $measured.Counts.CollectionTombstones | Should -Be 120
        $measured.LargestByRows[0].Rows | Should -Be 8
    }

    It 'gives a record a table' {
        $measured = Measure-SSTable $Snapshot/app/*/snapshots/before
        $measured | Should -HaveCount 8
        $measured.Table | Should -Contain 'indexed.indexed_city'
    }

    It 'judges tombstones at a moment' {
        (Measure-SSTable $Events -AsOf '2100-01-01Z').DroppableRatio | Should -Be 1
        (Measure-SSTable $Events -AsOf '2024-01-01Z').DroppableRatio | Should -Be 0
        (Measure-SSTable $Events -Top 2).LargestByBytes | Should -HaveCount 2
    }

    It 'leaves out an SSTable that is damaged, with an error' {
        $copy = Copy-Sample $Events
        Get-ChildItem $copy/nb-1-* | ForEach-Object { Copy-Item $_ (Join-Path $copy ($_.Name -replace '^nb-1', 'nb-2')) }
        (Measure-SSTable $copy).SSTables | Should -HaveCount 2
        Edit-Byte "$copy/nb-1-big-Data.db" 1000
        $measured = Measure-SSTable $copy -ErrorAction SilentlyContinue -ErrorVariable failed
        $measured.Rows | Should -Be 40
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -Be 'CorruptData,CqlitePS.Commands.MeasureSSTableCommand'
    }

    It 'takes gc_grace_seconds from the schema' {
        $copy = Copy-Sample $Events
        (Get-Content $copy/schema.cql -Raw) -replace 'gc_grace_seconds = \d+', 'gc_grace_seconds = 2000000000' | Set-Content $copy/schema.cql
        (Measure-SSTable $copy -AsOf '2089-01-01Z').DroppableRatio | Should -Be 0
        (Measure-SSTable $copy -AsOf '2089-01-01Z' -GcGraceSeconds 10).DroppableRatio | Should -Be 1
    }
}
