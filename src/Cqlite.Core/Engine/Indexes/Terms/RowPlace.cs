namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>Where in an SSTable's uncompressed data a row is that has a term, or a partition that has it in its key or static row. Sorted as the rows are.</summary>
/// <param name="Partition">Offset of the partition.</param>
/// <param name="Row">Offset of the row; that of the partition where all of it is meant.</param>
internal readonly record struct RowPlace(long Partition, long Row) : IComparable<RowPlace>
{
    /// <summary>Whether all rows of the partition are meant.</summary>
    public bool IsPartition => Row == Partition;

    /// <inheritdoc/>
    public int CompareTo(RowPlace other) => Row.CompareTo(other.Row);
}
