using Cqlite.Core.Rows;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Finds the smallest times of rows that are still to be written, which their header has them relative to, and the largest timestamp.</summary>
/// <remarks>Source: org/apache/cassandra/db/rows/EncodingStats.java (Collector).</remarks>
internal sealed class EncodingStatsCollector
{
    private long _timestamp = long.MaxValue;
    private long _largestTimestamp = long.MinValue;
    private long _deletionTime = long.MaxValue;
    private int _ttl = int.MaxValue;

    /// <summary>The smallest so far; the epochs for what did not occur.</summary>
    public EncodingStats Stats => new(
        _timestamp == long.MaxValue ? EncodingStats.TimestampEpochMicros : _timestamp,
        _deletionTime == long.MaxValue ? EncodingStats.DeletionTimeEpochSeconds : _deletionTime,
        _ttl == int.MaxValue ? Cell.NoTtl : _ttl);

    /// <summary>The smallest timestamp; <see cref="long.MaxValue"/> when there was none.</summary>
    public long SmallestTimestampMicros => _timestamp;

    /// <summary>The largest timestamp; <see cref="long.MinValue"/> when there was none.</summary>
    public long LargestTimestampMicros => _largestTimestamp;

    /// <summary>The smallest deletion or expiry time; <see cref="long.MaxValue"/> when there was none.</summary>
    public long SmallestDeletionSeconds => _deletionTime;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _timestamp = long.MaxValue;
        _largestTimestamp = long.MinValue;
        _deletionTime = long.MaxValue;
        _ttl = int.MaxValue;
    }

    /// <summary>Takes a row into account.</summary>
    public void Add(Row row)
    {
        Liveness liveness = row.Liveness;
        if (!liveness.IsEmpty)
            Add(liveness.TimestampMicros, liveness.TtlSeconds, liveness.ExpiresAtSeconds);
        Add(row.Deletion);
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
            Add(deletion.Deletion);
        foreach (ref readonly Cell cell in row.Cells)
            Add(cell.TimestampMicros, cell.TtlSeconds, cell.LocalDeletionSeconds);
    }

    /// <summary>Takes a range tombstone's end into account.</summary>
    public void Add(RangeTombstoneMarker marker)
    {
        Add(marker.EndDeletion);
        Add(marker.StartDeletion);
    }

    /// <summary>Takes a deletion into account, unless it is none.</summary>
    public void Add(in DeletionTime deletion)
    {
        if (!deletion.IsLive)
            Add(deletion.MarkedAtMicros, Cell.NoTtl, deletion.LocalSeconds);
    }

    /// <summary>Takes into account what another one found.</summary>
    public void Add(EncodingStatsCollector other)
    {
        Add(other._timestamp, other._ttl, other._deletionTime);
        _largestTimestamp = Math.Max(_largestTimestamp, other._largestTimestamp);
    }

    /// <summary>Takes into account what was found for others.</summary>
    /// <param name="stats">Their smallest times; the epochs for what did not occur.</param>
    /// <param name="largestTimestampMicros">Their largest timestamp.</param>
    public void Add(in EncodingStats stats, long largestTimestampMicros)
    {
        long deletionTime = stats.MinLocalDeletionSeconds == EncodingStats.DeletionTimeEpochSeconds ? Cell.NoDeletionTime : stats.MinLocalDeletionSeconds;
        Add(stats.MinTimestampMicros, stats.MinTtlSeconds, deletionTime);
        _largestTimestamp = Math.Max(_largestTimestamp, largestTimestampMicros);
    }

    private void Add(long timestamp, int ttl, long deletionTime)
    {
        _timestamp = Math.Min(_timestamp, timestamp);
        if (timestamp != long.MaxValue)
            _largestTimestamp = Math.Max(_largestTimestamp, timestamp);
        if (ttl != Cell.NoTtl)
            _ttl = Math.Min(_ttl, ttl);
        if (deletionTime != Cell.NoDeletionTime)
            _deletionTime = Math.Min(_deletionTime, deletionTime);
    }
}
