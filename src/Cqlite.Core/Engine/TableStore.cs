using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>What is stored of one table: its SSTables and what only the commit log had, read as one. Serves all threads.</summary>
public sealed class TableStore : IPartitionSource, IDisposable
{
    private readonly SSTable[] _sstables;

    private readonly IPartitionSource[] _memtables;

    internal TableStore(TableMetadata table, IEnumerable<SSTable> sstables, params ReadOnlySpan<IPartitionSource?> memtables)
    {
        Table = table;
        _sstables = [.. sstables];
        List<IPartitionSource> inMemory = [];
        foreach (IPartitionSource? memtable in memtables)
        {
            if (memtable is not null)
                inMemory.Add(memtable);
        }

        _memtables = [.. inMemory];
    }

    /// <summary>The table's definition.</summary>
    public TableMetadata Table { get; }

    /// <summary>The SSTables, by id.</summary>
    public IReadOnlyList<SSTable> SSTables => _sstables;

    /// <summary>A cursor in which all memtables and SSTables that may have what is asked for are merged and deletions applied.</summary>
    public UnfilteredCursor Read(ReadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var sources = new List<UnfilteredCursor>(_memtables.Length + _sstables.Length);
        foreach (IPartitionSource memtable in _memtables)
            sources.Add(memtable.Read(request));
        foreach (SSTable sstable in _sstables)
        {
            if (MayHave(sstable, request))
                sources.Add(sstable.Read(request));
        }

        return new MergeCursor(Table, sources, request.Reversed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SSTable sstable in _sstables)
            sstable.Dispose();
    }

    // A point read leaves alone the SSTables whose filter rules the key out.
    private static bool MayHave(SSTable sstable, ReadRequest request) => request.Key is not { } key || sstable.MightContain(key.Key.Span);
}
