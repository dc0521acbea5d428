using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>
/// What is stored of one table: its SSTables and what is not in SSTables yet, read as one. Serves all threads. What there is is one
/// immutable view, which flushes and compactions replace: a reader takes the one that it finds, and the cursors that it
/// opens keep the files that they read.
/// </summary>
public sealed class TableStore : IPartitionSource, IDisposable
{
    private readonly Lock _change = new();
    private View _view;

    internal TableStore(TableMetadata table, string? directory, IEnumerable<SSTable> sstables, params ReadOnlySpan<MemtableSlot?> memtables)
    {
        Table = table;
        Directory = directory;
        List<MemtableSlot> inMemory = [];
        foreach (MemtableSlot? memtable in memtables)
        {
            if (memtable is not null)
                inMemory.Add(memtable);
        }

        _view = new View([.. sstables], [.. inMemory]);
    }

    /// <summary>The table's definition.</summary>
    public TableMetadata Table { get; }

    /// <summary>The SSTables, by id.</summary>
    public IReadOnlyList<SSTable> SSTables => Current.SSTables;

    /// <summary>Rows that the table has beside what is stored of it; null for none.</summary>
    internal IPartitionSource? Given { get; init; }

    /// <summary>The index structures of its SSTables; null where there can be none.</summary>
    internal TableIndexes? Indexes { get; init; }

    /// <summary>The folder of its SSTables, which may be still to be made; null where there is none.</summary>
    internal string? Directory { get; }

    /// <summary>The memtable that takes writes; there is one in a database that is open for writing.</summary>
    internal MemtableSlot Active => Current.Memtables[0];

    /// <summary>The memtables, the one that takes writes first; then those that are being flushed.</summary>
    internal IReadOnlyList<MemtableSlot> Memtables => Current.Memtables;

    /// <summary>Stored bytes of data that the last flush left; 0 where there was none yet.</summary>
    internal long FlushBytes { get; private set; }

    private View Current => Volatile.Read(ref _view);

    /// <summary>A cursor in which all memtables and SSTables that may have what is asked for are merged and deletions applied.</summary>
    public UnfilteredCursor Read(ReadRequest request) => Read(request, inOrder: false);

    /// <summary>
    /// The same for who writes the rows elsewhere: those of SSTables of 3.0.7 and before, in which empty values of descending columns stand elsewhere, come in the order of today
    /// too. Each of these SSTables is read several times for that.
    /// </summary>
    /// <param name="request">Whole partitions, read forward.</param>
    /// <exception cref="Errors.UnsupportedFormatException">Out of the cursor's steps: rows that mean one thing in the old order and another in today's.</exception>
    internal UnfilteredCursor ReadInOrder(ReadRequest request) => Read(request, inOrder: true);

