using System.Management.Automation;
using Cqlite.Migration.Validation;
using CqlitePS.Completion;
using CqlitePS.Sessions;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that compare two sides: which ones, which tables, and how closely.</summary>
public abstract class ComparisonCmdlet : ProgressCmdlet
{
    /// <summary>What is right: a connection, an open database, or the folder of a database, an export, a snapshot, a node or of SSTables; the last connected cluster when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Connection", "SourcePath")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(OperandCompleter))]
    public MigrationOperand? Source { get; set; }

    /// <summary>What is compared with it, given in the same ways; the last opened database when not given.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Database", "TargetPath")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(OperandCompleter))]
    public MigrationOperand? Target { get; set; }

    /// <summary>The snapshot that is read of the source, which is a folder then; when not given, the tables' own SSTables, or their only snapshot where they have nothing else.</summary>
    [Parameter]
    [Alias("SourceSnapshot")]
    [ValidateNotNullOrEmpty]
    public string? Snapshot { get; set; }

    /// <summary>The snapshot that is read of the target, which is a folder then.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TargetSnapshot { get; set; }

    /// <summary>The tables, as <c>keyspace.table</c>, or without a keyspace where -Keyspace or a connection gives one; all of the keyspaces when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>The keyspaces; all but Cassandra's own when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string[]? Keyspace { get; set; }

    /// <summary>What is compared: Count, Data, Schema, Performance, several of these, or All. Count, Data and Schema when not given.</summary>
    [Parameter]
    public ValidationChecks Check { get; set; } = ValidationSettings.Default.Checks;

    /// <summary>Rows by which a table's counts may differ, and rows of it that may differ, with a warning in place of a failure.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Tolerance { get; set; }

    /// <summary>Overlook nothing: write times and TTLs are compared too, and what can't be compared does not pass.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <summary>Compare write times too.</summary>
    [Parameter]
    public SwitchParameter WriteTime { get; set; }

    /// <summary>Compare the ends of TTLs too.</summary>
    [Parameter]
    public SwitchParameter Ttl { get; set; }

    /// <summary>How many differences of each table are listed; counts are exact in any case.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int MaxDifference { get; set; } = ValidationSettings.Default.MaxDifferences;

    /// <summary>How many ranges are compared at once.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = ValidationSettings.Default.Throttle;

    /// <summary>How both sides are compared, as the parameters say.</summary>
    private protected virtual ValidationSettings Settings => new()
    {
        Checks = Check == ValidationChecks.None ? throw new ArgumentException("-Check None compares nothing.") : Check,
        Tables = Names(),
        Tolerance = Strict && Tolerance > 0 ? throw new ArgumentException("-Strict tolerates nothing: it contradicts -Tolerance.") : Tolerance,
        Strict = Strict,
        WriteTimes = WriteTime,
        Ttls = Ttl,
        MaxDifferences = MaxDifference,
        Throttle = ThrottleLimit,
    };

    /// <summary>What is right.</summary>
    /// <exception cref="NoConnectionException">Nothing is given, and no cluster is connected.</exception>
    private protected OpenOperand FindSource() => Find(Source, Snapshot, nameof(Snapshot), () => OpenOperand.Of(OpenConnections.RequireDefault()));

    /// <summary>What is compared with it.</summary>
    /// <exception cref="NoDatabaseException">Nothing is given, and no database is open.</exception>
    private protected OpenOperand FindTarget() => Find(Target, TargetSnapshot, nameof(TargetSnapshot), () => OpenOperand.Of(OpenDatabases.RequireDefault()));

    private OpenOperand Find(MigrationOperand? side, string? snapshot, string parameter, Func<OpenOperand> last) =>
        side is not null ? OpenOperand.Find(side, snapshot, p => ResolveLiteral(p))
        : snapshot is null ? last()
        : throw new ArgumentException($"-{parameter} is of a folder, and none is given.");

    /// <summary>The keyspace of names without one that a connection was made with, where one side is a cluster.</summary>
    private string? ClusterKeyspace => (Source is null ? OpenConnections.Current.Default : Source.Connection)?.Options.Keyspace ?? Target?.Connection?.Options.Keyspace;

    private string[] Names()
    {
        if (Table is null)
            return Keyspace ?? [];
        if (Keyspace is { Length: > 1 })
            throw new ArgumentException("-Table is of one keyspace; several are given.");
        return [.. Table.Select(t => FullNames.Of(t, Keyspace?[0] ?? ClusterKeyspace))];
    }
}
