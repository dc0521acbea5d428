using System.Management.Automation;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Copies tables of a cluster or a folder straight into a database, with nothing between.</summary>
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

    /// <summary>The database that is written; the last opened one when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>Memory in bytes that the copy may take, such as 512MB: fewer ranges are read at once, and shorter pages.</summary>
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
    protected override void Process()
    {
        if (Table is null && Keyspace is null)
            throw new ArgumentException("-Table or -Keyspace says what is copied.");
        CqliteDatabase database = Database ?? OpenDatabases.Current.Default ?? throw new NoDatabaseException();
        CopySettings settings = new()
        {
            Tables = Table is null ? [Keyspace!] : [.. Table.Select(t => FullName(t, Keyspace))],
            Resume = Resume,
            WithIndexes = !NoIndex,
            Ranges = Ranges,
        };
        using IMigrationSource source = OpenSource();
        if (!ShouldProcess(database.Path, $"Copy {string.Join(", ", settings.Tables)} of {TransferReport.Describe(source.Description)}"))
            return;
        DatabaseTarget target = new(database.Engine);
        database.Engine.Database.CheckWritable();
        Run("Copying", "run the same command with -Resume to go on.", (progress, stop) => new Copier(source, target, settings, progress).RunAsync(stop));
    }
}