    private UnfilteredCursor Read(ReadRequest request, bool inOrder)
    {
        ArgumentNullException.ThrowIfNull(request);
        while (true)
        {
            View view = Current;
            var sources = new List<UnfilteredCursor>(view.Memtables.Length + view.SSTables.Length + 1);
            foreach (MemtableSlot slot in view.Memtables)
                sources.Add(slot.Memtable.Read(request));
            if (Given is { } given)
                sources.Add(given.Read(request));
            if (TryReadSSTables(view, request, inOrder, sources))
                return new MergeCursor(Table, sources, request.Reversed);

            // An SSTable was closed since the view was taken: there is another view now, unless the store is closed.
            sources.ForEach(s => s.Dispose());
            ObjectDisposedException.ThrowIf(ReferenceEquals(view, Current), this);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Indexes?.Dispose();
        foreach (SSTable sstable in Current.SSTables)
            sstable.Dispose();
    }

    /// <summary>Gives writes another memtable; what it replaces stays to be read until <see cref="Complete"/>. Called while no writer is inside.</summary>
    /// <param name="next">The memtable for writes to come.</param>
    /// <returns>The memtable that no longer takes writes.</returns>
    internal MemtableSlot Switch(MemtableSlot next)
    {
        lock (_change)
        {
            MemtableSlot before = _view.Memtables[0];
            before.To = next.From;
            Volatile.Write(ref _view, _view with { Memtables = [next, .. _view.Memtables] });
            return before;
        }
    }

    /// <summary>Puts what was flushed into the place of its memtable.</summary>
    internal void Complete(MemtableSlot flushed, IReadOnlyList<SSTable> written)
    {
        lock (_change)
        {
            FlushBytes = written.Sum(w => w.StoredLength);
            Volatile.Write(ref _view, new View([.. _view.SSTables, .. written], [.. _view.Memtables.Where(m => m != flushed)]));
        }

        Indexes?.NoteArrivals();
    }

    /// <summary>What there is at this moment, with its SSTables kept open until it is disposed of; null when the store is closed.</summary>
    internal HeldContent? TryAcquire()
    {
        while (true)
        {
            View view = Current;
            int held = 0;
            while (held < view.SSTables.Length && view.SSTables[held].TryAcquire())
                held++;
            if (held == view.SSTables.Length)
                return new HeldContent(this, view);
            foreach (SSTable sstable in view.SSTables.AsSpan(0, held))
                sstable.Release();
            if (ReferenceEquals(view, Current))
                return null;
        }
    }

    /// <summary>Puts SSTables into the place of others, which are closed once nobody reads them any more.</summary>
    internal void Replace(IReadOnlyList<SSTable> removed, IReadOnlyList<SSTable> added)
    {
        lock (_change)
        {
            Volatile.Write(ref _view, _view with
            {
                SSTables = [.. _view.SSTables.Except(removed).Concat(added).OrderBy(s => s.Descriptor.Id).ThenBy(s => s.Descriptor.FilePrefix, StringComparer.Ordinal)],
            });
        }

        Indexes?.Forget(removed);
        foreach (SSTable sstable in removed)
            sstable.Dispose();
        Indexes?.NoteArrivals();
    }

    private static bool TryReadSSTables(View view, ReadRequest request, bool inOrder, List<UnfilteredCursor> sources)
    {
        foreach (SSTable sstable in view.SSTables)
        {
            if (!MayHave(sstable, request))
                continue;
            if (inOrder && StoredOrderCursor.IsNeeded(sstable))
            {
                if (!sstable.TryAcquire())
                    return false;
                try
                {
                    sources.Add(StoredOrderCursor.Read(sstable, request));
                    continue;
                }
                finally
                {
                    sstable.Release();
                }
            }

            if (sstable.TryRead(request) is not { } cursor)
                return false;
            sources.Add(cursor);
        }

        return true;
    }

    // A point read leaves alone the SSTables whose filter rules the key out.
    private static bool MayHave(SSTable sstable, ReadRequest request) => request.Key is not { } key || sstable.MightContain(key.Key.Span);

    /// <summary>All that there is at one moment.</summary>
    internal sealed record View(SSTable[] SSTables, MemtableSlot[] Memtables);

    /// <summary>All that there is at one moment, its SSTables kept open.</summary>
    internal sealed class HeldContent(TableStore store, View view) : ITableContent
    {
        private bool _disposed;

        /// <summary>The table.</summary>
        public TableMetadata Table => store.Table;

        /// <summary>The memtables; a write is in them or in <see cref="SSTables"/>.</summary>
        public IReadOnlyList<MemtableSlot> Memtables => view.Memtables;

        public bool IsCurrent => ReferenceEquals(store.Current, view);

        public IReadOnlyList<SSTable> SSTables => view.SSTables;

        public long SmallestMemtableTimestampMicros => view.Memtables
            .Where(m => !m.Memtable.IsEmpty)
            .Select(m => m.Memtable.Stats.MinTimestampMicros)
            .DefaultIfEmpty(long.MaxValue)
            .Min();

        public bool MemtablesMayHave(Token token, ReadOnlySpan<byte> key)
        {
            foreach (MemtableSlot slot in view.Memtables)
            {
                if (slot.Memtable.MayHave(token, key))
                    return true;
            }

            return false;
        }

        public void Dispose()
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (SSTable sstable in view.SSTables)
                sstable.Release();
        }
    }
}
