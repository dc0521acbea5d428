using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Settings;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that read tables of a cluster, or of a folder in its place.</summary>
public abstract class MigrationSourceCmdlet : MigrationCmdlet
{
    /// <summary>The cluster that is read; the last connected one when neither it nor -SourcePath is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public CassandraConnection? Connection { get; set; }

    /// <summary>A folder that is read in place of a cluster: a snapshot, a node's directory, a database, an export, a folder of SSTables.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SourcePath { get; set; }

    /// <summary>The snapshot that is read of -SourcePath; when not given, the tables' own SSTables, or their only snapshot where they have nothing else.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Snapshot { get; set; }

    /// <summary>Rows of a page that is read from a cluster.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int BatchSize { get; set; } = ClusterReading.Default.PageSize;

    /// <summary>How many ranges of tokens a table is cut into at first; when not given, as many as its size asks for, up to four for each that is read at once. Of more than 1024 each holds about a megabyte or more: neighbours that hold less are taken together.</summary>
    [Parameter]
    [ValidateRange(1, 1 << 20)]
    public int? PartitionCount { get; set; }

    /// <summary>Go on with what an earlier run has left; begin where there is nothing.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <inheritdoc/>
    private protected override RangeRunOptions Ranges => base.Ranges with { RangeCount = PartitionCount };

    /// <summary>How a cluster is read.</summary>
    private protected virtual ClusterReading Reading => ClusterReading.Default with { PageSize = BatchSize };

    /// <summary>How a folder is opened that is read.</summary>
    private protected virtual DatabaseOptions Within(DatabaseOptions options) => options;

    /// <summary>Opens what is read; the caller disposes of it.</summary>
    /// <param name="database">A database that is open and read; null for what the parameters say.</param>
    /// <exception cref="NoConnectionException">Nothing is given, and no cluster is connected.</exception>
    private protected IMigrationSource OpenSource(CqliteDatabase? database = null)
    {
        if (database is not null && (SourcePath is not null || Connection is not null))
            throw new ArgumentException("-SourceDatabase contradicts -Connection and -SourcePath.");
        if (Snapshot is not null && SourcePath is null)
            throw new ArgumentException("-Snapshot is of folders: it needs -SourcePath.");
        if (database is not null)
            return OpenOperand.Of(database).Read();
        if (SourcePath is not null && Connection is not null)
            throw new ArgumentException("-Connection and -SourcePath contradict each other.");
        if (SourcePath is not null)
        {
            string path = ResolveLiteral(SourcePath);
            return StoredSource.Open(path, Within(DatabaseSettings.OfDatabase(path).Apply(DatabaseOptions.Default with { Snapshot = Snapshot })));
        }

        return new ClusterSource(Connection ?? OpenConnections.RequireDefault(), Reading);
    }

    /// <summary>A table's name with its keyspace.</summary>
    /// <param name="table">As the user gave it.</param>
    /// <param name="keyspace">The keyspace that was given beside it.</param>
    /// <exception cref="ArgumentException">Neither says which keyspace.</exception>
    private protected string FullName(string table, string? keyspace)
    {
        if (keyspace is not null)
            return table.StartsWith(keyspace + ".", StringComparison.Ordinal) ? table : $"{keyspace}.{table}";
        return FullNames.Of(table, SourcePath is null ? (Connection ?? OpenConnections.Current.Default)?.Options.Keyspace : null);
    }
}
