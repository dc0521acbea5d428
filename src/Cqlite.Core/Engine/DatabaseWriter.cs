using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine;

/// <summary>
/// The writing half of a database, which one process has at a time. A write goes to the commit log, then to the memtables of its tables, and is
/// acknowledged when the log is as durable as promised. Flushes, changes of the schema and truncations take turns; they stop writers only
/// for the moment in which memtables change.
/// </summary>
internal sealed class DatabaseWriter : IDisposable
{
    /// <summary>What closing leaves to the log at most, so that the next opening is quick.</summary>
    private const long LeftToLogBytes = 1 << 20;

    /// <summary>What is replayed and is more than this, or in more segments, is flushed after opening.</summary>
    private const long KeptReplayedBytes = 4 << 20;
    private const int KeptSegments = 8;
    private const int LockWaitMillis = 50;

    private readonly Database _database;
    private readonly DatabaseOptions _options;
    private readonly IFileSystem _files;
    private readonly IDisposable _processLock;
    private readonly WriteBarrier _barrier = new();
    private readonly WriteHealth _health;
    private readonly LogSegments _log;
    private readonly Flusher _flusher;
    private readonly FlushSchedule _schedule;
    private readonly SchemaChanger _schemaChanger;
    private readonly WriteClock _clock;

    /// <summary>Held by whoever flushes, changes the schema or truncates.</summary>
    private readonly Lock _change = new();

    /// <summary>Whether everything that the log had is in open stores: before that the log must stay as it is.</summary>
    private bool _isStarted;

    /// <summary>Begins to write into a database whose log was replayed.</summary>
    public DatabaseWriter(Database database, DatabaseOptions options, string dataDirectory, DatabaseFile file, IDisposable processLock)
    {
        if (!options.SSTableVersion.CanBeWritten)
            throw new ArgumentException($"SSTables of version {options.SSTableVersion} are not written; nb, oa and da are.", nameof(options));
        _database = database;
        _options = options;
        _clock = new WriteClock(options.Clock);
        _files = options.Files;
        _processLock = processLock;
        _health = new WriteHealth(database.Path);
        _log = new LogSegments(options, Path.Combine(Path.GetDirectoryName(dataDirectory)!, "commitlog"), _health);
        Folders = new TableFolders(options, dataDirectory, file.HostId, _log.HasLateTimes);
        Compactor = new Compactor(
            _files,
            new CompactorOptions { BytesPerSecond = options.CompactionBytesPerSecond, Threads = options.CompactionThreads },
            () => _database.OpenStores.Select(s => new StoreTarget(s, this)),
            () => _database.NowSeconds,
            _health.Fail)
        {
            OpenTargets = OpenStoredTables,
        };
        IndexBuilder = new IndexBuilder(StoresToIndex);
        _flusher = new Flusher(database, _files, Folders, _log, _barrier, Compactor.Wake);
        _schemaChanger = new SchemaChanger(database, this, _flusher, Folders, _log, _barrier);
        _schedule = new FlushSchedule(database, _health, options.MemtableSizeBytes, Flush);
    }

    /// <summary>Compacts the tables.</summary>
    public Compactor Compactor { get; }

    /// <summary>Makes the index structures of the tables.</summary>
    public IndexBuilder IndexBuilder { get; }

    /// <summary>Where and how SSTables are written.</summary>
    public TableFolders Folders { get; }

    /// <summary>Why nothing can be written any more; null while all is well.</summary>
    public Exception? Failure => _health.Failure;

    /// <summary>Number of the commit log's segments, and their bytes.</summary>
    public (int Segments, long Bytes) LogSize => _log.Measure();

    /// <summary>Memory that memtables take, in bytes.</summary>
    public long MemtableBytes => _database.OpenStores.Sum(s => s.Memtables.Sum(m => m.Memtable.MemoryBytes));

    /// <summary>
    /// Opens the tables that have replayed writes. These are flushed if they are many, and if a crash has torn the youngest segment: the log goes on in
    /// another one, and of several segments only the youngest may be torn.
    /// </summary>
    public void Start(RecoveredWrites? recovered)
    {
        foreach (TableMetadata table in recovered?.Tables ?? [])
            _ = _database.OpenTable(table);
        _isStarted = true;
        TakeUpTimestamps();
        bool isTorn = recovered?.Report?.TornSegment is not null || _log.EndsEmpty;
        if (isTorn || _log.Count > KeptSegments || recovered?.MemoryBytes > KeptReplayedBytes)
            Flush();
        Compactor.Start();
        if (_options.UseIndexStructures && _database.Schema.Keyspaces.Values.Any(k => k.TablesAndViews.Any(t => t.Indexes.Count > 0)))
            IndexBuilder.Wake();
    }

