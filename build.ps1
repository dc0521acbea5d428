<#
.SYNOPSIS
    The commands of this repository by name; each is one or two lines that can be typed as well.
.EXAMPLE
    ./build.ps1 -Task Build
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pester', 'Docs', 'Bench', 'Package')]
    [string] $Task = 'Build',

    # Where Pester writes its NUnit results; none by default.
    [string] $ResultPath,

    # The SSTable folders that the benchmarks read.
    [string] $BenchPath
)

$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

switch ($Task) {
    'Build' { dotnet build Cqlite.slnx }
    'Test' { dotnet test Cqlite.slnx }
    'Bench' { dotnet run -c Release --project bench/Cqlite.Benchmarks -- all $BenchPath }
    'Pester' {
        Import-Module Pester -MinimumVersion 5.0
        $configuration = New-PesterConfiguration
        $configuration.Run.Path = 'tests/Pester'
        $configuration.Run.Exit = $true
        if ($ResultPath) {
            $configuration.TestResult.Enabled = $true
            $configuration.TestResult.OutputPath = $ResultPath
        }
        Invoke-Pester -Configuration $configuration
    }
    'Docs' {
        Import-Module ./CqlitePS.psd1 -Force
        Import-Module Microsoft.PowerShell.PlatyPS
        Import-MarkdownCommandHelp -Path docs/help/*-*.md | Export-MamlCommandHelp -OutputFolder artifacts/module -Force
    }
    'Package' {
        dotnet build src/CqlitePS -c Release
        dotnet pack src/Cqlite.Core -c Release
    }
}
exit $LASTEXITCODE
