using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Sessions;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>Copies tables of a cluster, a database or a folder straight into a database or a cluster, with nothing between.</summary>
[Cmdlet(VerbsCommon.Copy, "CassandraTable", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationResult))]
public sealed class CopyCassandraTableCommand : MigrationSourceCmdlet
{
    /// <summary>The tables, as <c>keyspace.table</c>, or without a keyspace where -Keyspace or the connection gives one; all of the keyspace when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>The tables' keyspace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string? Keyspace { get; set; }

    /// <summary>The database that is written; the last opened one when neither it nor -TargetConnection is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>A cluster that is written, in place of a database. What is read is then -SourceDatabase, -SourcePath or another -Connection.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public CassandraConnection? TargetConnection { get; set; }

    /// <summary>A database that is open and read in place of a cluster; with -TargetConnection the last opened one when nothing else is given.</summary>
    [Parameter]
    [ValidateNotNull]
    public CqliteDatabase? SourceDatabase { get; set; }

    /// <summary>How many replicas of the cluster must have written; that of -TargetConnection when not given.</summary>
    [Parameter]
    [ConsistencyTransformation]
    public ConsistencyLevel? Consistency { get; set; }

    /// <summary>A file that takes the rows that the cluster refuses, with the reason, as lines of JSON; the first one ends its table when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RejectPath { get; set; }

    /// <summary>
    /// Memory in bytes that the copy may take, such as 512MB: fewer ranges are read at once, pages are shorter, and of -SourcePath less is kept. Caches of databases that
    /// are open already are as these were opened, and the session's own memory is not limited: <c>cqlite migrate copy --memory-limit</c> holds its whole process to it.
    /// </summary>
    [Parameter]
    [ValidateRange(MemoryShare.LeastBytes, long.MaxValue)]
    public long? MemoryLimit { get; set; }

    /// <summary>Create no indexes and views.</summary>
    [Parameter]
    public SwitchParameter NoIndex { get; set; }

    /// <inheritdoc/>
    private protected override RangeRunOptions Ranges => MemoryLimit is { } limit ? MemoryShare.Within(base.Ranges, limit) : base.Ranges;

    /// <inheritdoc/>
    private protected override ClusterReading Reading => MemoryLimit is { } limit ? MemoryShare.Within(base.Reading, limit) : base.Reading;

    /// <inheritdoc/>
    private protected override DatabaseOptions Within(DatabaseOptions options) => MemoryLimit is { } limit ? MemoryShare.Within(options, limit) : options;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Table is null && Keyspace is null)
            throw new ArgumentException("-Table or -Keyspace says what is copied.");
        CopySettings settings = new()
        {
            Tables = Table is null ? [Keyspace!] : [.. Table.Select(t => FullName(t, Keyspace))],
            Resume = Resume,
            WithIndexes = !NoIndex,
            Ranges = Ranges,
        };
        IMigrationTarget target = MigrationTargets.Find(Database, TargetConnection, nameof(TargetConnection), Consistency, ResolveLiteral(RejectPath));
        using IMigrationSource source = OpenSource(SourceDatabase ?? (TargetConnection is not null && Connection is null && SourcePath is null ? OpenDatabases.RequireDefault() : null));
        if (source.Description.IsSameData(target.Description) && PathNames.AreSame(source.Description.Address, target.Description.Address))
            throw new ArgumentException($"Source and target are the same: {TransferReport.Describe(source.Description)}.");
        if (!ShouldProcess(TransferReport.Describe(target.Description), $"Copy {string.Join(", ", settings.Tables)} of {TransferReport.Describe(source.Description)}"))
            return;
        RequireRejects(RejectPath);
        try
        {
            Run("Copying", "run the same command with -Resume to go on.", (progress, stop) => new Copier(source, target, settings, progress).RunAsync(stop));
        }
        finally
        {
            MigrationTargets.Tidy(TargetConnection);
        }
    }
}
