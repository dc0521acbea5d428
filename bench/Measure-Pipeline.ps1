#!/usr/bin/env pwsh
<#
.SYNOPSIS
Measures how many objects a second Invoke-CqlQuery gives to the pipeline, in the PowerShell that runs this.
.PARAMETER Folder
A folder with bench.events in the folder nb, and schema.cql (tests/Fixtures/README.md tells where it comes from).
.PARAMETER Rounds
Executions of each statement, of which the median counts.
#>
param(
    [Parameter(Mandatory)] [string] $Folder,
    [ValidateRange(1, 1001)] [int] $Rounds = 11
)

$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
dotnet build (Join-Path $root 'src/CqlitePS') -c Release --nologo -v quiet
if ($LASTEXITCODE) { throw "The module does not build." }
Import-Module (Join-Path $root 'CqlitePS.psd1') -Force
$null = Open-CqliteDatabase (Join-Path $Folder 'nb') -Schema (Join-Path $Folder 'schema.cql')

$lines = foreach ($query in 'SELECT * FROM bench.events', 'SELECT device, seq, kind FROM bench.events') {
    $seconds = foreach ($round in 0..$Rounds) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Invoke-CqlQuery $query | Out-Null
        $watch.Elapsed.TotalSeconds
    }
    $count = (Invoke-CqlQuery $query | Measure-Object).Count
    $median = ($seconds | Select-Object -Skip 1 | Sort-Object)[[int][Math]::Floor($Rounds / 2)]
    $columns = @((Invoke-CqlQuery "$query LIMIT 1").psobject.Properties).Count
    '| `{0}` | {1} | {2:N0} ms | {3:N0} k |' -f $query, $columns, ($median * 1000), ($count / $median / 1000)
}

$report = @(
    '# Objects in the pipeline'
    ''
    "PowerShell $($PSVersionTable.PSVersion), $([Runtime.InteropServices.RuntimeInformation]::FrameworkDescription), $([Environment]::ProcessorCount) cores. Invoke-CqlQuery to Out-Null, median of $Rounds."
    ''
    '| statement | columns | time | objects/s |'
    '|---|---|---|---|'
    $lines
)
$report
Set-Content (Join-Path $PSScriptRoot 'results/pipeline.md') ($report -join "`n")
