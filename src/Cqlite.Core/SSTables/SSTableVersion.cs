using Cqlite.Core.Errors;

namespace Cqlite.Core.SSTables;

/// <summary>
/// A version of the SSTable format, named by two letters in every file name, and what files of that version have. This table is
/// the only place that compares versions; readers ask for abilities.
/// </summary>
/// <remarks>
/// <code>
/// ma  3.0.0           rows stored natively; the filter's two hash halves swapped
/// mb  3.0.7, 3.7      commit log lower bound
/// mc  3.0.8, 3.9      commit log intervals; empty values of descending clustering columns last instead of first
/// md  3.0.18, 3.11.4  smallest and largest clustering corrected
/// me  3.0.25, 3.11.11 id of the host that wrote it
/// na  4.0-rc1         chunks stored uncompressed, checksums in Statistics.db, pending repair, transient, filter in byte order
/// nb  4.0.0           id of the host that wrote it
/// oa  5.0             covered clustering, mark of partition deletions, first and last key, unsigned deletion times, token space
/// da  5.0 (bti)       as oa, with the trie indexes Partitions.db and Rows.db
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/big/BigFormat.java, bti/BtiFormat.java.
/// </remarks>
public sealed class SSTableVersion
{
    private const string BigFormat = "big";
    private const string BtiFormat = "bti";

    private SSTableVersion(string name, int rank, string releases)
    {
        Name = name;
        Releases = releases;
        IsBti = name[0] == 'd';
        SortsEmptyReversedFirst = rank <= Mb;
        HasCommitLogLowerBound = rank >= Mb;
        HasCommitLogIntervals = rank >= Mc;
        HasLegacyMinMax = rank < Oa;
        HasAccurateMinMax = rank is >= Md and < Oa;
        HasOriginatingHostId = rank == Me || rank >= Nb;
        HasMaxCompressedLength = rank >= Na;
        HasPendingRepair = rank >= Na;
        HasIsTransient = rank >= Na;
        HasMetadataChecksum = rank >= Na;
        HasSwappedFilterBytes = rank < Na;
        HasCoveredClustering = rank >= Oa;
        HasPartitionDeletionMark = rank >= Oa;
        HasKeyRange = rank >= Oa;
        HasUIntDeletionTime = rank >= Oa;
        HasTokenSpaceCoverage = rank >= Oa;
        CanBeWritten = rank >= Nb;
    }

    private const int Mb = 1;
    private const int Mc = 2;
    private const int Md = 3;
    private const int Me = 4;
    private const int Na = 5;
    private const int Nb = 6;
    private const int Oa = 7;

    /// <summary>All versions that can be read, oldest first.</summary>
    public static IReadOnlyList<SSTableVersion> All { get; } =
    [
        new("ma", 0, "3.0.0 - 3.0.6, 3.1 - 3.6"),
        new("mb", Mb, "3.0.7, 3.7"),
        new("mc", Mc, "3.0.8 - 3.0.17, 3.8 - 3.11.3"),
        new("md", Md, "3.0.18 - 3.0.24, 3.11.4 - 3.11.10"),
        new("me", Me, "3.0.25 and later, 3.11.11 and later"),
        new("na", Na, "4.0-rc1"),
        new("nb", Nb, "4.0, 4.1, 5.0 in compatibility mode"),
        new("oa", Oa, "5.0"),
        new("da", Oa + 1, "5.0, format bti"),
    ];

    /// <summary>The two letters.</summary>
    public string Name { get; }

    /// <summary>Releases of Cassandra that write it.</summary>
    public string Releases { get; }

    /// <summary>The format's name in file names: <c>big</c> or <c>bti</c>.</summary>
    public string Format => IsBti ? BtiFormat : BigFormat;

    /// <summary>Whether partitions and rows are indexed by tries (Partitions.db, Rows.db) instead of Index.db and Summary.db.</summary>
    public bool IsBti { get; }

    /// <summary>Empty values of descending clustering columns stand first; later, as the reverse of ascending ones, last.</summary>
    public bool SortsEmptyReversedFirst { get; }

    /// <summary>Statistics.db has the first commit log position covered.</summary>
    public bool HasCommitLogLowerBound { get; }

    /// <summary>Statistics.db has the list of commit log intervals covered.</summary>
    public bool HasCommitLogIntervals { get; }

    /// <summary>Statistics.db has smallest and largest clustering values, column by column.</summary>
    public bool HasLegacyMinMax { get; }

    /// <summary>These values can be trusted (CASSANDRA-14861).</summary>
    public bool HasAccurateMinMax { get; }

    /// <summary>Statistics.db has the id of the host that wrote the SSTable.</summary>
    public bool HasOriginatingHostId { get; }

    /// <summary>CompressionInfo.db has the length from which chunks are stored uncompressed.</summary>
    public bool HasMaxCompressedLength { get; }

    /// <summary>Statistics.db has the id of a pending repair session.</summary>
    public bool HasPendingRepair { get; }

    /// <summary>Statistics.db says whether the data is of a transient replica.</summary>
    public bool HasIsTransient { get; }

    /// <summary>Statistics.db has checksums.</summary>
    public bool HasMetadataChecksum { get; }

    /// <summary>Filter.db has each 8 bytes reversed.</summary>
    public bool HasSwappedFilterBytes { get; }

    /// <summary>Statistics.db has the slice of clusterings that covers all rows and markers.</summary>
    public bool HasCoveredClustering { get; }

    /// <summary>Statistics.db says whether any partition is deleted.</summary>
    public bool HasPartitionDeletionMark { get; }

    /// <summary>Statistics.db has the first and the last key.</summary>
    public bool HasKeyRange { get; }

    /// <summary>Local deletion times are unsigned, so that they reach to 2106, and live partitions take one byte.</summary>
    public bool HasUIntDeletionTime { get; }

    /// <summary>Statistics.db has the share of the ring that the tokens cover.</summary>
    public bool HasTokenSpaceCoverage { get; }

    /// <summary>Whether SSTables of this version can be written.</summary>
    public bool CanBeWritten { get; }

    /// <summary>The version of those letters.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static SSTableVersion OfName(string name) => All.FirstOrDefault(v => v.Name == name)
        ?? throw new ArgumentException($"there is no SSTable version '{name}'; {string.Join(", ", All.Select(v => v.Name))} are.", nameof(name));

    /// <summary>The version of those letters in that format.</summary>
    /// <exception cref="UnsupportedFormatException">There is none that can be read.</exception>
    public static SSTableVersion Parse(string file, string name, string format)
    {
        foreach (SSTableVersion version in All)
        {
            if (version.Name == name && version.Format == format)
                return version;
        }

        string known = string.Join(", ", All.Select(v => $"{v.Name}-{v.Format}"));
        throw new UnsupportedFormatException(file, $"SSTable version '{name}-{format}' is not known; {known} are (Cassandra 3.0 to 5.0).");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
