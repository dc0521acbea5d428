using System.Management.Automation;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Opens what Cassandra wrote, for reading: a node's folder, its data directory, a snapshot, a table's folder or loose SSTables.</summary>
[Cmdlet(VerbsCommon.Open, "CqliteDatabase", DefaultParameterSetName = PathSet)]
[OutputType(typeof(CqliteDatabase))]
public sealed class OpenCqliteDatabaseCommand : CqliteCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The folder; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
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
    public long CacheSize { get; set; } = DatabaseOptions.Default.CacheSizeBytes;

    /// <summary>The moment that times to live are counted from; the clock's when not given.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        DatabaseOptions options = DatabaseOptions.Default with
        {
            SchemaPath = Schema is null ? null : ResolveLiteral(Schema),
            Snapshot = Snapshot,
            CacheSizeBytes = CacheSize,
            NowSeconds = AsOf?.ToUnixTimeSeconds(),
        };
        bool isLiteral = string.Equals(ParameterSetName, LiteralPathSet, StringComparison.Ordinal);
        foreach (string path in isLiteral ? LiteralPath : Path)
        {
            ForItem(path, () =>
            {
                IReadOnlyCollection<string> resolved = isLiteral ? [ResolveLiteral(path)] : ResolveWildcards(path);
                foreach (string folder in resolved)
                    ForItem(folder, () => Open(folder, options));
            });
        }
    }

    private void Open(string folder, DatabaseOptions options)
    {
        CqliteDatabase database = new(QueryEngine.Open(folder, options), AsOf);
        OpenDatabases.Current.Add(database);
        foreach (string problem in database.SchemaProblems)
            WriteWarning(problem);
        WriteObject(database);
    }
}
