BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Convert-SSTable' {
    BeforeEach { $out = Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid().ToString('N')) }

    It 'writes <_>, with the same rows' -ForEach 'nb', 'oa', 'da' {
        $converted = Convert-SSTable $Events $out -Version $_ -PassThru
        $converted.Version | Should -Be $_
        $converted.Rows | Should -Be 40
        $converted.Source | Should -BeLike "*nb-1-big-Data.db"
        $converted.DataPath | Should -HaveCount 1
        ($converted | Test-SSTable -Extended).IsValid | Should -BeTrue
        (Read-SSTable $out | ForEach-Object { "$($_.Clustering) $($_.Cells.Value)" }) | Should -Be (Read-SSTable $Events | ForEach-Object { "$($_.Clustering) $($_.Cells.Value)" })
    }

    It 'is silent unless -PassThru is given' {
        Convert-SSTable $Events $out | Should -BeNullOrEmpty
        Get-SSTable $out | Should -HaveCount 1
    }

    It 'writes nothing with -WhatIf' {
        Convert-SSTable $Events $out -WhatIf
        Test-Path $out | Should -BeFalse
    }

    It 'gives each table and index a folder' {
        $converted = Convert-SSTable $Snapshot/app/*/snapshots/before $out -PassThru
        $converted | Should -HaveCount 8
        ($converted | Where-Object Index).Destination | Should -BeLike '*.indexed_city'
        (Get-SSTable $out | ForEach-Object { "$($_.Keyspace).$($_.Table)" } | Sort-Object -Unique) | Should -HaveCount 7
    }

    It 'compresses anew' {
        Convert-SSTable $Events $out -Compression zstd -ChunkLength 4KB
        $compression = (Get-SSTable $out).Compression
        $compression.Compressor | Should -Be 'ZstdCompressor'
        $compression.ChunkLengthBytes | Should -Be 4096
        Convert-SSTable $Events $out -Force -ChunkLength 32KB -PassThru | Get-SSTable | ForEach-Object { $_.Compression.ChunkLengthBytes } | Should -Be 32768
        Convert-SSTable $Events "$out/none" -Compression none -PassThru | Get-SSTable | ForEach-Object Compression | Should -BeNullOrEmpty
    }

    It 'writes beside other SSTables only with -Force' {
        Convert-SSTable $Events $out
        Convert-SSTable $Events $out -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -Be 'DestinationNotEmpty,CqlitePS.Commands.ConvertSSTableCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'ResourceExists'
        Get-SSTable $out | Should -HaveCount 1
        Convert-SSTable $Events $out -Force
        (Get-SSTable $out).Id | Should -Be '1', '2'
    }

    It 'never writes beside its source' {
        $copy = Copy-Sample $Events
        { Convert-SSTable $copy $copy -Force } | Should -Throw -ErrorId 'InvalidArgument,CqlitePS.Commands.ConvertSSTableCommand'
    }

    It 'refuses what can not be' {
        { Convert-SSTable $Events $out -Version ma } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Convert-SSTable $Events $out -ChunkLength 5000 } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Convert-SSTable $Events $out -ChunkLength 4096 -Compression none } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'goes on behind an SSTable that is damaged, and leaves nothing of it' {
        $copy = Copy-Sample $Snapshot/app
        $data = (Get-Item $copy/events-*/snapshots/before/nb-1-big-Data.db).FullName
        Edit-Byte $data 1000
        $converted = Convert-SSTable $copy/*/snapshots/before $out -PassThru -ErrorAction SilentlyContinue -ErrorVariable failed
        $converted | Should -HaveCount 7
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -Be 'CorruptData,CqlitePS.Commands.ConvertSSTableCommand'
        $failed[0].TargetObject | Should -Be $data
        Get-ChildItem $out -Recurse -File -Filter '*txn*' | Should -BeNullOrEmpty
    }

    It 'leaves out cells of dropped columns when a schema says so' {
        $before = (Get-Item $Snapshot/app/events-*/snapshots/before).FullName
        $cql = Join-Path (Get-PSDrive TestDrive).Root 'dropped.cql'
        (Get-Content $before/schema.cql -Raw) + "`nALTER TABLE app.events DROP n USING TIMESTAMP 4000000000000000;" | Set-Content $cql
        Convert-SSTable $before $out -Schema $cql
        (Read-SSTable $out).Cells.Column | Should -Not -Contain 'n'
        (Read-SSTable $out).Cells.Column | Should -Contain 'body'
    }

    It 'completes versions and compressions' {
        $line = "Convert-SSTable x y -Compression "
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be 'deflate', 'lz4', 'none', 'snappy', 'zstd'
        $line = "Convert-SSTable x y -Version "
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be 'da', 'nb', 'oa'
    }
}
