using System.Collections.Concurrent;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Engine.Indexes.Vectors;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Metrics;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
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
/// Data of Cassandra's formats in a folder, open. A database of this product (<see cref="Create"/>) can be written by one process at a time and read by any
/// number; all else is only read: a node's folder, its data directory, a keyspace's or table's folder, a snapshot at any of these
/// levels, or loose SSTables. Serves all threads.
/// </summary>
public sealed partial class Database : IDisposable
{
    private const int OpeningAttempts = 10;
    private readonly DatabaseOptions _options;
    private readonly Dictionary<(string Keyspace, string Table), TableFolder> _folders = [];
    private readonly ConcurrentDictionary<(string Keyspace, string Table), Lazy<TableStore>> _stores = new();
    private readonly DatabaseActivity _activity = new();
    private readonly ChunkCache? _cache;
    private readonly RecoveredWrites? _recovered;
    private readonly PartitionLocks _locks = new();
    private readonly DatabaseFile? _file;
    private readonly DatabaseWriter? _writer;
    private readonly EngineTables? _system;
    private DatabaseSchema _schema;
    private bool _disposed;

    private Database(DatabaseLayout layout, DatabaseOptions options, SchemaTextReader readSchema, DatabaseFile? file, IDisposable? writerLock)
    {
        _options = options;
        _file = file;
        Path = file is null ? layout.Root : System.IO.Path.GetDirectoryName(layout.Root)!;
        Snapshot = file is null ? layout.Snapshot : null;
        _cache = options.CacheSizeBytes > 0 ? new ChunkCache(options.CacheSizeBytes) { ChunkRead = _activity.FileReads.Record } : null;
        _recovered = RecoveredWrites.Find(layout, options, file?.HostId);
        var loader = new SchemaLoader(layout, options, readSchema, _recovered, file);
        Partitioner = loader.Partitioner;
        _schema = loader.Load(_folders);
        _recovered?.Replay(_schema);
        if (file is not null || options.AnswersSystemTables)
            _system = new EngineTables(this, UnstoredKeyspaces);
        VectorSearchWidth = VectorSettings.SearchWidth(Path, GivenSettings);
        SchemaOrigin = loader.Origin;
        SchemaProblems = loader.Problems;
        Remarks = loader.Remarks;
        UnreadTables = loader.Unread;
        if (writerLock is not null)
            _writer = new DatabaseWriter(this, options, layout.Root, file!, writerLock);
    }

    /// <summary>The folder below which the tables lie; of a database of this product its own folder.</summary>
    public string Path { get; }

    /// <summary>The snapshot below <see cref="Path"/> that is open; null for the tables' own SSTables, and where the path leads into a snapshot.</summary>
    public string? Snapshot { get; }

    /// <summary>The schema as it is now; every change makes another one.</summary>
    public DatabaseSchema Schema => Volatile.Read(ref _schema);

    /// <summary>Where the schema was found, such as a file's path or <c>system_schema</c>.</summary>
    public string SchemaOrigin { get; }

    /// <summary>What of the schema could not be made sense of, one sentence each.</summary>
    public IReadOnlyList<string> SchemaProblems { get; }

    /// <summary>What lies in the folder and is left out, and what of definitions had to be guessed.</summary>
    internal IReadOnlyList<FolderRemark> Remarks { get; }

    /// <summary>The tables that are left out, for nothing tells what they are like; <see cref="SchemaProblems"/> has a sentence of each.</summary>
    internal IReadOnlyList<UnreadTable> UnreadTables { get; }

    /// <summary>What was replayed of the commit log; null where there was none.</summary>
    public CommitLogReplay? CommitLog => _recovered?.Report;

    /// <summary>What TTLs are counted from, in seconds since 1970.</summary>
    public long NowSeconds => _options.CurrentSeconds;

    /// <summary>The largest serialized mutation that the log takes.</summary>
    internal int LargestMutationBytes => CommitLogWriter.LargestMutationOf(_options.CommitLogSegmentBytes);

    /// <summary>The last second since 1970 at which something written can expire: in 2106, or 2038 as far as SSTables are of version nb.</summary>
    internal long LastExpirationSeconds => _options.SSTableVersion.HasUIntDeletionTime ? uint.MaxValue - 2L : int.MaxValue - 1L;

