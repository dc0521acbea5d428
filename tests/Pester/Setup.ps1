# Dot-sourced by every test file: the built module, the snapshot that ships with it, and copies of it to be damaged.
$root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
Import-Module (Join-Path $root 'CqlitePS.psd1') -Force
$Snapshot = Join-Path $root 'samples/snapshot'
$Events = (Get-Item $Snapshot/app/events-*/snapshots/before).FullName

# A copy of a folder of the snapshot below TestDrive:, as a path of the file system.
function Copy-Sample([string] $Source, [string] $Name = [guid]::NewGuid().ToString('N')) {
    $target = Join-Path (Get-PSDrive TestDrive).Root $Name
    Copy-Item -LiteralPath $Source -Destination $target -Recurse
    $target
}

# Flips one byte of a file.
function Edit-Byte([string] $Path, [long] $Offset) {
    $bytes = [IO.File]::ReadAllBytes($Path)
    $bytes[$Offset] = $bytes[$Offset] -bxor 0xFF
    [IO.File]::WriteAllBytes($Path, $bytes)
}
