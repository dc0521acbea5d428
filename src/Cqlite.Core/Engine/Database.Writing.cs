using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;

namespace Cqlite.Core.Engine;

/// <summary>What changes a database: writes, definitions, flushes.</summary>
public sealed partial class Database
{
    /// <summary>Why nothing can be written any more although the database was opened for it; null while all is well.</summary>
    public Exception? Failure => _writer?.Failure;

    /// <summary>The options of tables that are created with none.</summary>
    internal TableOptions NewTableOptions => TableOptions.Default with
    {
        Compression = CompressionOptions.Parse(RewriteCompression.Option(_options.Compression, null) is { Count: > 0 } named ? named : new Dictionary<string, string> { ["enabled"] = "false" }),
    };

    private DatabaseWriter Writer
    {
        get
        {
            CheckWritable();
            return _writer!;
        }
    }

    /// <summary>Refuses what writes where nothing can be written.</summary>
    /// <exception cref="InvalidQueryException">The database is open for reading only.</exception>
    /// <exception cref="StorageException">The database has become read-only, for a write to its disk failed.</exception>
    public void CheckWritable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_writer is null)
            throw new InvalidQueryException("This database is open for reading: SELECT and DESCRIBE are the only statements that can be executed.") { IsReadOnlyDatabase = true };
        _writer.ThrowIfFailed();
    }

    /// <summary>Writes all that is in memory to SSTables; when it returns, the commit log has nothing that SSTables lack.</summary>
    /// <exception cref="StorageException">The disk refuses; nothing is lost, and the database can be flushed again.</exception>
    public void Flush() => Writer.Flush();

    /// <summary>Writes what is in memory of a table to an SSTable.</summary>
    /// <exception cref="StorageException">The disk refuses; nothing is lost, and the table can be flushed again.</exception>
    public void Flush(TableMetadata table) => Writer.Flush(OpenTable(table));

    /// <summary>
    /// Compacts all SSTables of a table, as its strategy does when it is asked for all: size tiers to one, levels from the first on, time windows to one each, and
    /// densities to the shards that they are in. What is in memory is flushed before.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="splitOutput">Whether size tiers end as several SSTables, each half of the one before, instead of one.</param>
    /// <param name="cancellation">Ends it: then the table is as it was, but for parts of it that were already done.</param>
    /// <exception cref="CorruptDataException">An SSTable does not decode.</exception>
    /// <exception cref="StorageException">A file can't be read or written, or the disk has no room.</exception>
    public void Compact(TableMetadata table, bool splitOutput = false, CancellationToken cancellation = default)
    {
        TableStore store = OpenTable(table);
        Writer.Flush(store);
        Writer.Compactor.CompactAll(new StoreTarget(store, Writer), splitOutput, threads: 1, cancellation);
    }

    /// <summary>Makes the index structures that are missing, and returns when all are there that can be made. Otherwise the background makes them.</summary>
    /// <param name="cancellation">Ends it; what is whole stays.</param>
    /// <exception cref="StorageException">A table can't be opened.</exception>
    internal void BuildIndexes(CancellationToken cancellation = default)
    {
        while (!Writer.IndexBuilder.BuildMissing(cancellation))
        {
            // The schema was being changed.
        }
    }

    /// <summary>A timestamp for a write, in microseconds since 1970: greater than all that this gave before.</summary>
    internal long NextMicros() => Writer.NextMicros();

    /// <summary>Applies mutations: when it returns they are as durable as the database promises, and every reader sees them. Each is applied as a whole.</summary>
    /// <exception cref="SchemaChangedException">A table was defined anew since the mutation was made; nothing was applied.</exception>
    /// <exception cref="StorageException">They are not durable; the database can't be written any more.</exception>
    internal void Apply(params ReadOnlySpan<Mutation> mutations) => Writer.Apply(mutations);

    /// <summary>
    /// Takes the partitions' locks, which read-modify-write needs: conditions, counters, lists by index, views. Disposing gives them back.
    /// Nobody else who takes them is between his read and his write meanwhile; plain writes do not take them.
    /// </summary>
    internal PartitionLocks.Holder LockPartitions(params ReadOnlySpan<DecoratedKey> keys) => _locks.Take(keys);

    /// <summary>Makes another schema of the one that there is; when it returns the change is durable and in force.</summary>
    /// <param name="change">Gives the schema after the change; called once, while nobody else changes it.</param>
    internal void ChangeSchema(Func<DatabaseSchema, DatabaseSchema> change) => Writer.ChangeSchema(change);

    /// <summary>Removes all that is stored of a table.</summary>
    internal void Truncate(TableMetadata table) => Writer.Truncate(OpenTable(table));

    /// <summary>Whether a file lies beside a table's SSTables.</summary>
    internal bool FileExistsBeside(TableStore store, string name) =>
        store.Directory is { } directory && _options.Files.FileExists(System.IO.Path.Combine(directory, name));

    /// <summary>Makes an empty file beside a table's SSTables, durably; it goes with the table.</summary>
    internal void CreateFileBeside(TableStore store, string name) => Writer.Folders.CreateFile(store, name);

    /// <summary>Puts another schema in force, with the stores of the tables that were defined anew. Called while no writer is inside.</summary>
    internal void Replace(DatabaseSchema schema, IEnumerable<TableStore> redefined, IEnumerable<TableStore> dropped)
    {
        foreach (TableStore store in dropped)
            _stores.TryRemove((store.Table.Keyspace, store.Table.Name), out _);
        foreach (TableStore store in redefined)
            _stores[(store.Table.Keyspace, store.Table.Name)] = new Lazy<TableStore>(store);
        Volatile.Write(ref _schema, schema);
    }
}
