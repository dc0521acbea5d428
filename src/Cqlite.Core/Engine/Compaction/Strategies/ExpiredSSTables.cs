namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>
/// Finds SSTables that are dropped without being read: all of their content has expired or is a tombstone past its grace period, and
/// none of it is so young that it could hide something that lives in another SSTable or in memory.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/CompactionController.java (getFullyExpiredSSTables).</remarks>
internal static class ExpiredSSTables
{
    /// <summary>Finds them.</summary>
    /// <param name="candidates">Among which.</param>
    /// <param name="overlapping">The table's other SSTables that may hold the same partitions.</param>
    /// <param name="memtableMinTimestampMicros">Smallest timestamp in a memtable, in microseconds since 1970.</param>
    /// <param name="gcBeforeSeconds">Tombstones made before may go, in seconds since 1970.</param>
    /// <param name="repairedOnly">Whether tombstones of what is not repaired stay.</param>
    /// <param name="ignoreOverlaps">Whether others are not looked at: the user says that nothing is ever overwritten.</param>
    public static List<CompactionCandidate> Find(
        IReadOnlyCollection<CompactionCandidate> candidates,
        IEnumerable<CompactionCandidate> overlapping,
        long memtableMinTimestampMicros,
        long gcBeforeSeconds,
        bool repairedOnly,
        bool ignoreOverlaps = false)
    {
        if (repairedOnly && !candidates.All(c => c.Repair.IsRepaired))
            return [];
        if (ignoreOverlaps)
            return [.. candidates.Where(IsExpired)];
        long oldestLiving = memtableMinTimestampMicros;
        foreach (CompactionCandidate other in overlapping.Concat(candidates))
        {
            if (!IsExpired(other))
                oldestLiving = Math.Min(oldestLiving, other.MinTimestampMicros);
        }

        return [.. candidates.Where(c => IsExpired(c) && c.MaxTimestampMicros < oldestLiving)];

        // A negative time is one that did not fit (a TTL past 2038 in an old release): its cells are not dropped unread.
        bool IsExpired(CompactionCandidate candidate) => candidate.MaxLocalDeletionSeconds >= 0 && candidate.MaxLocalDeletionSeconds < gcBeforeSeconds;
    }
}
