using Cqlite.Core.Schema;

namespace Cqlite.Core.Rows;

/// <summary>What a cursor stands on within a partition.</summary>
public enum UnfilteredKind
{
    /// <summary>Before the first or after the last.</summary>
    None,

    /// <summary>A row.</summary>
    Row,

    /// <summary>A range tombstone's end.</summary>
    Marker,
}

/// <summary>
/// Walks partitions, and within each its rows and range tombstone markers, deletions included: the one way in which stored
/// data are read, whether from an SSTable, a memtable or a merge of many. Partitions come in the partitioner's order; rows in
/// clustering order, or its reverse. Everything a cursor shows is valid until its next step.
/// </summary>
/// <example>
/// <code>
/// while (cursor.MoveToNextPartition())
///     while (cursor.MoveToNextUnfiltered())
///         ...
/// </code>
/// </example>
/// <remarks>Source of the idea: org/apache/cassandra/db/rows/UnfilteredRowIterator.java, without an object a row.</remarks>
public abstract class UnfilteredCursor : IDisposable
{
    /// <summary>The table's definition, which cells' columns refer to.</summary>
    public abstract TableMetadata Table { get; }

    /// <summary>Whether rows come in reverse clustering order.</summary>
    public abstract bool IsReversed { get; }

    /// <summary>The current partition's key, serialized.</summary>
    public abstract ReadOnlySpan<byte> PartitionKey { get; }

    /// <summary>The current partition's token.</summary>
    public abstract Token Token { get; }

    /// <summary>The current partition's deletion.</summary>
    public abstract DeletionTime PartitionDeletion { get; }

    /// <summary>The current partition's static row; null where it has none.</summary>
    public abstract Row? StaticRow { get; }

    /// <summary>What the cursor stands on.</summary>
    public abstract UnfilteredKind Kind { get; }

    /// <summary>The current row, when <see cref="Kind"/> says so.</summary>
    public abstract Row Row { get; }

    /// <summary>The current marker, when <see cref="Kind"/> says so.</summary>
    public abstract RangeTombstoneMarker Marker { get; }

    /// <summary>Offset of the current partition in the uncompressed data file, for tools; -1 where there is none.</summary>
    public virtual long PartitionFilePosition => -1;

    /// <summary>Offset behind the current partition's end in the uncompressed data file, once all of it has been read; -1 where there is none.</summary>
    public virtual long PartitionEndFilePosition => -1;

    /// <summary>Goes to the next partition, past what is unread of the current one; false at the end.</summary>
    public abstract bool MoveToNextPartition();

    /// <summary>Goes to the next row or marker of the partition; false at its end.</summary>
    public abstract bool MoveToNextUnfiltered();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back files and buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
