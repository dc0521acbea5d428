using Cqlite.Core.SSTables;

namespace Cqlite.Fuzz;

/// <summary>What damage can change data unseen, because the format has no checksum there. Everything else must be refused or read right.</summary>
internal static class Unprotected
{
    /// <summary>The name of a full scan.</summary>
    public const string ScanName = "a scan";

    /// <summary>The name of a read by key.</summary>
    public const string LookupName = "a lookup";

    /// <summary>Why the damage may give other data; null where it must not.</summary>
    /// <param name="version">The SSTable's version.</param>
    /// <param name="damage">The damage.</param>
    /// <param name="reads">The reads that gave other data.</param>
    public static string? ReasonOf(SSTableVersion version, in Damage damage, IReadOnlyList<string> reads)
    {
        string file = Path.GetFileName(damage.File);
        bool isByKeyOnly = reads.All(r => r == LookupName);
        if (Is(SSTableComponent.Filter) && isByKeyOnly)
            return "Filter.db has no checksum: a bit that is lost denies partitions. Verification makes the filter anew and compares.";
        if ((Is(SSTableComponent.Index) || Is(SSTableComponent.Summary)) && isByKeyOnly)
            return "Index.db and Summary.db have no checksum: a key that is changed is another key, whose partition is not asked for.";
        if ((Is(SSTableComponent.Partitions) || Is(SSTableComponent.Rows)) && isByKeyOnly)
            return "Partitions.db and Rows.db have no checksum: a path of the trie that is changed does not lead to its partition or row.";
        if (Is(SSTableComponent.Statistics) && !version.HasMetadataChecksum)
            return "Statistics.db has checksums from na on; before, another smallest timestamp or type is as good as the right one.";
        return null;

        bool Is(SSTableComponent component) => file.EndsWith("-" + component.Name, StringComparison.Ordinal);
    }
}
