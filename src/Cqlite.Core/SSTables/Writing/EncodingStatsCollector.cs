using Cqlite.Core.Rows;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Finds the smallest times of rows that are still to be written, which their header has them relative to.</summary>
/// <remarks>Source: org/apache/cassandra/db/rows/EncodingStats.java (Collector).</remarks>
internal sealed class EncodingStatsCollector
{
    private long _timestamp = long.MaxValue;
    private long _deletionTime = long.MaxValue;
    private int _ttl = int.MaxValue;

    /// <summary>The smallest so far; the epochs for what did not occur.</summary>
    public EncodingStats Stats => new(
        _timestamp == long.MaxValue ? EncodingStats.TimestampEpochMicros : _timestamp,
        _deletionTime == long.MaxValue ? EncodingStats.DeletionTimeEpochSeconds : _deletionTime,
        _ttl == int.MaxValue ? Cell.NoTtl : _ttl);

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

    private void Add(long timestamp, int ttl, long deletionTime)
    {
        _timestamp = Math.Min(_timestamp, timestamp);
        if (ttl != Cell.NoTtl)
            _ttl = Math.Min(_ttl, ttl);
        if (deletionTime != Cell.NoDeletionTime)
            _deletionTime = Math.Min(_deletionTime, deletionTime);
    }
}
