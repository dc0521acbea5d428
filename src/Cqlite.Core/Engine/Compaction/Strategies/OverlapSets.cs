namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>Which neighbours of an overlap are compacted with it (<c>overlap_inclusion_method</c>).</summary>
internal enum OverlapInclusion
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that share an SSTable with it.</summary>
    Single,

    /// <summary>Those that a chain of overlaps leads to.</summary>
    Transitive,
}

/// <summary>
/// The sections of the ring in which SSTables overlap: for every partition some set holds all SSTables that may have it, SSTables that do
/// not overlap are never in one set, and an SSTable's sets follow on each other.
/// </summary>
/// <remarks>Source: org/apache/cassandra/utils/Overlaps.java.</remarks>
internal static class OverlapSets
{
    /// <summary>The smallest list of such sets, in the order of the ring.</summary>
    public static List<HashSet<CompactionCandidate>> Of(CompactionView view, IEnumerable<CompactionCandidate> candidates)
    {
        List<HashSet<CompactionCandidate>> sets = [];
        HashSet<CompactionCandidate> open = [];
        foreach (CompactionCandidate next in candidates.OrderBy(c => c, Comparer<CompactionCandidate>.Create((x, y) => view.Compare(x!.First, y!.First))))
        {
            CompactionCandidate[] ended = [.. open.Where(o => view.Compare(next.First, o.Last) > 0)];
            if (ended.Length > 0)
            {
                sets.Add([.. open]);
                open.ExceptWith(ended);
            }

            open.Add(next);
        }

        if (open.Count > 0)
            sets.Add(open);
        return sets;
    }

    /// <summary>
    /// The runs of sets that are to be compacted: each has a set of at least so many, and the neighbours that the method asks for.
    /// </summary>
    public static List<List<HashSet<CompactionCandidate>>> Buckets(List<HashSet<CompactionCandidate>> sets, int threshold, OverlapInclusion inclusion)
    {
        List<List<HashSet<CompactionCandidate>>> buckets = [];
        int end = 0;
        for (int i = 0; i < sets.Count; i++)
        {
            if (sets[i].Count < threshold)
                continue;
            int from = i;
            int to = i + 1;
            if (inclusion != OverlapInclusion.None)
            {
                HashSet<CompactionCandidate> all = [.. sets[i]];
                HashSet<CompactionCandidate> target = inclusion == OverlapInclusion.Transitive ? all : sets[i];
                for (; from > end && sets[from - 1].Overlaps(target); from--)
                    all.UnionWith(sets[from - 1]);
                for (; to < sets.Count && sets[to].Overlaps(target); to++)
                    all.UnionWith(sets[to]);
            }

            buckets.Add(sets.GetRange(from, to - from));
            end = to;
            i = to - 1;
        }

        return buckets;
    }

    /// <summary>
    /// The oldest of a bucket, as many as there can be without more than so many in one set. It ends before the first that would be too many,
    /// so that no younger SSTable is compacted past an older one.
    /// </summary>
    public static List<CompactionCandidate> Oldest(List<HashSet<CompactionCandidate>> bucket, int limit)
    {
        List<CompactionCandidate> chosen = [];
        int[] counts = new int[bucket.Count];
        foreach (CompactionCandidate candidate in bucket.SelectMany(s => s).Distinct().OrderBy(c => c.MaxTimestampMicros).ThenBy(c => c.Id))
        {
            for (int i = 0; i < counts.Length; i++)
            {
                if (bucket[i].Contains(candidate) && ++counts[i] > limit)
                    return chosen;
            }

            chosen.Add(candidate);
        }

        return chosen;
    }
}
