namespace Cqlite.Core.Rows;

/// <summary>Which of two cells of the same column, or the same element of a column, holds.</summary>
/// <remarks>Source: org/apache/cassandra/db/rows/Cells.java (resolveRegular).</remarks>
internal static class CellReconciliation
{
    /// <summary>
    /// Whether the left one holds: newer; at one timestamp what is deleted or expires over what stays, a tombstone over what
    /// expires, what ends later, and at last the larger value. Not for counters, whose contexts are merged.
    /// </summary>
    public static bool LeftWins(in Cell left, ReadOnlySpan<byte> leftValue, in Cell right, ReadOnlySpan<byte> rightValue)
    {
        if (left.TimestampMicros != right.TimestampMicros)
            return left.TimestampMicros > right.TimestampMicros;

        bool leftEnds = left.LocalDeletionSeconds != Cell.NoDeletionTime;
        bool rightEnds = right.LocalDeletionSeconds != Cell.NoDeletionTime;
        if (leftEnds != rightEnds)
            return leftEnds;
        if (leftEnds)
        {
            if (left.IsExpiring != right.IsExpiring)
                return !left.IsExpiring;
            if (left.LocalDeletionSeconds != right.LocalDeletionSeconds)
                return left.LocalDeletionSeconds > right.LocalDeletionSeconds;
        }

        return leftValue.SequenceCompareTo(rightValue) >= 0;
    }
}
