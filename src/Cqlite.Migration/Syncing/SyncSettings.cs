using Cqlite.Migration.Ranges;

namespace Cqlite.Migration.Syncing;

/// <summary>Who holds where both sides have changed the same cell since the time that is synced from.</summary>
public enum ConflictResolution
{
    /// <summary>The later time of writing, as in Cassandra itself.</summary>
    LastWriteWins,

    /// <summary>The cluster.</summary>
    CassandraWins,

    /// <summary>The database; what would not hold against the cluster's gets the time after it.</summary>
    CqliteWins,
}

/// <summary>How changes are carried from a database back to a cluster. Immutable.</summary>
/// <param name="SinceMicros">
/// What has a later time is carried over, in microseconds since 1970. It is compared with the times that cells and deletions have in the database, which are those of the
/// clocks of who wrote them: where these were behind, an earlier time is to be given. No other clock decides; what is in the future is counted, and taken as it is.
/// </param>
public sealed record SyncSettings(long SinceMicros)
{
    /// <summary>Names of keyspaces and of tables (<c>keyspace.table</c>).</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>Who holds where both have changed. Default the later one.</summary>
    public ConflictResolution Resolution { get; init; } = ConflictResolution.LastWriteWins;

    /// <summary>How many decisions of each table are listed; counts are exact beyond that. Default 100.</summary>
    public int MaxDecisions { get; init; } = 100;

    /// <summary>
    /// How ranges are gone through. Rows, bytes and limits are those of what is written, not of what is read; a dry run, which writes nothing, has no limits. Ranges are not
    /// shared out while they are under way, for each is decided about as a whole.
    /// </summary>
    public RangeRunOptions Ranges { get; init; } = RangeRunOptions.Default;

    /// <summary>The moment at which both sides are looked at, in seconds since 1970; null, the default, for that at which the cluster was opened.</summary>
    public long? NowSeconds { get; init; }
}
