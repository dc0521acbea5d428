using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>What is stored of one table: its SSTables, read as one. Serves all threads.</summary>
public sealed class TableStore : IPartitionSource, IDisposable
{
    private readonly SSTable[] _sstables;

    internal TableStore(TableMetadata table, IEnumerable<SSTable> sstables)
    {
        Table = table;
        _sstables = [.. sstables];
    }

    /// <summary>The table's definition.</summary>
    public TableMetadata Table { get; }

    /// <summary>The SSTables, by id.</summary>
    public IReadOnlyList<SSTable> SSTables => _sstables;

    /// <summary>A cursor in which all SSTables that may have what is asked for are merged and deletions applied.</summary>
    public UnfilteredCursor Read(ReadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var sources = new List<UnfilteredCursor>(_sstables.Length);
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