    /// <summary>Whether nothing can be written.</summary>
    public bool IsReadOnly => _writer is null;

    /// <summary>The partitioner of new tables.</summary>
    internal Partitioner Partitioner { get; }

    /// <summary>Whether new functions are kept, though none can be called: the setting <c>user_defined_functions_enabled</c>, which is false unless told otherwise.</summary>
    internal bool KeepsFunctions => GivenSettings.GetValueOrDefault("user_defined_functions_enabled") == "true";

    /// <summary>Whether indexes of vectors may have options of their own for the making of graphs: the setting <c>cassandra.sai.vector.allow_custom_parameters</c>.</summary>
    internal bool AllowsVectorParameters => GivenSettings.GetValueOrDefault(VectorSettings.CustomParametersName) == "true";

    /// <summary>How many candidates an approximate search is told to keep: the setting <c>vector_search_beam_width</c>; null without it.</summary>
    internal int? VectorSearchWidth { get; }

    /// <summary>The id that SSTables of this database name as their origin, and counters as their shard; null for what is Cassandra's.</summary>
    internal Guid? HostId => _file?.HostId;

    /// <summary>What it has done since it was opened.</summary>
    internal DatabaseActivity Activity => _activity;

    /// <summary>The stores that are open, but for those that are made on the spot.</summary>
    internal IEnumerable<TableStore> OpenStores => _stores.Values.Where(s => s.IsValueCreated).Select(s => s.Value);

    /// <summary>Makes an empty database.</summary>
    /// <param name="path">Its folder, which is made where it does not exist and must be empty.</param>
    /// <param name="files">Through what files are written; the machine's own by default.</param>
    /// <param name="settings">Settings that stay with it, by their names in cassandra.yaml; <c>partitioner</c> is Murmur3Partitioner unless told otherwise.</param>
    /// <exception cref="StorageException">The folder is not empty, or can't be written.</exception>
    /// <exception cref="UnsupportedFormatException">The partitioner is none of Cassandra's.</exception>
    public static void Create(string path, IFileSystem? files = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        files ??= PhysicalFileSystem.Instance;
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (files.FileExists(full))
            throw new StorageException(full, "is a file; a database is a folder.") { Problem = StorageProblem.Occupied };
        if (files.FileExists(DatabaseFile.PathIn(full)))
            throw new StorageException(full, "is a database already; open it.") { Problem = StorageProblem.Occupied };
        if (DatabaseFile.FindForeign(files, full) is { } first)
            throw new StorageException(full, $"is not empty (it holds '{System.IO.Path.GetFileName(first)}'); a database is made in an empty folder, or one that does not exist yet.") { Problem = StorageProblem.Occupied };
        DatabaseFile description = new(Guid.NewGuid(), settings ?? new Dictionary<string, string>(StringComparer.Ordinal));
        _ = description.Partitioner;
        foreach (string own in DatabaseFile.Folders)
            files.CreateDirectory(System.IO.Path.Combine(full, own));
        files.SyncDirectory(full);
        if (System.IO.Path.GetDirectoryName(full) is { } parent)
            files.SyncDirectory(parent);
        description.Write(files, full);
    }

    /// <summary>Opens what lies at a path: for writing, where it is a database of this product and the options do not say otherwise.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="readSchema">Reads a schema from CQL.</param>
    /// <param name="options">How to open it.</param>
    /// <exception cref="StorageException">There is no such folder, it can't be read, another process has it open for writing, or it would be written by another schema than its own.</exception>
    /// <exception cref="UnsupportedFormatException">It holds nothing of Cassandra's, or a newer release wrote it.</exception>
    public static Database Open(string path, SchemaTextReader readSchema, DatabaseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(readSchema);
        options ??= DatabaseOptions.Default;
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        DatabaseFile? file = options.Files.DirectoryExists(full) ? DatabaseFile.Read(options.Files, full) : null;
        if (file is null || options.Snapshot is not null)
            return new Database(DatabaseLayout.Discover(options.Files, path, options.Snapshot), options, readSchema, null, null);
        if (!options.ReadOnly && options.SchemaPath is { } schema)
            throw new StorageException(full, $"is written by the schema that it has: {schema} would give it tables that it does not know when it is opened again. With a schema from a file it is opened for reading only.") { Problem = StorageProblem.ReadOnly };
        return options.ReadOnly ? OpenBesideWriter(full, readSchema, options, file) : OpenForWriting(full, readSchema, options, file);
    }

