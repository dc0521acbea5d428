BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'Open-CqliteDatabase' {
    AfterEach { Close-CqliteDatabase -All }

    It 'opens a snapshot and returns the database' {
        $db = Open-CqliteDatabase $Snapshot
        $db.Path | Should -Be $Snapshot
        $db.Keyspaces | Should -Be 'app'
        $db.TableCount | Should -Be 9
        $db.IsOpen | Should -BeTrue
        $db.IsReadOnly | Should -BeTrue
    }

    It 'makes the last opened one the default' {
        $first = Open-CqliteDatabase $Snapshot
        $second = Open-CqliteDatabase (Split-Path $Events | Split-Path)
        (Get-CqliteDatabase).Path | Should -Be $second.Path, $first.Path
        (Get-CqliteTable).Name | Should -Be 'events'
    }

    It 'resolves relative paths, the home directory and PowerShell drives' {
        Push-Location $Snapshot
        try {
            (Open-CqliteDatabase ./app).Path | Should -Be (Join-Path $Snapshot 'app')
            (Open-CqliteDatabase -LiteralPath .).Path | Should -Be $Snapshot
        }
        finally { Pop-Location }
        $null = New-PSDrive -Name snap -PSProvider FileSystem -Root $Snapshot
        try { (Open-CqliteDatabase snap:/app).Path | Should -Be (Join-Path $Snapshot 'app') }
        finally { Remove-PSDrive snap }
    }

    It 'takes wildcards with -Path, and none with -LiteralPath' {
        $folder = Copy-Sample (Split-Path $Events | Split-Path) 'ev[1]'
        (Open-CqliteDatabase -LiteralPath $folder).Path | Should -Be $folder
        (Open-CqliteDatabase (Join-Path $Snapshot 'ap*')).Path | Should -Be (Join-Path $Snapshot 'app')
        Open-CqliteDatabase -Path $folder -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,CqlitePS.Commands.OpenCqliteDatabaseCommand'
    }

    It 'takes folders from the pipeline' {
        Get-Item $Snapshot | Open-CqliteDatabase | Should -HaveCount 1
        $Snapshot | Open-CqliteDatabase | Should -HaveCount 1
    }

    It 'goes on after a folder that is none' {
        $opened = Open-CqliteDatabase $PSScriptRoot, $Snapshot -ErrorAction SilentlyContinue -ErrorVariable failed
        $opened.Path | Should -Be $Snapshot
        $failed[0].FullyQualifiedErrorId | Should -Be 'UnsupportedFormat,CqlitePS.Commands.OpenCqliteDatabaseCommand'
        $failed[0].TargetObject | Should -Be $PSScriptRoot
    }

    It 'reads the schema from the file that is named' {
        $schema = Join-Path $TestDrive 'other.cql'
        Set-Content $schema (Get-Content (Join-Path $Events 'schema.cql') -Raw)
        (Open-CqliteDatabase (Split-Path $Events | Split-Path) -Schema $schema).SchemaOrigin | Should -Be $schema
    }

    It 'counts times to live from -AsOf' {
        (Open-CqliteDatabase $Snapshot -AsOf '2024-01-01Z').AsOf | Should -Be ([DateTimeOffset]'2024-01-01Z')
    }
}

Describe 'Open-CqliteDatabase of a database that is written' {
    BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
    AfterAll { Close-CqliteDatabase -All }

    It 'shares it within a session, and opens it beside the writer with -ReadOnly' {
        Open-CqliteDatabase $ShopPath | Should -Be $Shop
        $reader = Open-CqliteDatabase $ShopPath -ReadOnly
        $reader.IsReadOnly | Should -BeTrue
        { Invoke-CqlQuery 'INSERT INTO shop.orders (id) VALUES (1)' -Database $reader } | Should -Throw -ErrorId 'DatabaseReadOnly,*'
        Close-CqliteDatabase $reader
    }

    It 'says when somebody else has it, and when a newer release wrote it' {
        Close-CqliteDatabase $Shop
        $lock = [IO.File]::Open("$ShopPath/LOCK", 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            Open-CqliteDatabase $ShopPath -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'DatabaseLocked,*'
            $failed[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
        }
        finally { $lock.Dispose() }
        (Get-Content "$ShopPath/cqlite.json" -Raw) -replace '"formatVersion": 1', '"formatVersion": 2' | Set-Content "$ShopPath/cqlite.json"
        Open-CqliteDatabase $ShopPath -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'UnsupportedFormat,*'
        $failed[0].Exception.Message | Should -BeLike '*format version 2*'
    }

    It 'takes path and settings from the environment' {
        $env:CQLITE_DATABASE_PATH = $Snapshot
        $env:CQLITE_CACHE_SIZE = 'much'
        try {
            { Open-CqliteDatabase } | Should -Throw -ErrorId 'InvalidSetting,*' -ExpectedMessage '*CQLITE_CACHE_SIZE*'
            $env:CQLITE_CACHE_SIZE = '64MB'
            (Open-CqliteDatabase).Path | Should -Be $Snapshot
        }
        finally { Remove-Item env:CQLITE_DATABASE_PATH, env:CQLITE_CACHE_SIZE }
    }
}
