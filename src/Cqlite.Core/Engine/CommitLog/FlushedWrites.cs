using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>Which writes of the commit log are in SSTables, or were truncated, by table; these are not to be replayed.</summary>
/// <remarks>
/// What an SSTable of another node says of a commit log is of another log; which node wrote it is told from version me and nb on.
/// Source: org/apache/cassandra/db/commitlog/CommitLogReplayer.java (persistedIntervals).
/// </remarks>
internal sealed class FlushedWrites
{
    private readonly Dictionary<Guid, List<CommitLogInterval>> _intervals = [];

    /// <summary>Notes what an SSTable says that it holds.</summary>
    /// <param name="tableId">Its table.</param>
    /// <param name="stats">Its statistics.</param>
    /// <param name="node">The node whose commit log it is; null when not known, and then nothing is noted: a write that is replayed twice is the same write.</param>
    public void Add(Guid tableId, StatsMetadata stats, Guid? node)
    {
        if (node is null || stats.OriginatingHostId != node)
            return;
        foreach (CommitLogInterval interval in stats.CommitLogIntervals)
            Add(tableId, interval);
    }

    /// <summary>Notes that a table was truncated: what was written up to a place is gone.</summary>
    public void AddTruncation(Guid tableId, CommitLogPosition position) => Add(tableId, new CommitLogInterval(CommitLogPosition.None, position));

    /// <summary>Whether a write of a table, which ends at a place, is not to be replayed.</summary>
    public bool Contains(Guid tableId, CommitLogPosition position)
    {
        if (!_intervals.TryGetValue(tableId, out List<CommitLogInterval>? intervals))
            return false;
        foreach (CommitLogInterval interval in intervals)
        {
            if (interval.Contains(position))
                return true;
        }

        return false;
    }

    private void Add(Guid tableId, CommitLogInterval interval)
    {
        if (!_intervals.TryGetValue(tableId, out List<CommitLogInterval>? intervals))
            _intervals.Add(tableId, intervals = []);
        intervals.Add(interval);
    }
}
