using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>A place in a node's commit log.</summary>
/// <param name="SegmentId">Id of the segment; -1 for no place.</param>
/// <param name="Position">Offset in the segment in bytes.</param>
/// <remarks><code>long segment id, int position</code>Source: org/apache/cassandra/db/commitlog/CommitLogPosition.java.</remarks>
public readonly record struct CommitLogPosition(long SegmentId, int Position) : IComparable<CommitLogPosition>
{
    /// <summary>No place.</summary>
    public static CommitLogPosition None { get; } = new(-1, 0);

    internal static CommitLogPosition Read(ref SpanReader reader) => new(reader.ReadInt64(), reader.ReadInt32());

    internal void Write(BufferWriter output)
    {
        output.WriteInt64(SegmentId);
        output.WriteInt32(Position);
    }

    /// <inheritdoc/>
    public int CompareTo(CommitLogPosition other)
    {
        int bySegment = SegmentId.CompareTo(other.SegmentId);
        return bySegment != 0 ? bySegment : Position.CompareTo(other.Position);
    }

    /// <inheritdoc/>
    public override string ToString() => $"CommitLogPosition(segmentId={SegmentId}, position={Position})";
}

/// <summary>A stretch of the commit log whose writes are all in the SSTable.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
public readonly record struct CommitLogInterval(CommitLogPosition Start, CommitLogPosition End)
{
    /// <summary>Whether the write that ends at a place is in the SSTable.</summary>
    public bool Contains(CommitLogPosition position) => Start.CompareTo(position) <= 0 && position.CompareTo(End) <= 0;

    /// <summary>What intervals of one host's log, in any order, cover together: in order, and joined where they meet.</summary>
    internal static List<CommitLogInterval> Union(IEnumerable<CommitLogInterval> intervals)
    {
        List<CommitLogInterval> united = [];
        foreach (CommitLogInterval interval in intervals.OrderBy(i => i.Start))
        {
            if (united.Count > 0 && interval.Start.CompareTo(united[^1].End) <= 0)
                united[^1] = new CommitLogInterval(united[^1].Start, interval.End.CompareTo(united[^1].End) > 0 ? interval.End : united[^1].End);
            else
                united.Add(interval);
        }

        return united;
    }
}
