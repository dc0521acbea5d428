using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Cuts a partition's rows and markers into blocks of about column_index_size bytes, and keeps the first and the last clustering of
/// the block at hand, as prefixes in stored form. Within the deletion of a range that an index has no room for no block ends.
/// </summary>
/// <remarks>Source: org/apache/cassandra/io/sstable/format/SortedTablePartitionWriter.java.</remarks>
internal sealed class BlockTracker(int blockBytes, SSTableVersion version)
{
    private readonly BufferWriter _first = new();
    private readonly BufferWriter _last = new();

    /// <summary>Clustering prefix of the block's first item.</summary>
    public ReadOnlySpan<byte> First => _first.WrittenSpan;

    /// <summary>Clustering prefix of the partition's last item so far.</summary>
    public ReadOnlySpan<byte> Last => _last.WrittenSpan;

    /// <summary>Whether a block is begun.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Offset of the block from the partition's start.</summary>
    public long Start { get; private set; }

    /// <summary>The range deletion that was open where the block began.</summary>
    public DeletionTime StartDeletion { get; private set; }

    /// <summary>The range deletion that is open after the last item.</summary>
    public DeletionTime OpenDeletion { get; private set; }

    /// <summary>Number of rows and markers of the partition so far.</summary>
    public long ItemCount { get; private set; }

    /// <summary>Begins a partition.</summary>
    public void Reset()
    {
        IsOpen = false;
        ItemCount = 0;
        OpenDeletion = DeletionTime.Live;
        _last.Clear();
    }

    /// <summary>Notes a row; returns whether the block is full.</summary>
    /// <param name="clustering">The row's clustering values in stored form.</param>
    /// <param name="start">Offset of the row from the partition's start.</param>
    /// <param name="end">Offset of the byte after it.</param>
    public bool AddRow(ReadOnlySpan<byte> clustering, long start, long end)
    {
        _last.Clear();
        _last.WriteByte((byte)ClusteringKind.Clustering);
        _last.Write(clustering);
        return Add(start, end, OpenDeletion);
    }

    /// <summary>Notes a marker; returns whether the block is full.</summary>
    /// <param name="prefix">The marker's prefix in stored form.</param>
    /// <param name="start">Offset of the marker from the partition's start.</param>
    /// <param name="end">Offset of the byte after it.</param>
    /// <param name="openDeletion">The range deletion that holds after it.</param>
    public bool AddMarker(ReadOnlySpan<byte> prefix, long start, long end, in DeletionTime openDeletion)
    {
        _last.Clear();
        _last.Write(prefix);
        return Add(start, end, openDeletion);
    }

    /// <summary>Ends the block.</summary>
    public void Close() => IsOpen = false;

    private bool Add(long start, long end, in DeletionTime openDeletion)
    {
        if (!IsOpen)
        {
            IsOpen = true;
            Start = start;
            StartDeletion = OpenDeletion;
            _first.Clear();
            _first.Write(_last.WrittenSpan);
        }

        ItemCount++;
        OpenDeletion = openDeletion;
        return end - Start >= blockBytes && PartitionDeletion.HasRoom(openDeletion, version);
    }
}
