# Dot-sourced by the tests of migrations: the snapshot that ships with the module, served as a cluster, a connection to it and a folder for what is made.
. $PSScriptRoot/Setup.ps1
$Work = Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid().ToString('N'))
$null = New-Item -ItemType Directory $Work
$Served = Open-CqliteDatabase $Snapshot
$Server = Start-CqliteServer -Database $Served -Port 0
$Cluster = Connect-Cassandra "127.0.0.1:$($Server.Port)"
function Close-Migration { Disconnect-Cassandra -All; Stop-CqliteServer -All; Close-CqliteDatabase -All }

# The rows of a table of a database are those that are served.
function Assert-Same($Database, [string] $Query = 'SELECT id, at, body, n, props, tags, writetime(body) FROM app.events') {
    $expected = Invoke-CqlQuery $Query -Database $Served -As Json
    $expected | Should -Not -BeNullOrEmpty
    Invoke-CqlQuery $Query -Database $Database -As Json | Should -Be $expected
}
