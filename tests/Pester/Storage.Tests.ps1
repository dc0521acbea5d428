BeforeDiscovery {
    # A folder in which this user may make nothing: one without permission to write, or where that does not stop root, one of the system's own.
    $places = @(if (-not $IsWindows) {
            $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "cqlite-$([guid]::NewGuid().ToString('N'))")).FullName
            chmod 500 $folder
            foreach ($place in $folder, '/sys') {
                try {
                    $null = [IO.Directory]::CreateDirectory("$place/cqlite")
                    [IO.Directory]::Delete("$place/cqlite")
                }
                catch [UnauthorizedAccessException] { $place -eq '/sys' ? '/sys' : 'own' }
                catch { }
            }
            [IO.Directory]::Delete($folder)
        })
    $place = $places | Select-Object -First 1
    $hasFull = Test-Path /dev/full
}

BeforeAll {
    . $PSScriptRoot/MigrationSetup.ps1
    Export-CassandraTable app.events, app.hits $Work/export
    Set-Content $Work/file 'a file where a folder is needed'
    $Db = New-CqliteDatabase $Work/db

    # The error record that a command ends with.
    function Get-Failure([scriptblock] $Command) {
        try { & $Command } catch { return $_ }
        throw 'It did not fail.'
    }
}
AfterAll { Close-Migration }

Describe 'Disks that refuse' {
    It 'is told where a folder can not be made: <Name>' -ForEach @(
        @{ Name = 'export'; Command = { Export-CassandraTable app.events $Work/file/export -ErrorAction Stop } }
        @{ Name = 'report of an export'; Command = { Export-CassandraTable app.events $Work/e1 -ReportPath $Work/file/report.json -ErrorAction Stop } }
        @{ Name = 'log of an export'; Command = { Export-CassandraTable app.events $Work/e2 -LogPath $Work/file/export.log -ErrorAction Stop } }
        @{ Name = 'report of an import'; Command = { Import-CassandraExport $Work/export -Database $Db -ReportPath $Work/file/report.json -ErrorAction Stop } }
        @{ Name = 'log of a copy'; Command = { Copy-CassandraTable app.events -Database $Db -LogPath $Work/file/copy.log -ErrorAction Stop } }
        @{ Name = 'report of a comparison'; Command = { Test-CqliteMigration -Table app.events -ReportPath $Work/file/report.json -ErrorAction Stop } }
    ) {
        $failure = Get-Failure $Command
        $failure.FullyQualifiedErrorId | Should -Match '^(Storage|PathNotFound),CqlitePS'
        $failure.CategoryInfo.Category | Should -BeIn 'ResourceUnavailable', 'ObjectNotFound'
        $failure.Exception.Message | Should -Match ([regex]::Escape((Join-Path $Work file)))
        $Db.Keyspaces | Should -Not -Contain 'app'
    }

    It 'is told where this user may not: <Name>' -Skip:(-not $place) -ForEach @(
        @{ Name = 'export'; Command = { Export-CassandraTable app.events $Forbidden/export -ErrorAction Stop }; Place = $place }
        @{ Name = 'report of an import'; Command = { Import-CassandraExport $Work/export -Database $Db -ReportPath $Forbidden/r/report.json -ErrorAction Stop }; Place = $place }
        @{ Name = 'log of a copy'; Command = { Copy-CassandraTable app.events -Database $Db -LogPath $Forbidden/copy.log -ErrorAction Stop }; Place = $place }
    ) {
        $Forbidden = $Place
        if ($Place -eq 'own') {
            $Forbidden = (New-Item -ItemType Directory $Work/forbidden -Force).FullName
            chmod 500 $Forbidden
        }

        $failure = Get-Failure $Command
        $failure.FullyQualifiedErrorId | Should -BeLike 'StoragePermission,CqlitePS*'
        $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
        $failure.Exception.Message | Should -Match "^$([regex]::Escape($Forbidden)).*permission denied"
        $Db.Keyspaces | Should -Not -Contain 'app'
    }

    It 'is told which file it is whose disk is full: <Name>' -Skip:(-not $hasFull) -ForEach @(
        @{ Name = 'export'; Command = { Export-CassandraTable app.events $Work/e3 -LogPath /dev/full -ErrorAction Stop } }
        @{ Name = 'import'; Command = { Import-CassandraExport $Work/export -Database $Db -LogPath /dev/full -ErrorAction Stop } }
        @{ Name = 'copy'; Command = { Copy-CassandraTable app.hits -Database $Db -LogPath /dev/full -ErrorAction Stop } }
    ) {
        $failure = Get-Failure $Command
        $failure.FullyQualifiedErrorId | Should -BeLike 'DiskFull,CqlitePS*'
        $failure.CategoryInfo.Category | Should -Be 'LimitsExceeded'
        $failure.Exception.Message | Should -Match '^/dev/full: -LogPath can''t be written'
    }
}
