using System.Collections.Concurrent;
using Cqlite.Core.Engine.Indexes.Vectors;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>
/// The index structures of a table's SSTables, as far as there are any: opened when they are first asked for, closed with their SSTable. What is missing, stale or
/// damaged counts as not there. Serves all threads.
/// </summary>
/// <param name="files">The file system.</param>
/// <param name="table">The table.</param>
internal sealed class TableIndexes(IFileSystem files, TableMetadata table) : IDisposable
{
    private readonly Lock _change = new();
    private readonly ConcurrentDictionary<(SSTable SSTable, string Index), Slot> _slots = new();
    private bool _isDisposed;

    private enum State
    {
        /// <summary>Nobody has looked yet.</summary>
        Unknown,

        /// <summary>It is open.</summary>
        Open,

        /// <summary>There is none that can be used; it is to be made.</summary>
        Missing,

        /// <summary>It could not be made. The next opening of the table tries again.</summary>
        Failed,
    }

    /// <summary>The table's indexes, also those that have no structures.</summary>
    public IReadOnlyList<ColumnIndex> Defined { get; } = [.. ColumnIndex.Of(table)];

    /// <summary>The table's indexes that have structures.</summary>
    public IReadOnlyList<ColumnIndex> All => field ??= [.. Defined.Where(i => IndexKind.For(i) is not null)];

    /// <summary>Whether the table had indexes that it has no longer, of which files may be left.</summary>
    public bool HasLeftovers { get; init; }

    /// <summary>How many candidates a search for near vectors is told to keep; null where their number decides.</summary>
    public int? SearchWidth { private get; init; }

    /// <summary>Called when structures may be missing, on the thread that found it out; null where none are made.</summary>
    public Action? Wanted { private get; init; }

    /// <summary>How many candidates a search in an index of vectors keeps.</summary>
    /// <param name="index">The index.</param>
    /// <param name="vectorCount">How many vectors there are.</param>
    public int SearchWidthOf(ColumnIndex index, long vectorCount)
    {
        int width = SearchWidth ?? VectorSettings.DefaultSearchWidthOf(vectorCount);
        return index.Metadata.Options.GetValueOrDefault("optimize_for", "").Equals("recall", StringComparison.OrdinalIgnoreCase) ? 2 * width : width;
    }

    /// <summary>Says that SSTables have come.</summary>
    public void NoteArrivals()
    {
        if (All.Count > 0)
            Wanted?.Invoke();
    }

    /// <summary>The structure of an index of an SSTable, held open until it is released; null where there is none.</summary>
    /// <param name="sstable">The SSTable, which the caller holds open.</param>
    /// <param name="index">The index.</param>
    public T? TryAcquire<T>(SSTable sstable, ColumnIndex index)
        where T : IndexStructure =>
        Find(sstable, index) is T structure && structure.TryAcquire() ? structure : null;

    /// <summary>Says that reading a structure has failed: it is closed once nobody holds it, deleted, and made again.</summary>
    public void NoteDamage(SSTable sstable, ColumnIndex index)
    {
        Close(sstable, index, State.Missing);
        Wanted?.Invoke();
    }

    /// <summary>Whether a structure is to be made.</summary>
    public bool IsMissing(SSTable sstable, ColumnIndex index) => Find(sstable, index) is null && _slots.TryGetValue((sstable, index.Metadata.Name), out Slot? slot) && slot.State == State.Missing;

    /// <summary>Makes a structure in the place of whatever there is under its name.</summary>
    /// <param name="sstable">The SSTable, which the caller holds open.</param>
    /// <param name="index">The index.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Why it could not be made; null when it was.</returns>
    public CqliteException? Build(SSTable sstable, ColumnIndex index, CancellationToken cancellation)
    {
        IndexKind kind = IndexKind.For(index)!;
        try
        {
            IndexStamp stamp = IndexStamp.Of(files, sstable, index, kind);
            using IndexFileWriter output = new(files, IndexFileName.PathOf(sstable.Descriptor, stamp.Definition), kind, stamp);
            kind.Build(sstable, index, output, cancellation);
        }
        catch (CqliteException problem)
        {
            Close(sstable, index, State.Failed);
            return problem;
        }

        Close(sstable, index, State.Unknown);
        return null;
    }

    /// <summary>Closes the structures of SSTables that go.</summary>
    public void Forget(IReadOnlyCollection<SSTable> sstables)
    {
        foreach (SSTable sstable in sstables)
        {
            foreach (ColumnIndex index in All)
            {
                lock (_change)
                {
                    if (_slots.TryRemove((sstable, index.Metadata.Name), out Slot? slot))
                        slot.Structure?.Release();
                }
            }
        }
    }

    /// <summary>Deletes the index files of a folder that belong to none of the table's SSTables, or to no index that there is; and closes what somebody has opened late.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="sstables">The SSTables that there are. None of those that come later has an index file yet, for only the caller makes them.</param>
    public void Sweep(string directory, IReadOnlyList<SSTable> sstables)
    {
        Forget([.. _slots.Keys.Select(k => k.SSTable).Distinct().Except(sstables)]);
        if (!files.DirectoryExists(directory))
            return;
        ulong[] definitions = [.. All.Select(i => IndexStamp.OfDefinition(i, IndexKind.For(i)!))];
        HashSet<string> wanted = new(sstables.SelectMany(s => definitions.Select(d => IndexFileName.PathOf(s.Descriptor, d))), StringComparer.Ordinal);
        foreach (string path in files.ListFiles(directory).Where(p => IndexFileName.IsIndexFile(p) && !wanted.Contains(p)))
            IndexFile.TryDelete(files, path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_change)
        {
            _isDisposed = true;
            foreach (Slot slot in _slots.Values)
                slot.Structure?.Release();
            _slots.Clear();
        }
    }

    private IndexStructure? Find(SSTable sstable, ColumnIndex index)
    {
        (SSTable, string) key = (sstable, index.Metadata.Name);
        if (_slots.TryGetValue(key, out Slot? known) && known.State != State.Unknown)
            return known.Structure;
        lock (_change)
        {
            if (_isDisposed)
                return null;
            Slot slot = _slots.GetOrAdd(key, _ => new Slot(State.Unknown, null));
            if (slot.State != State.Unknown)
                return slot.Structure;
            IndexStructure? opened = TryOpen(sstable, index);
            _slots[key] = new Slot(opened is null ? State.Missing : State.Open, opened);
            return opened;
        }
    }

    private IndexStructure? TryOpen(SSTable sstable, ColumnIndex index)
    {
        if (IndexKind.For(index) is not { } kind)
            return null;
        IndexFile? file = null;
        try
        {
            IndexStamp stamp = IndexStamp.Of(files, sstable, index, kind);
            file = IndexFile.TryOpen(files, IndexFileName.PathOf(sstable.Descriptor, stamp.Definition), kind, stamp);
            return file is null ? null : kind.Open(file, sstable, index);
        }
        catch (CqliteException)
        {
            // What can't be read is as good as not there.
            file?.Dispose();
            return null;
        }
    }

    private void Close(SSTable sstable, ColumnIndex index, State state)
    {
        lock (_change)
        {
            (SSTable, string) key = (sstable, index.Metadata.Name);
            if (_isDisposed || !_slots.TryGetValue(key, out Slot? slot))
                return;
            slot.Structure?.Release();
            _slots[key] = new Slot(state, null);
        }
    }

    private sealed record Slot(State State, IndexStructure? Structure);
}
