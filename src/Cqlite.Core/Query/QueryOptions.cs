using Cqlite.Core.Errors;

namespace Cqlite.Core.Query;

/// <summary>How queries are executed. Immutable.</summary>
public sealed record QueryOptions
{
    /// <summary>The defaults.</summary>
    public static QueryOptions Default { get; } = new();

    /// <summary>What TTLs are counted from, in seconds since 1970; null for the database's own "now".</summary>
    public long? NowSeconds { get; init; }

    /// <summary>The timestamp of writes that name none, in microseconds since 1970; null for the database's clock. Conditional writes do not heed it.</summary>
    public long? TimestampMicros { get; init; }

    /// <summary>
    /// How many replicas must answer, in the sense of a cluster of which this database is the only node: what the keyspace's replication does not allow then is refused.
    /// Guardrails may refuse some. Null, the default, asks for nothing, for one database is always consistent with itself.
    /// </summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>The consistency of a conditional write's decision, which is made here in any case; null, the default, for <see cref="ConsistencyLevel.Serial"/>.</summary>
    public ConsistencyLevel? SerialConsistency { get; init; }

    /// <summary>Memory in bytes that sorting across partitions may use. Default 256 MiB.</summary>
    public long SortMemoryBytes { get; init; } = 256L << 20;

    /// <summary>
    /// After how many result rows a page ends; null, or a negative number, for all rows at once. Each page is an execution of its own, which
    /// begins where <see cref="PagingState"/> says that the one before has ended. SELECT and DESCRIBE have pages.
    /// </summary>
    public int? PageSize { get; init; }

    /// <summary>What <see cref="QueryResult.PagingState"/> was at the end of the page before, with the same statement and values; null for the first page.</summary>
    public byte[]? PagingState { get; init; }

    /// <summary>The size of pages; null when all rows are asked for at once.</summary>
    /// <exception cref="InvalidQueryException">A page of no rows.</exception>
    internal int? RowsOfPage => PageSize switch
    {
        0 => throw new InvalidQueryException("The page size cannot be 0", InvalidQueryException.ProtocolErrorCode),
        > 0 => PageSize,
        _ => null,
    };

    /// <summary>How long a node of a cluster may take to answer; null for the connection's own time. A database knows no such time: it is ended by <see cref="Cancellation"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Ends the execution with an <see cref="OperationCanceledException"/>, also while rows are read that do not become results.</summary>
    public CancellationToken Cancellation { get; init; }
}
