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
        Import-Module Microsoft.PowerShell.PlatyPS
        $pages = Import-MarkdownCommandHelp -Path docs/help/*-*.md
        $maml = Export-MamlCommandHelp -CommandHelp $pages -OutputFolder artifacts/help -Force
        $text = [IO.File]::ReadAllText($maml) -replace "`r`n", "`n"
        [IO.File]::WriteAllText("$PWD/src/CqlitePS/Help/CqlitePS.dll-Help.xml", $text)
    }
    'Package' {
        # The module as it is installed: everything beside the manifest.
        dotnet build src/CqlitePS -c Release
        Remove-Item artifacts/package -Recurse -Force -ErrorAction Ignore
        $target = New-Item artifacts/package/CqlitePS -ItemType Directory -Force
        Copy-Item artifacts/module/*, src/CqlitePS/Formatting/*.ps1xml, en-US -Destination $target -Recurse
        (Get-Content CqlitePS.psd1 -Raw) -replace 'artifacts/module/|src/CqlitePS/Formatting/' | Set-Content $target/CqlitePS.psd1 -NoNewline
        Test-ModuleManifest $target/CqlitePS.psd1
        dotnet pack src/Cqlite.Core -c Release
        dotnet pack src/Cqlite.Data -c Release
    }
}
exit $LASTEXITCODE
