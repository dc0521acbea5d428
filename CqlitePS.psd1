@{
    RootModule             = 'artifacts/module/CqlitePS.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '5b0d6d4e-6f0e-4d0c-9a55-0f1f4d1a7c21'
    Author                 = 'The CqlitePS authors'
    Description            = 'SQLite for Cassandra, in the PowerShell pipeline: opens, verifies and queries what Cassandra 3.0 to 5.0 left on disk, without a cluster.'
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('src/CqlitePS/Formatting/CqlitePS.Format.ps1xml')
    TypesToProcess         = @('src/CqlitePS/Formatting/CqlitePS.Types.ps1xml')
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    CmdletsToExport        = @(
        'Open-CqliteDatabase', 'Close-CqliteDatabase', 'Get-CqliteDatabase', 'New-CqliteDatabase', 'Save-CqliteDatabase', 'Optimize-CqliteDatabase',
        'Backup-CqliteDatabase', 'Restore-CqliteDatabase', 'Test-CqliteDatabase', 'Get-CqliteMetric', 'Add-CqliteRow',
        'Get-CqliteKeyspace', 'Get-CqliteTable', 'Get-CqliteSchema',
        'Connect-Cassandra', 'Disconnect-Cassandra', 'Test-CassandraConnection', 'Get-CassandraNode', 'Get-CassandraSchema', 'Export-CassandraSchema',
        'Export-CassandraTable', 'Export-CassandraKeyspace', 'Import-CassandraExport', 'Convert-CassandraExport', 'Convert-CassandraSchema', 'Copy-CassandraTable',
        'Sync-CassandraTable', 'Test-CqliteMigration', 'Test-CqliteReport', 'Watch-CqliteMigration', 'Export-CqliteReport',
        'Invoke-CqlQuery', 'Invoke-CqlBatch', 'Import-CqliteTable', 'Export-CqliteTable',
        'Start-CqliteServer', 'Stop-CqliteServer', 'Get-CqliteServer',
        'Get-SSTable', 'Read-SSTable', 'Test-SSTable', 'Measure-SSTable',
        'Convert-SSTable', 'Merge-SSTable', 'Repair-SSTable'
    )
    PrivateData            = @{
        PSData = @{
            Tags       = @('Cassandra', 'CQL', 'SSTable', 'database')
            LicenseUri = ''
        }
    }
}
