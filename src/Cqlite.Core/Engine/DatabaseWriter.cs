using System.Collections.Concurrent;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
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
    private const long OldestMemtableMillis = 3_600_000;
    private const int LockWaitMillis = 50;

    private readonly Database _database;
    private readonly DatabaseOptions _options;
    private readonly IFileSystem _files;
    private readonly string _dataDirectory;
    private readonly string _logDirectory;
    private readonly DatabaseFile _file;
    private readonly IDisposable _processLock;
    private readonly WriteBarrier _barrier = new();
    private readonly MemoryPressure _memory;
    private readonly FlushThread _flushThread;
    private readonly ConcurrentDictionary<Guid, SSTableIdSource> _ids = new();
    private readonly CommitLogPosition _replayedFrom;

    /// <summary>Held by whoever flushes, changes the schema or truncates.</summary>
    private readonly Lock _change = new();
    private readonly Lock _logStart = new();
    private CommitLogWriter? _log;

    /// <summary>Whether times past 2038 may be written, or were into the log that was replayed: SSTables and log are then of versions with room for them.</summary>
    private readonly bool _hasLateTimes;
    private Exception? _failure;
    private long _lastMicros;

    /// <summary>Whether everything that the log had is in open stores: before that the log must stay as it is.</summary>
    private bool _isStarted;

    /// <summary>Begins to write into a database whose log was replayed.</summary>
    public DatabaseWriter(Database database, DatabaseOptions options, string dataDirectory, DatabaseFile file, IDisposable processLock)
    {
        if (!options.SSTableVersion.CanBeWritten)
            throw new ArgumentException($"SSTables of version {options.SSTableVersion} are not written; nb, oa and da are.", nameof(options));
        _database = database;
        _options = options;
        _files = options.Files;
        _dataDirectory = dataDirectory;
        _logDirectory = Path.Combine(Path.GetDirectoryName(dataDirectory)!, "commitlog");
        _file = file;
        _processLock = processLock;
        _memory = new MemoryPressure(options.MemtableSizeBytes);
        _files.CreateDirectory(_logDirectory);
        IReadOnlyList<string> segments = CommitLogFiles.Find(_files, _logDirectory);
        _hasLateTimes = options.SSTableVersion.HasUIntDeletionTime || segments.Any(HasLateTimes);
        _replayedFrom = new CommitLogPosition(segments.Count > 0 ? IdOf(segments[0]) : NextSegmentId(), 0);
        _flushThread = new FlushThread(FlushWhatIsDue);
        Compactor = new Compactor(
            _files,
            new CompactorOptions { BytesPerSecond = options.CompactionBytesPerSecond, Threads = options.CompactionThreads },
            () => _database.OpenStores.Select(s => new StoreTarget(s, this)),
            () => _database.NowSeconds,
            doubt => Volatile.Write(ref _failure, doubt))
        {
            OpenTargets = OpenStoredTables,
        };
        IndexBuilder = new IndexBuilder(StoresToIndex);
    }

    /// <summary>Compacts the tables.</summary>
    public Compactor Compactor { get; }

    /// <summary>Makes the index structures of the tables.</summary>
    public IndexBuilder IndexBuilder { get; }

    /// <summary>Why nothing can be written any more; null while all is well.</summary>
    public Exception? Failure => Volatile.Read(ref _failure) ?? Volatile.Read(ref _log)?.Failure;

    private CommitLogWriter Log
    {
        get
        {
            if (Volatile.Read(ref _log) is { } log)
                return log;
            lock (_logStart)
            {
                ThrowIfFailed();
                try
                {
                    log = _log ?? NewLog();
                }
                catch (StorageException e)
                {
                    // It may have left half a segment, and that must be the youngest when the log is read again.
                    Volatile.Write(ref _failure, e);
                    throw;
                }

                Volatile.Write(ref _log, log);
                return log;
            }
        }
    }

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
        IReadOnlyList<string> segments = CommitLogFiles.Find(_files, _logDirectory);
        bool isTorn = recovered?.Report?.TornSegment is not null || (segments.Count > 0 && _files.GetLength(segments[^1]) == 0);
        if (isTorn || segments.Count > KeptSegments || recovered?.MemoryBytes > KeptReplayedBytes)
            Flush();
        Compactor.Start();
        if (_options.UseIndexStructures && _database.Schema.Keyspaces.Values.Any(k => k.TablesAndViews.Any(t => t.Indexes.Count > 0)))
            IndexBuilder.Wake();
    }

    /// <summary>Memory that memtables take, in bytes.</summary>
    public long MemtableBytes => _database.OpenStores.Sum(s => s.Memtables.Sum(m => m.Memtable.MemoryBytes));

    /// <summary>Number of the commit log's segments, and their bytes.</summary>
    public (int Segments, long Bytes) LogSize
    {
        get
        {
            int segments = 0;
            long bytes = 0;
            foreach (string segment in CommitLogFiles.Find(_files, _logDirectory))
            {
                try
                {
                    bytes += _files.GetLength(segment);
                    segments++;
                }
                catch (StorageException e) when (e.Problem == StorageProblem.NotFound)
                {
                    // Recycled just now.
                }
            }

            return (segments, bytes);
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

        Volatile.Write(ref _lastMicros, newest);
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

    /// <summary>Refuses when the disk has failed.</summary>
    public void ThrowIfFailed()
    {
        if (Failure is { } failure)
            throw new StorageException(_database.Path, $"the database is read-only since its disk failed ({failure.Message}); what was acknowledged is safe. Mend the cause, then open it again.", failure) { Problem = StorageProblem.ReadOnly };
    }

    /// <summary>A timestamp in microseconds since 1970, greater than all before.</summary>
    public long NextMicros()
    {
        while (true)
        {
            long last = Volatile.Read(ref _lastMicros);
            long next = Math.Max(last + 1, (_options.Clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
            if (Interlocked.CompareExchange(ref _lastMicros, next, last) == last)
                return next;
        }
    }

    /// <summary>The folder of a table's SSTables.</summary>
    public string DirectoryOf(TableMetadata table) => Path.Combine(_dataDirectory, table.Keyspace, $"{table.Name}-{table.Id:N}");

    /// <summary>The first memtable of a table, with what the log had of it.</summary>
    public MemtableSlot FirstSlot(TableMetadata table, Memtable? recovered)
    {
        MemtableSlot slot = new(recovered ?? new Memtable(table), _replayedFrom);
        if (recovered is not null)
            slot.NoteSegment(_replayedFrom);
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
        if (_memory.Admit(ThrowIfStuck))
            LookAtMemory();
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
                    log = Log;
                    position = log.Append(mutation, out sequence);
                }

                foreach (PartitionUpdate update in mutation.Updates)
                    _database.OpenTable(update.Table).Active.Apply(update, position);
            }
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
        {
            if (_log is not null || CommitLogFiles.Find(_files, _logDirectory).Count > 0)
                Log.BeginNextSegment();
            foreach (TableStore store in _database.OpenStores)
                FlushStore(store);
            RecycleSegments();
        }
    }

    /// <summary>Flushes all tables, and does something while no SSTable comes, goes or changes its schema. Writers go on.</summary>
    public void WhileSettled(Action action)
    {
        lock (_change)
        {
            ThrowIfFailed();
            Flush();
            action();
        }
    }

    /// <summary>Flushes a table.</summary>
    public void Flush(TableStore store)
    {
        lock (_change)
        {
            FlushStore(store);
            RecycleSegments();
        }
    }

    /// <summary>
    /// Lets go of the log up to a segment, by flushing the tables that hold it. To be called before SSTables go whose writes may be in it still, without
    /// others that say so in their place: what was purged would be replayed.
    /// </summary>
    /// <param name="segmentId">The segment that, with all before it, is not to be replayed any more.</param>
    public void ReleaseLog(long segmentId)
    {
        lock (_change)
        {
            if (CommitLogFiles.Find(_files, _logDirectory) is not [var oldest, ..] || IdOf(oldest) > segmentId)
                return;
            if (Log.CurrentSegmentId <= segmentId)
                Log.BeginNextSegment();
            foreach (TableStore store in _database.OpenStores.Where(s => s.Memtables.Any(m => m.FirstSegment <= segmentId)))
                FlushStore(store);
            RecycleSegments();
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
                TableStore[] dropped = [.. before.Keyspaces.Values.SelectMany(k => k.TablesAndViews).Where(t => after.Table(t.Keyspace, t.Name)?.Id != t.Id).Select(_database.OpenTable)];
                if (dropped.Length == 0)
                {
                    Persist(before, after);
                    PutInForce(before, after, dropped);
                }
                else
                {
                    PutInForce(before, after, dropped);
                    Forget(dropped, () => Persist(before, after));
                }
            }
            catch (StorageException e)
            {
                // What the disk has is the old schema or the new one; which, the next opening tells.
                Volatile.Write(ref _failure, e);
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
            Flush();
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
                Volatile.Write(ref _failure, e);
                throw;
            }

            store.Replace(removed, []);
            transaction.Tidy();
        }
    }

    /// <summary>The next free id of a table's SSTables.</summary>
    public SSTableId NextId(TableStore store) => _ids.GetOrAdd(store.Table.Id, _ => new SSTableIdSource(ExistingIds(store), useUuids: false)).Next();

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
            ThrowIfFailed();

            // What comes of SSTables says which of the log they had; where nothing comes of them nobody would.
            if (added.Count == 0 && removed.SelectMany(r => r.Statistics.Stats.CommitLogIntervals).Select(i => i.End.SegmentId).DefaultIfEmpty(-1).Max() is >= 0 and long segment)
                ReleaseLog(segment);
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

    /// <summary>How SSTables of a table are written here.</summary>
    public SSTableWriterOptions WriterOptions(TableMetadata table, EncodingStats stats) => SSTableWriterOptions.For(table, SerializationHeader.Of(table, stats)) with
    {
        Version = _hasLateTimes && !_options.SSTableVersion.HasUIntDeletionTime ? SSTableVersion.OfName("oa") : _options.SSTableVersion,
        OriginatingHostId = _file.HostId,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        IndexBuilder.Dispose();
        _flushThread.Dispose();
        Compactor.Dispose();
        try
        {
            if (_isStarted && Failure is null)
                Settle();
            _log?.Dispose();
        }
        finally
        {
            _processLock.Dispose();
        }
    }

    private static long IdOf(string segment) =>
        CommitLogDescriptor.TryParseFileName(Path.GetFileName(segment), out _, out long id) ? id : throw new ArgumentException($"'{segment}' is no segment.", nameof(segment));

    private long NextSegmentId()
    {
        IReadOnlyList<string> segments = CommitLogFiles.Find(_files, _logDirectory);
        return Math.Max(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), segments.Count > 0 ? IdOf(segments[^1]) + 1 : 0);
    }

    private CommitLogWriter NewLog() => new(
        _files,
        _logDirectory,
        _options.Durability,
        NextSegmentId(),
        _options.CommitLogSegmentBytes,
        version: _hasLateTimes ? CommitLogDescriptor.Version50 : CommitLogDescriptor.Version40);

    private static bool HasLateTimes(string segment) =>
        CommitLogDescriptor.TryParseFileName(Path.GetFileName(segment), out int version, out _) && version >= CommitLogDescriptor.Version50;

    private bool IsLogged(string keyspace) => !_database.Schema.Keyspaces.TryGetValue(keyspace, out KeyspaceMetadata? metadata) || metadata.DurableWrites;

    private void ThrowIfStuck()
    {
        ThrowIfFailed();
        if (_flushThread.Problem is { } problem)
            throw new StorageException(_database.Path, $"memory for writes is full, and flushing fails: {problem.Message}", problem);
    }

    private void LookAtMemory()
    {
        long used = 0;
        long active = 0;
        foreach (TableStore store in _database.OpenStores)
        {
            IReadOnlyList<MemtableSlot> slots = store.Memtables;
            for (int i = 0; i < slots.Count; i++)
            {
                long bytes = slots[i].Memtable.MemoryBytes;
                used += bytes;
                active += i == 0 ? bytes : 0;
            }
        }

        _memory.Note(used);
        if (_memory.WantsFlush(active))
            _flushThread.Wake();
    }

    /// <summary>What the flush thread does: flushes the largest table while memory is short, and what is old.</summary>
    private void FlushWhatIsDue()
    {
        while (true)
        {
            TableStore[] stores = [.. _database.OpenStores.Where(s => !s.Active.Memtable.IsEmpty)];
            long active = stores.Sum(s => s.Active.Memtable.MemoryBytes);
            long now = Environment.TickCount64;
            TableStore? due = Array.Find(stores, s => s.Memtables.Count > 1 || now - s.Active.BegunAtMillis > PeriodOf(s.Table));
            if (due is null && _memory.WantsFlush(active))
                due = stores.MaxBy(s => s.Active.Memtable.MemoryBytes);
            if (due is null)
                break;
            Flush(due);
            LookAtMemory();
        }

        LookAtMemory();
    }

    private static long PeriodOf(TableMetadata table) =>
        table.Options.MemtableFlushPeriodMillis > 0 ? table.Options.MemtableFlushPeriodMillis : OldestMemtableMillis;

    /// <summary>Flushes a store; <see cref="_change"/> is held.</summary>
    private void FlushStore(TableStore store)
    {
        if (!store.Active.Memtable.IsEmpty)
            _barrier.Exclusively(() => Switch(store));
        WriteSwitched(store);
    }

    private void Switch(TableStore store)
    {
        if (!store.Active.Memtable.IsEmpty)
            store.Switch(new MemtableSlot(new Memtable(store.Table), _log?.Position ?? _replayedFrom));
    }

    /// <summary>Writes all memtables of a store that take no more writes, the oldest first: also those that an earlier attempt has left.</summary>
    private void WriteSwitched(TableStore store)
    {
        for (IReadOnlyList<MemtableSlot> slots = store.Memtables; slots.Count > 1; slots = store.Memtables)
            WriteOut(store, slots[^1]);
    }

    private void WriteOut(TableStore store, MemtableSlot slot)
    {
        string directory = store.Directory!;
        EnsureDirectory(directory);
        SSTableWriterOptions options = WriterOptions(store.Table, slot.Memtable.Stats) with
        {
            CommitLogIntervals = slot.To == CommitLogPosition.None ? [] : [new CommitLogInterval(slot.From, slot.To)],
            ExpectedKeyCount = slot.Memtable.PartitionCount,
        };
        IReadOnlyList<SSTableDescriptor> written;
        using (SSTableTransaction transaction = new(_files, directory, options.Version, "flush"))
        {
            using SSTableSetWriter writer = new(_files, transaction, () => NextId(store), store.Table, options, long.MaxValue);
            using MergeCursor cursor = new(store.Table, [slot.Memtable.Read(ReadRequest.All)], reversed: false);
            writer.Append(cursor, CancellationToken.None);
            writer.Finish();
            transaction.Commit();
            written = writer.Finished;
        }

        store.Complete(slot, _database.OpenSSTables(store.Table, written));
        _database.Activity.CountFlush(store.FlushBytes);
        Compactor.Wake();
    }

    /// <summary>Makes an empty file beside a table's SSTables.</summary>
    public void CreateFileBeside(TableStore store, string name)
    {
        string directory = store.Directory!;
        EnsureDirectory(directory);
        using (IWritableFile file = _files.Create(Path.Combine(directory, name)))
            file.Sync();
        _files.SyncDirectory(directory);
    }

    public void EnsureDirectory(string directory)
    {
        if (_files.DirectoryExists(directory))
            return;
        _files.CreateDirectory(directory);
        string keyspace = Path.GetDirectoryName(directory)!;
        _files.SyncDirectory(keyspace);
        _files.SyncDirectory(_dataDirectory);
    }

    private IEnumerable<SSTableId> ExistingIds(TableStore store)
    {
        if (!_files.DirectoryExists(store.Directory!))
            yield break;
        foreach (string path in _files.ListFiles(store.Directory!))
        {
            if (SSTableDescriptor.TryParse(path, out SSTableDescriptor? descriptor, out _))
                yield return descriptor.Id;
        }
    }

    private void Persist(DatabaseSchema before, DatabaseSchema after)
    {
        IReadOnlyList<Mutation> mutations = SchemaMutations.Of(SystemSchemaWriter.Changes(before, after), NextMicros());
        if (mutations.Count == 0)
            return;
        Apply([.. mutations]);
        foreach (TableMetadata table in mutations.SelectMany(m => m.Updates).Select(u => u.Table).Distinct())
            FlushStore(_database.OpenTable(table));
    }

    private void PutInForce(DatabaseSchema before, DatabaseSchema after, TableStore[] dropped)
    {
        var redefined = new List<(TableStore Store, TableMetadata Table)>();
        foreach (TableMetadata old in before.Keyspaces.Values.SelectMany(k => k.TablesAndViews))
        {
            TableMetadata? now = after.Table(old.Keyspace, old.Name);
            if (ReferenceEquals(now, old))
                continue;
            if (now?.Id == old.Id)
            {
                TableStore store = _database.OpenTable(old);
                redefined.Add((store, now));
                FlushStore(store);
            }
        }

        using IDisposable pause = IndexBuilder.Suspend();
        using IDisposable suspension = Compactor.Suspend([.. redefined.Select(r => r.Store.Table.Id), .. dropped.Select(d => d.Table.Id)]);
        _barrier.Exclusively(() =>
        {
            var reopened = new List<TableStore>();
            foreach ((TableStore store, TableMetadata table) in redefined)
            {
                Switch(store);
                WriteSwitched(store);
                reopened.Add(new TableStore(
                    table,
                    store.Directory,
                    _database.OpenSSTables(table, [.. store.SSTables.Select(s => s.Descriptor)]),
                    new MemtableSlot(new Memtable(table), _log?.Position ?? _replayedFrom))
                {
                    Indexes = IndexesOf(table, store.Table),
                });
            }

            _database.Replace(after, reopened, dropped);
        });
        foreach ((TableStore store, _) in redefined)
            store.Dispose();
        if (_options.UseIndexStructures && redefined.Exists(r => r.Table.Indexes.Count > 0 || r.Store.Table.Indexes.Count > 0))
            IndexBuilder.Wake();
    }

    /// <summary>
    /// Ends tables that nobody writes to any more. The log must have nothing of them once their definitions are gone: a mutation that updates a table that is
    /// not known is passed over when the log is replayed, with all that it does to others.
    /// </summary>
    private void Forget(TableStore[] dropped, Action persist)
    {
        foreach (TableStore store in dropped)
            FlushStore(store);
        Flush();
        persist();
        foreach (TableStore store in dropped)
            Delete(store);
    }

    private void Delete(TableStore store)
    {
        store.Dispose();
        _ids.TryRemove(store.Table.Id, out _);
        string directory = store.Directory!;
        if (!_files.DirectoryExists(directory))
            return;
        foreach (string path in _files.ListFiles(directory))
            _files.DeleteFile(path);

        // Snapshots and backups stay.
        if (_files.ListDirectories(directory).Count == 0)
            _files.DeleteDirectory(directory);
    }

    /// <summary>
    /// Deletes the log's segments of which everything is in SSTables, but for the youngest: its number keeps numbers from being used again, by
    /// which SSTables tell what of the log they have, whatever the clock says. <see cref="_change"/> is held.
    /// </summary>
    private void RecycleSegments()
    {
        if (_log is null)
            return;
        long oldest = 0;
        _barrier.Exclusively(() =>
        {
            oldest = _log.CurrentSegmentId;
            foreach (MemtableSlot slot in _database.OpenStores.SelectMany(s => s.Memtables))
                oldest = Math.Min(oldest, slot.FirstSegment);
        });
        string[] done = [.. CommitLogFiles.Find(_files, _logDirectory).Where(s => IdOf(s) < oldest)];
        foreach (string segment in done)
            _files.DeleteFile(segment);

        // A segment must not come back once the SSTables that have its writes are purged or truncated.
        if (done.Length > 0)
            _files.SyncDirectory(_logDirectory);
    }

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

    /// <summary>Leaves little to the log for the next opening, and nothing that is in SSTables.</summary>
    private void Settle()
    {
        if (MemtableBytes > LeftToLogBytes || _database.OpenStores.All(s => s.Active.Memtable.IsEmpty && s.Memtables.Count == 1))
            Flush();
    }
}
