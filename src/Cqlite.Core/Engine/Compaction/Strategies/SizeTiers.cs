namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>Groups SSTables of similar size. Other strategies use it too, for what is too young for their own order.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/SizeTieredCompactionStrategy.java (getBuckets, mostInterestingBucket).</remarks>
internal sealed record SizeTiers
{
    /// <summary>Takes the values of options.</summary>
    public SizeTiers(StrategyOptions options)
    {
        Low = options.Double("bucket_low", 0.5);
        High = options.Double("bucket_high", 1.5);
        SmallBytes = options.Long("min_sstable_size", 50L << 20);
        MinThreshold = options.Int("min_threshold", 4);
        MaxThreshold = options.Int("max_threshold", 32);
    }

    /// <summary>What an SSTable has at least, as a share of its tier's average size.</summary>
    public double Low { get; }

    /// <summary>What an SSTable has at most, as a multiple of its tier's average size.</summary>
    public double High { get; }

    /// <summary>Bytes below which all are alike.</summary>
    public long SmallBytes { get; }

    /// <summary>How many make a tier worth compacting.</summary>
    public int MinThreshold { get; }

    /// <summary>How many are compacted at once.</summary>
    public int MaxThreshold { get; }

    /// <summary>The tiers, smallest first.</summary>
    public List<List<CompactionCandidate>> Group(IEnumerable<CompactionCandidate> candidates)
    {
        List<(long Average, List<CompactionCandidate> Members)> tiers = [];
        foreach (CompactionCandidate candidate in candidates.OrderBy(c => c.StoredBytes).ThenBy(c => c.Id))
        {
            long size = candidate.StoredBytes;
            int similar = tiers.FindIndex(t => (size > t.Average * Low && size < t.Average * High) || (size < SmallBytes && t.Average < SmallBytes));
            if (similar < 0)
            {
                tiers.Add((size, [candidate]));
                continue;
            }

            (long average, List<CompactionCandidate> members) = tiers[similar];
            long total = (average * members.Count) + size;
            members.Add(candidate);
            tiers[similar] = (total / members.Count, members);
        }

        return [.. tiers.Select(t => t.Members)];
    }

    /// <summary>
    /// The tier to compact first, of at most so many SSTables; empty where none has enough. No SSTable's reads are counted, so that
    /// smaller ones come first, as where Cassandra's meters show no difference.
    /// </summary>
    public IReadOnlyList<CompactionCandidate> Choose(IEnumerable<List<CompactionCandidate>> tiers) => tiers
        .Where(t => t.Count >= MinThreshold)
        .Select(t => t.Take(MaxThreshold).ToList())
        .Where(t => t.Count >= MinThreshold)
        .MinBy(t => t.Sum(c => c.StoredBytes) / t.Count) ?? [];

    /// <summary>How many compactions tiers are in for.</summary>
    public int CountTasks(IEnumerable<List<CompactionCandidate>> tiers) =>
        tiers.Where(t => t.Count >= MinThreshold).Sum(t => (t.Count + MaxThreshold - 1) / MaxThreshold);
}