    /// <summary>What is stored, table by table, without the tables of which nothing ever is. Reads each SSTable's statistics.</summary>
    public IEnumerable<TableInfo> Tables() => Schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews).Where(t => !IsComputed(t)).Select(Describe);

    /// <summary>Opens a table of the schema; the same store for every caller, closed with the database.</summary>
    /// <exception cref="StorageException">An SSTable's component is missing or can't be read.</exception>
    /// <exception cref="CorruptDataException">An SSTable does not decode.</exception>
    public TableStore OpenTable(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsComputed(table))
            return _system!.Open(table);
        (string, string) name = (table.Keyspace, table.Name);
        while (true)
        {
            bool isCurrent = _writer is null || ReferenceEquals(Schema.Table(table.Keyspace, table.Name), table);
            if (!_stores.TryGetValue(name, out Lazy<TableStore>? store))
            {
                if (!isCurrent)
                    throw new SchemaChangedException(table.ToString());
                store = _stores.GetOrAdd(name, _ => new Lazy<TableStore>(() => Open(table)));
            }

            bool isOpen = false;
            try
            {
                if (_writer is null || ReferenceEquals(store.Value.Table, table))
                {
                    isOpen = true;
                    return store.Value;
                }

                if (!isCurrent)
                {
                    isOpen = true;
                    throw new SchemaChangedException(table.ToString());
                }
            }
            finally
            {
                // What failed may succeed the next time; and what a reader opened just when the table was defined anew is of no use.
                if (!isOpen)
                    _stores.TryRemove(KeyValuePair.Create(name, store));
            }
        }
    }

    /// <summary>Opens a table if there were SSTables of it when the database was opened.</summary>
    internal void OpenIfStored(TableMetadata table)
    {
        if (Folder(table) is { SSTables.Count: > 0 } && !IsComputed(table))
            _ = OpenTable(table);
    }

    /// <summary>What is stored of a table. Reads each SSTable's statistics.</summary>
    /// <exception cref="StorageException">An SSTable's component is missing or can't be read.</exception>
    /// <exception cref="CorruptDataException">The statistics of an SSTable do not decode.</exception>
    public TableInfo Describe(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        long size = 0;
        long partitions = 0;
        long rows = 0;
        (string? directory, IReadOnlyList<SSTableDescriptor> sstables) = Stored(table);
        foreach (SSTableDescriptor descriptor in sstables)
        {
            foreach (SSTableComponent component in SSTable.ListComponents(_options.Files, descriptor))
                size += _options.Files.GetLength(descriptor.PathOf(component));
            StatsMetadata stats = SSTableStatistics.Read(_options.Files, descriptor.PathOf(SSTableComponent.Statistics), descriptor.Version).Stats;
            partitions += stats.PartitionSizes.Count;
            rows += stats.TotalRows;
        }

        return new TableInfo(table, directory, sstables.Count, size, partitions, rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        try
        {
            _writer?.Dispose();
        }
        finally
        {
            _disposed = true;
            foreach (TableStore store in OpenStores)
                store.Dispose();
        }
    }

    private static Database OpenForWriting(string path, SchemaTextReader readSchema, DatabaseOptions options, DatabaseFile file)
    {
        IDisposable held = DatabaseFile.Lock(options.Files, path, "open it read-only, or wait until it is closed.");
        bool isOpen = false;
        try
        {
            // What a process left that died.
            foreach (TableFolder folder in DatabaseLayout.Discover(options.Files, path, snapshot: null).Tables)
                SSTables.Writing.SSTableTransaction.Recover(options.Files, folder.Path);
            Database database = new(DatabaseLayout.Discover(options.Files, path, snapshot: null), options, readSchema, file, held);
            try
            {
                database._writer!.Start(database._recovered);
                isOpen = true;
                return database;
            }
            finally
            {
                if (!isOpen)
                    database.Dispose();
            }
        }
        finally
        {
            if (!isOpen)
                held.Dispose();
        }
    }

    /// <summary>
    /// Opens a database that another process may be writing: what is flushed goes from the log to SSTables meanwhile, and what is compacted from
    /// SSTables to others. If segments that were there before are gone afterwards, or files were not found, it is tried again.
    /// </summary>
    private static Database OpenBesideWriter(string path, SchemaTextReader readSchema, DatabaseOptions options, DatabaseFile file)
    {
        string log = System.IO.Path.Combine(path, "commitlog");
        for (int attempt = 1; ; attempt++)
        {
            IReadOnlyList<string> before = CommitLogFiles.Find(options.Files, log);
            Database? opened = null;
            bool isWhole = false;
            try
            {
                opened = new Database(DatabaseLayout.Discover(options.Files, path, snapshot: null), options, readSchema, file, null);
                foreach (TableMetadata table in opened.Schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews).Where(t => !opened.IsComputed(t)))
                    opened.OpenTable(table);
                isWhole = attempt == OpeningAttempts || !before.Except(CommitLogFiles.Find(options.Files, log)).Any();
                if (isWhole)
                    return opened;
            }
            catch (StorageException) when (attempt < OpeningAttempts)
            {
                // The next attempt sees what has taken the missing file's place.
            }
            finally
            {
                if (!isWhole)
                    opened?.Dispose();
            }
        }
    }

    private TableStore Open(TableMetadata table)
    {
        TableFolder? folder = Folder(table);
        if (_writer is not null && folder?.Id != table.Id)
            folder = null;
        string? directory = folder?.Path ?? _writer?.Folders.PathOf(table);
        IReadOnlyList<SSTable> sstables = OpenSSTables(table, folder?.SSTables ?? []);
        Memtable? recovered = _recovered?.Of(table);
        if (_writer is not null)
        {
            _writer.Compactor.Wake();
            return new TableStore(table, directory, sstables, _writer.FirstSlot(table, recovered)) { Given = Given(table), Indexes = _writer.IndexesOf(table, before: null) };
        }

        return new TableStore(table, directory, sstables, recovered is null ? null : new MemtableSlot(recovered, CommitLogPosition.None))
        {
            Given = Given(table),
            Indexes = _options.UseIndexStructures ? new TableIndexes(_options.Files, table) { SearchWidth = VectorSearchWidth } : null,
        };
    }

    // A node stores what its own keyspaces are like; here it is known. Of data without system_schema no keyspace is told anywhere.
    private IPartitionSource? Given(TableMetadata table)
    {
        if (_system is null || table.Keyspace != SystemKeyspaces.Schema)
            return null;
        return _file is not null ? EngineTables.SchemaRows(table) : EngineTables.SchemaRows(Schema)[table.Id];
    }

    /// <summary>Opens SSTables of a table; all, or none.</summary>
    internal IReadOnlyList<SSTable> OpenSSTables(TableMetadata table, IReadOnlyList<SSTableDescriptor> descriptors)
    {
        var opened = new List<SSTable>();
        bool isComplete = false;
        try
        {
            foreach (SSTableDescriptor descriptor in descriptors)
            {
                opened.Add(SSTable.Open(_options.Files, descriptor, new SSTableOptions
                {
                    Table = table,
                    Cache = _cache,
                    CrcCheckChance = table.Options.CrcCheckChance,
                }));

                // Compaction deletes files that somebody may still read.
                if (_file is not null)
                    opened[^1].Preload();
            }

            isComplete = true;
            return opened;
        }
        finally
        {
            if (!isComplete)
                opened.ForEach(s => s.Dispose());
        }
    }

    private TableFolder? Folder(TableMetadata table) => _folders.GetValueOrDefault((table.Keyspace, table.Name));

    private (string? Directory, IReadOnlyList<SSTableDescriptor> SSTables) Stored(TableMetadata table)
    {
        if (_writer is null || IsComputed(table))
            return (Folder(table)?.Path, Folder(table)?.SSTables ?? []);
        TableStore store = OpenTable(table);
        return (store.Directory, [.. store.SSTables.Select(s => s.Descriptor)]);
    }
}
