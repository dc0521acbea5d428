using Cqlite.Core.Rows;

namespace Cqlite.Migration.Validation;

/// <summary>Goes over the partitions and rows of two sides in the order of tokens, those of the same key together.</summary>
internal sealed class RowPairs : IDisposable
{
    private readonly ClusteringComparator _comparator;
    private bool _isBegun;
    private bool _isInPartition;

    /// <summary>Begins before the first partition.</summary>
    /// <param name="left">The source, which this owns from now on.</param>
    /// <param name="right">The target, which this owns from now on.</param>
    /// <param name="plan">What is compared.</param>
    public RowPairs(LiveSide left, LiveSide right, ComparisonPlan plan)
    {
        Left = left;
        Right = right;
        Plan = plan;
        _comparator = new ClusteringComparator(plan.Table);
    }

    /// <summary>The source.</summary>
    public LiveSide Left { get; }

    /// <summary>The target.</summary>
    public LiveSide Right { get; }

    /// <summary>What is compared.</summary>
    public ComparisonPlan Plan { get; }

    /// <summary>Whether the source has the partition.</summary>
    public bool IsLeftPartition { get; private set; }

    /// <summary>Whether the target has the partition.</summary>
    public bool IsRightPartition { get; private set; }

    /// <summary>Whether the source has the row.</summary>
    public bool IsLeftRow { get; private set; }

    /// <summary>Whether the target has the row.</summary>
    public bool IsRightRow { get; private set; }

    /// <summary>The side that has the partition.</summary>
    public LiveSide PartitionSide => IsLeftPartition ? Left : Right;

    /// <summary>The side that has the row.</summary>
    public LiveSide RowSide => IsLeftRow ? Left : Right;

    /// <summary>Goes to the next partition.</summary>
    public bool MoveToNextPartition()
    {
        _isInPartition = false;
        if (!_isBegun || IsLeftPartition)
            Left.MoveToNextPartition();
        if (!_isBegun || IsRightPartition)
            Right.MoveToNextPartition();
        _isBegun = true;
        int order = !Left.HasPartition ? 1 : !Right.HasPartition ? -1 : Plan.Table.Partitioner.Compare(
            Left.Cursor.Token, Left.Cursor.PartitionKey, Right.Cursor.Token, Right.Cursor.PartitionKey);
        IsLeftPartition = Left.HasPartition && order <= 0;
        IsRightPartition = Right.HasPartition && order >= 0;
        IsLeftRow = false;
        IsRightRow = false;
        return IsLeftPartition || IsRightPartition;
    }

    /// <summary>Goes to the next row of the partition.</summary>
    public bool MoveToNextRow()
    {
        if (IsLeftPartition && (!_isInPartition || IsLeftRow))
            Left.MoveToNextRow();
        if (IsRightPartition && (!_isInPartition || IsRightRow))
            Right.MoveToNextRow();
        _isInPartition = true;
        bool left = IsLeftPartition && Left.HasRow;
        bool right = IsRightPartition && Right.HasRow;
        int order = !left ? 1 : !right ? -1 : _comparator.Compare(Left.Row.Clustering, Right.Row.Clustering);
        IsLeftRow = left && order <= 0;
        IsRightRow = right && order >= 0;
        return IsLeftRow || IsRightRow;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }
}
