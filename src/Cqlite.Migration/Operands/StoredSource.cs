using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Operands;

/// <summary>Files as a source: a database, a node's directory or snapshot, an export directory. They have everything, tombstones too.</summary>
public sealed class StoredSource : IMigrationSource
{
    private readonly QueryEngine _engine;
    private readonly bool _ownsEngine;
    private readonly RecordedFidelity _fidelity;

    /// <summary>Reads a database that is open, which stays its owner's.</summary>
    /// <param name="engine">The database.</param>
    /// <param name="kind">What it is.</param>
    public StoredSource(QueryEngine engine, OperandKind kind)
        : this(engine, kind, RecordedFidelity.None, address: null, ownsEngine: false)
    {
    }

    private StoredSource(QueryEngine engine, OperandKind kind, RecordedFidelity fidelity, string? address, bool ownsEngine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _fidelity = fidelity;
        _ownsEngine = ownsEngine;
        Description = new OperandDescription(kind, address ?? engine.Database.Path, engine.Database.Partitioner.ClassName) { Snapshot = engine.Database.Snapshot };
    }

    /// <inheritdoc/>
    public OperandDescription Description { get; }

    /// <inheritdoc/>
    public long ReadAtMicros { get; } = UnixMicros.Now;

    /// <inheritdoc/>
    public IQueryTarget Queries => _engine;

    /// <inheritdoc/>
    public IReadOnlyList<UnreadTable> UnreadTables => Database.UnreadTables;

    /// <inheritdoc/>
    public IReadOnlyList<FolderRemark> Remarks =>
    [
        .. Database.SchemaProblems.Select(problem => new FolderRemark(null, null, problem)),
        .. Database.Remarks,
        .. Database.CommitLog is { UnknownTables.Count: > 0 } log
            ? [new FolderRemark(null, null, $"{log.Directory} has {log.UnknownTables.Values.Sum():N0} writes to tables that the schema does not have, such as dropped ones, and these are left out: {string.Join(", ", log.UnknownTables.Keys)}.")]
            : (FolderRemark[])[],
    ];

    /// <summary>The database.</summary>
    public Database Database => _engine.Database;

    /// <summary>Opens what lies at a path, for reading.</summary>
    /// <param name="path">A folder.</param>
    /// <param name="options">How to open it; it is read only, whatever they say.</param>
    /// <exception cref="StorageException">There is no such folder, or it can't be read.</exception>
    /// <exception cref="UnsupportedFormatException">It holds nothing of Cassandra's.</exception>
    /// <exception cref="CorruptDataException">The manifest of an export does not decode.</exception>
    public static StoredSource Open(string path, DatabaseOptions? options = null)
    {
        options = (options ?? DatabaseOptions.Default) with { ReadOnly = true };
        OperandKind kind = OperandKinds.Of(path, options.Files);
        bool isExport = kind == OperandKind.ExportDirectory;
        RecordedFidelity fidelity = isExport ? RecordedFidelity.Read(options.Files, path) : RecordedFidelity.None;

        // An export's data lie in a folder below it; what users know is the export.
        string? address = isExport ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) : null;
        return new StoredSource(QueryEngine.Open(path, options), kind, fidelity, address, ownsEngine: true);
    }

    /// <inheritdoc/>
    public IMigrationSource At(long readAtMicros) => this;

    /// <inheritdoc/>
    public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => Task.FromResult(_engine.Database.Schema);

    /// <inheritdoc/>
    public Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        TableMetadata? current = _engine.Database.Schema.Table(table.Keyspace, table.Name);
        if (current?.Id != table.Id)
            throw new InvalidQueryException($"table {table} is not there any more.");
        return Task.FromResult<ITableSource>(new StoredTable(_engine.Database, current, _fidelity.Of(current)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsEngine)
            _engine.Dispose();
    }

    private sealed class StoredTable(Database database, TableMetadata table, SourceFidelity fidelity) : ITableSource
    {
        public TableMetadata Table => table;

        public SourceFidelity Fidelity => fidelity;

        public Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation)
        {
            TableInfo info = database.Describe(table);
            IReadOnlyList<TokenRange> ranges = RangeSplitter.Split(table.Partitioner, wantedCount, []);
            return Task.FromResult<IReadOnlyList<RangeEstimate>>(
                [.. ranges.Select(r => new RangeEstimate(r, info.EstimatedPartitions / ranges.Count, info.SizeBytes / ranges.Count))]);
        }

        public UnfilteredCursor Read(TokenRange range, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            return database.OpenTable(table).ReadInOrder(range.ToRequest());
        }
    }
}