    /// <summary>Refuses when nothing can be written any more.</summary>
    public void ThrowIfFailed() => _health.ThrowIfFailed();

    /// <summary>A timestamp in microseconds since 1970, greater than all before.</summary>
    public long NextMicros() => _clock.NextMicros();

    /// <summary>The first memtable of a table, with what the log had of it.</summary>
    public MemtableSlot FirstSlot(TableMetadata table, Memtable? recovered)
    {
        MemtableSlot slot = new(recovered ?? new Memtable(table), _log.ReplayedFrom);
        if (recovered is not null)
            slot.NoteSegment(_log.ReplayedFrom);
        return slot;
    }

    /// <summary>The index structures of a table, those that are missing being made in the background.</summary>
    /// <param name="table">The table.</param>
    /// <param name="before">The table as it was defined before; null where it is opened.</param>
    /// <returns>Null where the database does without.</returns>
    public TableIndexes? IndexesOf(TableMetadata table, TableMetadata? before) => !_options.UseIndexStructures ? null : new TableIndexes(_files, table)
    {
        HasLeftovers = before is { Indexes.Count: > 0 },
        Wanted = IndexBuilder.Wake,
        SearchWidth = _database.VectorSearchWidth,
    };

    /// <summary>Applies mutations; see <see cref="Database.Apply"/>.</summary>
    public void Apply(ReadOnlySpan<Mutation> mutations)
    {
        _schedule.AwaitRoom();
        CommitLogWriter? log = null;
        long sequence = 0;
        int place = _barrier.Enter();
        try
        {
            // Nothing is written unless all tables are as the mutations know them.
            foreach (Mutation mutation in mutations)
            {
                foreach (PartitionUpdate update in mutation.Updates)
                    _ = _database.OpenTable(update.Table);
            }

            foreach (Mutation mutation in mutations)
            {
                CommitLogPosition position = CommitLogPosition.None;
                if (IsLogged(mutation.Keyspace))
                {
                    log = _log.Writer;
                    position = log.Append(mutation, out sequence);
                }

                foreach (PartitionUpdate update in mutation.Updates)
                    _database.OpenTable(update.Table).Active.Apply(update, position);
            }
        }
        catch (OutOfMemoryException e)
        {
            // The log may have all of it, and memtables a part that nobody sees. Whether it counts, the next opening tells.
            _health.Fail(e);
            throw new StorageException(_database.Path, "memory ran out in the middle of a write, which was not acknowledged; the database takes no others until it is opened again.", e) { Problem = StorageProblem.ReadOnly };
        }
        finally
        {
            _barrier.Exit(place);
        }

        if (log is not null && !DeferredDurability.TryDefer(log, sequence))
            log.AwaitDurable(sequence);
        _database.Activity.CountWrites(mutations.Length);
    }

    /// <summary>Flushes all tables, and lets go of the log's segments.</summary>
    public void Flush()
    {
        lock (_change)
            _flusher.FlushAll();
    }

    /// <summary>Flushes a table.</summary>
    public void Flush(TableStore store)
    {
        lock (_change)
            _flusher.Flush(store);
    }

    /// <summary>Flushes all tables, and does something while no SSTable comes, goes or changes its schema. Writers go on.</summary>
    public void WhileSettled(Action action)
    {
        lock (_change)
        {
            _health.ThrowIfFailed();
            _flusher.FlushAll();
            action();
        }
    }

    /// <summary>Changes the schema; see <see cref="Database.ChangeSchema"/>.</summary>
    public void ChangeSchema(Func<DatabaseSchema, DatabaseSchema> change)
    {
        lock (_change)
        {
            DatabaseSchema before = _database.Schema;
            DatabaseSchema after = change(before);
            if (ReferenceEquals(before, after))
                return;
            try
            {
                _schemaChanger.Change(before, after);
            }
            catch (StorageException e)
            {
                // What the disk has is the old schema or the new one; which, the next opening tells.
                _health.Fail(e);
                throw;
            }
        }
    }

    /// <summary>
    /// Removes all that is stored of a table. All tables are flushed first, so that nothing in the log can bring a removed row back, to this database or to
    /// a node that takes the folder over; the SSTables then go in one transaction.
    /// </summary>
    public void Truncate(TableStore store)
    {
        lock (_change)
        {
            _flusher.FlushAll();
            using IDisposable suspension = Compactor.Suspend(store.Table.Id);
            IReadOnlyList<SSTable> removed = store.SSTables;
            string arrivals = Path.Combine(store.Directory!, ArrivalLedger.FileName);
            if (_files.FileExists(arrivals))
            {
                // What came may come again, once it is gone.
                _files.DeleteFile(arrivals);
                _files.SyncDirectory(store.Directory!);
            }

            if (removed.Count == 0)
                return;
            using SSTableTransaction transaction = new(_files, store.Directory!, _options.SSTableVersion, "unknown");
            foreach (SSTable sstable in removed)
                transaction.Remove(sstable.Descriptor);
            try
            {
                transaction.Publish();
            }
            catch (StorageException e)
            {
                // Whether they are there still, the next opening tells.
                _health.Fail(e);
                throw;
            }

            store.Replace(removed, []);
            transaction.Tidy();
        }
    }

