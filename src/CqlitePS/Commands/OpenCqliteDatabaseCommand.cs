using System.Management.Automation;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Settings;
using Cqlite.Core.Query;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>
/// Opens a database of this product for writing, or what Cassandra wrote, for reading: a node's folder, its data directory, a snapshot, a table's folder or
/// loose SSTables.
/// </summary>
[Cmdlet(VerbsCommon.Open, "CqliteDatabase", DefaultParameterSetName = PathSet)]
[OutputType(typeof(CqliteDatabase))]
public sealed class OpenCqliteDatabaseCommand : CqliteCmdlet
{
    private DatabaseSettings _settings = new();

    /// <summary>The folder; wildcards are allowed.</summary>
    [Parameter(Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The folder, taken as it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A file of CQL with the schema, which then counts alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Schema { get; set; }

    /// <summary>The snapshot to open, where tables have several.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Snapshot { get; set; }

    /// <summary>Memory in bytes for uncompressed chunks and index pages; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? CacheSize { get; set; }

    /// <summary>Open for reading only: nothing is written, no lock is taken, and another process may write meanwhile.</summary>
    [Parameter]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>The compression of tables that are created without the option.</summary>
    [Parameter]
    [ValidateSet("lz4", "snappy", "deflate", "zstd", "none")]
    public string? Compression { get; set; }

    /// <summary>When a write counts as done: Group and Batch sync it before, Periodic syncs every ten seconds.</summary>
    [Parameter]
    public Durability? Durability { get; set; }

    /// <summary>A file of settings, JSON or YAML; what is given here or in the environment goes before it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Configuration { get; set; }

    /// <summary>The moment that times to live are counted from; the clock's when not given.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        DatabaseOptions options = DatabaseOptions.Default with
        {
            SchemaPath = ResolveLiteral(Schema),
            Snapshot = Snapshot,
            NowSeconds = AsOf?.ToUnixTimeSeconds(),
        };
        DatabaseSettings own = new() { CacheSizeBytes = CacheSize, Compression = Compression?.ToLowerInvariant(), ReadOnly = ReadOnly ? true : null, Durability = Durability };
        _settings = own.Over(DatabaseSettings.FromEnvironment());
        if (Configuration is not null)
            _settings = _settings.Over(DatabaseSettings.FromFile(ResolveLiteral(Configuration)));
        if (ParameterSetName != LiteralPathSet && Path.Length == 0)
        {
            string named = _settings.DatabasePath ?? throw new ArgumentException("No database is named: give -Path, or set CQLITE_DATABASE_PATH or cqlite.database_path.");
            Open(ResolveLiteral(named), options);
            return;
        }

        ForPaths(Path, LiteralPath, folder => Open(folder, options));
    }

    private void Open(string folder, DatabaseOptions options)
    {
        options = _settings.Over(DatabaseSettings.OfDatabase(folder)).Apply(options);
        if (!options.ReadOnly && options.Snapshot is null && OpenDatabases.Current.TakeWritable(System.IO.Path.TrimEndingDirectorySeparator(folder)) is { } shared)
        {
            // One database, one writer: whoever opens it again in a session gets the one that is open.
            WriteVerbose($"{folder} is open already, and is shared.");
            WriteObject(shared);
            return;
        }

        CqliteDatabase database = new(QueryEngine.Open(folder, options), AsOf);
        OpenDatabases.Current.Add(database);
        foreach (string problem in database.SchemaProblems)
            WriteWarning(problem);
        WriteObject(database);
    }
}
