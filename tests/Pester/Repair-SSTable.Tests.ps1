BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Repair-SSTable' {
    BeforeEach {
        $out = Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid().ToString('N'))
        $copy = Copy-Sample $Events
    }

    It 'puts a wrong bit right' {
        $bytes = [IO.File]::ReadAllBytes("$copy/nb-1-big-Data.db")
        $bytes[1000] = $bytes[1000] -bxor 1
        [IO.File]::WriteAllBytes("$copy/nb-1-big-Data.db", $bytes)
        $salvage = Repair-SSTable $copy $out -PassThru
        $salvage.IsComplete | Should -BeTrue
        $salvage.Rows | Should -Be 40
        $salvage.Repaired[0].Offset | Should -Be 1000
        ($salvage | Test-SSTable -Extended).IsValid | Should -BeTrue
    }

    It 'tells what is lost, in a warning and a manifest' {
        Convert-SSTable $copy "$out/plain" -ChunkLength 1KB
        $data = "$out/plain/nb-1-big-Data.db"
        $bytes = [IO.File]::ReadAllBytes($data)
        foreach ($i in 100..140) { $bytes[$i] = 0 }
        [IO.File]::WriteAllBytes($data, $bytes)
        $salvage = Repair-SSTable "$out/plain" "$out/salvaged" -PassThru -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
        $salvage.IsComplete | Should -BeFalse
        $salvage.Rows | Should -BeGreaterThan 0
        $salvage.Rows | Should -BeLessThan 40
        $manifest = Get-Content $salvage.ManifestPath -Raw | ConvertFrom-Json
        $manifest.complete | Should -BeFalse
        $manifest.rows | Should -Be $salvage.Rows
        $manifest.lost | Should -HaveCount $salvage.Lost.Count
        ($salvage | Test-SSTable -Extended).IsValid | Should -BeTrue
        (Get-FileHash $data).Hash | Should -Be ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)))
    }

    It 'makes missing components anew' {
        Remove-Item $copy/nb-1-big-Index.db, $copy/nb-1-big-Summary.db, $copy/nb-1-big-Filter.db, $copy/nb-1-big-CompressionInfo.db
        $salvage = Repair-SSTable $copy $out -PassThru
        $salvage.IsComplete | Should -BeTrue
        $salvage.Rows | Should -Be 40
    }

    It 'says that nothing is to be had without the header' {
        Remove-Item $copy/nb-1-big-Statistics.db
        $salvage = Repair-SSTable $copy $out -PassThru -WarningAction SilentlyContinue
        $salvage.DataPath | Should -HaveCount 0
        $salvage.Lost[0].Component | Should -Be 'Statistics.db'
        Test-Path $salvage.ManifestPath | Should -BeTrue
    }

    It 'is silent about what is sound, and asks' {
        Repair-SSTable $copy $out -WhatIf
        Test-Path $out | Should -BeFalse
        Repair-SSTable $copy $out -WarningVariable warned | Should -BeNullOrEmpty
        $warned | Should -BeNullOrEmpty
        Repair-SSTable $copy $out -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -Be 'DestinationNotEmpty,CqlitePS.Commands.RepairSSTableCommand'
    }
}
