BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $schema = "$Events/schema.cql"
    $two = Join-Path (Get-PSDrive TestDrive).Root 'two'
    Convert-SSTable $Events $two
    Convert-SSTable $Events $two -Version da -Force
}

Describe 'Merge-SSTable' {
    BeforeEach { $out = Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid().ToString('N')) }

    It 'makes one SSTable of several' {
        $merged = Merge-SSTable $two $out -Schema $schema -PassThru
        $merged | Should -HaveCount 1
        $merged.Source | Should -HaveCount 2
        $merged.DataPath | Should -HaveCount 1
        $merged.Rows | Should -Be 40
        $merged.GcGraceSeconds | Should -Be 864000
        ($merged | Test-SSTable -Extended).IsValid | Should -BeTrue
    }

    It 'lets tombstones go once they are old enough' {
        Merge-SSTable $Events $out -AsOf '2024-01-01Z'
        (Measure-SSTable $out).Tombstones | Should -Be 120
        Merge-SSTable $Events "$out/late" -AsOf '2100-01-01Z'
        (Measure-SSTable "$out/late").Tombstones | Should -Be 0
        Merge-SSTable $Events "$out/kept" -AsOf '2100-01-01Z' -KeepTombstone
        (Measure-SSTable "$out/kept").Tombstones | Should -Be 120
        Merge-SSTable $Events "$out/long" -AsOf '2089-01-01Z' -GcGraceSeconds 2000000000
        (Measure-SSTable "$out/long").Tombstones | Should -Be 120
    }

    It 'keeps tombstones that an SSTable beside may need' {
        Merge-SSTable $two/nb-1-big-Data.db $out -AsOf '2100-01-01Z' -GcGraceSeconds 0
        (Measure-SSTable $out).Tombstones | Should -Be 120
    }

    It 'keeps all tombstones where no schema tells how old they must be, and says so' {
        Merge-SSTable $two $out -AsOf '2100-01-01Z' -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
        (Measure-SSTable $out).Tombstones | Should -Be 120
    }

    It 'merges each table for itself' {
        $merged = Merge-SSTable $Snapshot/app/*/snapshots/before $out -PassThru -WarningAction SilentlyContinue
        $merged | Should -HaveCount 8
        $merged.Table | Should -Contain 'hits'
    }

    It 'is silent, asks, and refuses what contradicts' {
        Merge-SSTable $Events $out -WhatIf
        Test-Path $out | Should -BeFalse
        Merge-SSTable $Events $out | Should -BeNullOrEmpty
        { Merge-SSTable $Events "$out/no" -KeepTombstone -GcGraceSeconds 1 } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Merge-SSTable $Events "$out/no" -Schema ./missing.cql -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
    }
}
