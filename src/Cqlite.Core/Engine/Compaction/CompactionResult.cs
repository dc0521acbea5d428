using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>What a compaction did.</summary>
internal sealed record CompactionResult
{
    /// <summary>SSTables that were read and replaced.</summary>
    public required IReadOnlyList<SSTableDescriptor> Compacted { get; init; }

    /// <summary>SSTables that were dropped without being read, for all in them has expired.</summary>
    public required IReadOnlyList<SSTableDescriptor> Dropped { get; init; }

    /// <summary>SSTables that were written.</summary>
    public required IReadOnlyList<SSTableDescriptor> Written { get; init; }

    /// <summary>Stored bytes of data of all that were replaced.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Stored bytes of data written.</summary>
    public required long BytesOut { get; init; }

    /// <summary>Rows of all that were replaced, as their statistics tell.</summary>
    public required long RowsIn { get; init; }

    /// <summary>Rows written.</summary>
    public required long RowsOut { get; init; }

    /// <summary>Partitions written.</summary>
    public required long PartitionsOut { get; init; }
}

/// <summary>How far a compaction is. Any thread may look.</summary>
internal sealed class CompactionProgress
{
    private long _doneBytes;
    private long _totalBytes;

    /// <summary>Stored bytes of data read.</summary>
    public long DoneBytes => Interlocked.Read(ref _doneBytes);

    /// <summary>Stored bytes of data to read.</summary>
    public long TotalBytes => Interlocked.Read(ref _totalBytes);

    /// <summary>Begins to count.</summary>
    public void Begin(long totalBytes)
    {
        Interlocked.Exchange(ref _doneBytes, 0);
        Interlocked.Exchange(ref _totalBytes, totalBytes);
    }

    /// <summary>Counts bytes read. What is read more than once does not count beyond the whole.</summary>
    public void Add(long bytes)
    {
        if (Interlocked.Add(ref _doneBytes, bytes) > TotalBytes)
            Interlocked.Exchange(ref _doneBytes, TotalBytes);
    }
}
