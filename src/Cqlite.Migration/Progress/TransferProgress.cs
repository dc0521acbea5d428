namespace Cqlite.Migration.Progress;

/// <summary>How far it is: of one table, or of all.</summary>
/// <param name="Operation"><c>export</c>, <c>import</c> or <c>copy</c>.</param>
/// <param name="Table">The table, with its keyspace; null for all tables together.</param>
public sealed record TransferProgress(string Operation, string? Table)
{
    /// <summary>Rows so far.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes of keys and values so far.</summary>
    public long Bytes { get; init; }

    /// <summary>The share that is done, between 0 and 1, by the share of the ring.</summary>
    public double Share { get; init; }

    /// <summary>Rows in a second, over the whole time.</summary>
    public double RowsPerSecond { get; init; }

    /// <summary>How long it has taken.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether it has come to its end.</summary>
    public bool IsDone { get; init; }

    /// <summary>The share in percent.</summary>
    public double Percent => Share * 100;

    /// <summary>How many rows there will be, going by those so far; null while there is nothing to go by.</summary>
    public long? EstimatedRows => IsDone ? Rows : Share > 0 ? (long)(Rows / Share) : null;

    /// <summary>How long it will take still; null while there is nothing to go by.</summary>
    public TimeSpan? Remaining => IsDone ? TimeSpan.Zero : Share > 0 ? Elapsed * Math.Min((1 - Share) / Share, 1e6) : null;
}
