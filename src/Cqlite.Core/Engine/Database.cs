using System.Collections.Concurrent;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Partitioner = Cqlite.Core.Schema.Partitioner;

namespace Cqlite.Core.Engine;

/// <summary>Reads a schema from CQL text. Given from outside, for the language stands above the engine.</summary>
/// <param name="cql">The statements.</param>
/// <param name="file">The file they are from, for errors.</param>
/// <param name="partitioner">The partitioner of the tables.</param>
public delegate DatabaseSchema SchemaTextReader(string cql, string file, Partitioner partitioner);

/// <summary>
/// What Cassandra wrote, open for reading: a node's folder, its data directory, a keyspace's or table's folder, a snapshot at any
/// of these levels, or loose SSTables. Nothing is written, ever. Serves all threads.
/// </summary>
public sealed class Database : IDisposable
{
    private readonly DatabaseOptions _options;
    private readonly Dictionary<(string Keyspace, string Table), TableFolder> _folders = [];
    private readonly ConcurrentDictionary<(string Keyspace, string Table), Lazy<TableStore>> _stores = new();
    private readonly ChunkCache? _cache;
    private readonly RecoveredWrites? _recovered;
    private readonly PartitionLocks _locks = new();
    private bool _disposed;

    private Database(DatabaseLayout layout, DatabaseOptions options, SchemaTextReader readSchema)
    {
        _options = options;
        Path = layout.Root;
        _cache = options.CacheSizeBytes > 0 ? new ChunkCache(options.CacheSizeBytes) : null;
        _recovered = RecoveredWrites.Find(layout, options);
        var loader = new SchemaLoader(layout, options, readSchema, _recovered);
        Schema = loader.Load(_folders);
        _recovered?.Replay(Schema);
        SchemaOrigin = loader.Origin;
        SchemaProblems = loader.Problems;
    }

    /// <summary>The folder below which the tables lie.</summary>
    public string Path { get; }

    /// <summary>The schema.</summary>
    public DatabaseSchema Schema { get; }

    /// <summary>Where the schema was found, such as a file's path or <c>system_schema</c>.</summary>
    public string SchemaOrigin { get; }

    /// <summary>What of the schema could not be made sense of, one sentence each.</summary>
    public IReadOnlyList<string> SchemaProblems { get; }

    /// <summary>What was replayed of the node's commit log; null where there was none.</summary>
    public CommitLogReplay? CommitLog => _recovered?.Report;

    /// <summary>What TTLs are counted from, in seconds since 1970.</summary>
    public long NowSeconds => _options.NowSeconds ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>The partitioner of new tables.</summary>
    internal Partitioner Partitioner => Partitioner.Murmur3;

    /// <summary>Whether nothing can be written.</summary>
    public bool IsReadOnly => true;

    /// <summary>Refuses what writes where nothing can be written.</summary>
    /// <exception cref="InvalidQueryException">The database is open for reading only.</exception>
    public void CheckWritable()
    {
        if (IsReadOnly)
            throw new InvalidQueryException("This database is open for reading: SELECT and DESCRIBE are the only statements that can be executed.");
    }

    /// <summary>A timestamp for a write, in microseconds since 1970: greater than all that this gave before.</summary>
    internal long NextMicros() => throw new InvalidOperationException("nothing is written here.");

    /// <summary>Applies mutations: when it returns they are as durable as the database promises, and every reader sees them. Each is applied as a whole.</summary>
    /// <exception cref="StorageException">They are not durable; the database can't be written any more.</exception>
    internal void Apply(params ReadOnlySpan<Mutation> mutations) => CheckWritable();

    /// <summary>
    /// Takes the partitions' locks, which read-modify-write needs: conditions, counters, lists by index, views. Disposing gives them back.
    /// Nobody else who takes them is between his read and his write meanwhile; plain writes do not take them.
    /// </summary>
    internal PartitionLocks.Holder LockPartitions(params ReadOnlySpan<DecoratedKey> keys) => _locks.Take(keys);