    /// <summary>Opens an SSTable of a table as its store reads it.</summary>
    public SSTable Open(TableStore store, SSTableDescriptor descriptor) => _database.OpenSSTables(store.Table, [descriptor])[0];

    /// <summary>Puts what was compacted in the place of its inputs; see <see cref="ICompactionTarget.TryReplace"/>.</summary>
    public bool TryReplace(TableStore store, IReadOnlyList<SSTable> removed, IReadOnlyList<SSTable> added, Action publish, CancellationToken cancellation)
    {
        // Whoever holds the lock may be waiting for this very compaction to end, which he has then cancelled.
        while (!_change.TryEnter(LockWaitMillis))
            cancellation.ThrowIfCancellationRequested();
        try
        {
            _health.ThrowIfFailed();

            // What comes of SSTables says which of the log they had; where nothing comes of them nobody would.
            if (added.Count == 0 && removed.SelectMany(r => r.Statistics.Stats.CommitLogIntervals).Select(i => i.End.SegmentId).DefaultIfEmpty(-1).Max() is >= 0 and long segment)
                _flusher.ReleaseLog(segment);
            if (!_database.OpenStores.Contains(store) || removed.Except(store.SSTables).Any())
                return false;
            publish();
            store.Replace(removed, added);
            return true;
        }
        finally
        {
            _change.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IndexBuilder.Dispose();
        _schedule.Dispose();
        Compactor.Dispose();
        try
        {
            if (_isStarted && Failure is null)
                Settle();
            _log.Dispose();
        }
        finally
        {
            _processLock.Dispose();
        }
    }

    /// <summary>Lets timestamps go on behind those of all definitions, whatever the clock says now: an older definition would not count.</summary>
    private void TakeUpTimestamps()
    {
        long newest = 0;
        foreach (TableMetadata table in _database.Schema.Keyspaces.GetValueOrDefault(SystemKeyspaces.Schema)?.Tables.Values ?? [])
        {
            TableStore store = _database.OpenTable(table);
            foreach (SSTable sstable in store.SSTables)
                newest = Math.Max(newest, sstable.Statistics.Stats.MaxTimestampMicros);
            foreach (MemtableSlot slot in store.Memtables.Where(m => !m.Memtable.IsEmpty))
                newest = Math.Max(newest, slot.Memtable.Summarize().LargestTimestampMicros);
        }

        _clock.Continue(newest);
    }

    /// <summary>Opens all tables that have SSTables: what nobody reads or writes is compacted, too.</summary>
    private void OpenStoredTables(CancellationToken cancellation)
    {
        foreach (TableMetadata table in _database.Schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews))
        {
            if (cancellation.IsCancellationRequested)
                return;
            try
            {
                _database.OpenIfStored(table);
            }
            catch (CqliteException)
            {
                // Whoever reads the table is told what is wrong with it; the others are compacted nevertheless.
            }
        }
    }

    private bool IsLogged(string keyspace) => !_database.Schema.Keyspaces.TryGetValue(keyspace, out KeyspaceMetadata? metadata) || metadata.DurableWrites;

    /// <summary>The stores of tables that have indexes, or had when they were open already.</summary>
    private IEnumerable<TableStore> StoresToIndex()
    {
        foreach (TableMetadata table in _database.Schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews).Where(t => t.Indexes.Count > 0))
        {
            TableStore? store = null;
            try
            {
                store = _database.OpenTable(table);
            }
            catch (SchemaChangedException)
            {
                // Whoever changed it asks for another look.
            }

            if (store is not null)
                yield return store;
        }

        foreach (TableStore store in _database.OpenStores.Where(s => s.Table.Indexes.Count == 0 && s.Indexes is { HasLeftovers: true }))
            yield return store;
    }

    /// <summary>Leaves little to the log for the next opening, nothing that is in SSTables, and to nobody what the log does not have.</summary>
    private void Settle()
    {
        if (MemtableBytes > LeftToLogBytes || _database.OpenStores.Any(s => s.Memtables.Any(m => m.HasUnlogged)) || _database.OpenStores.All(s => s.Active.Memtable.IsEmpty && s.Memtables.Count == 1))
            Flush();
    }
}