    /// <summary>Makes another schema of the one that there is; when it returns the change is durable and in force.</summary>
    /// <param name="change">Gives the schema after the change; called once, while nobody else changes it.</param>
    internal void ChangeSchema(Func<DatabaseSchema, DatabaseSchema> change) => CheckWritable();

    /// <summary>Removes all that is stored of a table.</summary>
    internal void Truncate(TableMetadata table) => CheckWritable();

    /// <summary>Opens what lies at a path.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="readSchema">Reads a schema from CQL.</param>
    /// <param name="options">How to open it.</param>
    /// <exception cref="StorageException">There is no such folder, or it can't be read.</exception>
    /// <exception cref="UnsupportedFormatException">It holds nothing of Cassandra's.</exception>
    public static Database Open(string path, SchemaTextReader readSchema, DatabaseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(readSchema);
        options ??= DatabaseOptions.Default;
        return new Database(DatabaseLayout.Discover(options.Files, path, options.Snapshot), options, readSchema);
    }

    /// <summary>What is stored, table by table. Reads each SSTable's statistics.</summary>
    public IEnumerable<TableInfo> Tables()
    {
        foreach (KeyspaceMetadata keyspace in Schema.Keyspaces.Values)
        {
            foreach (TableMetadata table in keyspace.Tables.Values.Concat(keyspace.Views.Values.Select(v => v.Table)))
                yield return Describe(table);
        }
    }

    /// <summary>Opens a table of the schema; the same store for every caller, closed with the database.</summary>
    /// <exception cref="StorageException">An SSTable's component is missing or can't be read.</exception>
    /// <exception cref="CorruptDataException">An SSTable does not decode.</exception>
    public TableStore OpenTable(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_stores.TryGetValue((table.Keyspace, table.Name), out Lazy<TableStore>? store))
            return store.Value;
        return _stores.GetOrAdd((table.Keyspace, table.Name), _ => new Lazy<TableStore>(() => Open(table))).Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (Lazy<TableStore> store in _stores.Values)
        {
            if (store.IsValueCreated)
                store.Value.Dispose();
        }
    }

    private TableStore Open(TableMetadata table)
    {
        var opened = new List<SSTable>();
        bool complete = false;
        try
        {
            foreach (SSTableDescriptor descriptor in Folder(table)?.SSTables ?? [])
            {
                opened.Add(SSTable.Open(_options.Files, descriptor, new SSTableOptions
                {
                    Table = table,
                    Cache = _cache,
                    CrcCheckChance = table.Options.CrcCheckChance,
                }));
            }

            complete = true;
            return new TableStore(table, opened, _recovered?.Of(table));
        }
        finally
        {
            if (!complete)
                opened.ForEach(s => s.Dispose());
        }
    }

    private TableFolder? Folder(TableMetadata table) => _folders.GetValueOrDefault((table.Keyspace, table.Name));

    /// <summary>What is stored of a table. Reads each SSTable's statistics.</summary>
    /// <exception cref="StorageException">An SSTable's component is missing or can't be read.</exception>
    /// <exception cref="CorruptDataException">The statistics of an SSTable do not decode.</exception>
    public TableInfo Describe(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        TableFolder? folder = Folder(table);
        long size = 0;
        long partitions = 0;
        long rows = 0;
        foreach (SSTableDescriptor descriptor in folder?.SSTables ?? [])
        {
            foreach (SSTableComponent component in SSTable.ListComponents(_options.Files, descriptor))
                size += _options.Files.GetLength(descriptor.PathOf(component));
            StatsMetadata stats = SSTableStatistics.Read(_options.Files, descriptor.PathOf(SSTableComponent.Statistics), descriptor.Version).Stats;
            partitions += stats.PartitionSizes.Count;
            rows += stats.TotalRows;
        }

        return new TableInfo(table, folder?.Path, folder?.SSTables.Count ?? 0, size, partitions, rows);
    }
}
