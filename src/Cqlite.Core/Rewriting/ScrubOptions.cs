using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>How a damaged SSTable is salvaged. Immutable.</summary>
public sealed record ScrubOptions
{
    /// <summary>The folder for what is salvaged and for the manifest; it is made where it does not exist.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>The version to write: nb, oa or da; nb by default.</summary>
    public SSTableVersion Version { get; init; } = SSTableVersion.OfName("nb");

    /// <summary>Compression, as of <see cref="RewriteOptions.Compression"/>; null, the default, for the source's.</summary>
    public IReadOnlyDictionary<string, string>? Compression { get; init; }

    /// <summary>Bytes of a chunk, as of <see cref="RewriteOptions.ChunkLengthBytes"/>; null, the default, for the source's.</summary>
    public int? ChunkLengthBytes { get; init; }

    /// <summary>The table's definition; null, the default, for what the header tells.</summary>
    public TableMetadata? Table { get; init; }

    /// <summary>
    /// Whether rows are left out (and listed as lost) that decode, but lie in a part of a file that is not compressed whose checksum is wrong beyond
    /// correction; false by default: they are kept, and the manifest tells of the part.
    /// </summary>
    public bool OmitUnverified { get; init; }
}

/// <summary>A stretch of a component that could not be salvaged.</summary>
/// <param name="Component">The component.</param>
/// <param name="Start">Offset of its first byte; in Data.db of the uncompressed data.</param>
/// <param name="End">Offset behind its last byte; -1 where all that follows is lost, however much it was.</param>
/// <param name="PartitionKey">The partition's key in hexadecimal digits, where the loss is within one; null where it spans or begins a partition whose key is not known.</param>
/// <param name="Problem">What was found there.</param>
public sealed record ScrubLoss(string Component, long Start, long End, string? PartitionKey, string Problem);

/// <summary>Something that was put right without a loss, or that the content does not depend on.</summary>
/// <param name="Component">The component.</param>
/// <param name="Offset">Where, as stored; -1 for the whole.</param>
/// <param name="Text">What was found and done.</param>
public sealed record ScrubRepair(string Component, long Offset, string Text);

/// <summary>What a salvage came to.</summary>
public sealed record ScrubResult
{
    /// <summary>The SSTable written; null where nothing could be salvaged.</summary>
    public required SSTableDescriptor? Written { get; init; }

    /// <summary>Full path of the manifest, which holds all of this as JSON.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>Partitions salvaged, whole or in part.</summary>
    public required long PartitionCount { get; init; }

    /// <summary>Rows salvaged, static ones included.</summary>
    public required long RowCount { get; init; }

    /// <summary>Rows and partitions that were not where the order wants them, and now are.</summary>
    public required long MovedCount { get; init; }

    /// <summary>What is lost.</summary>
    public required IReadOnlyList<ScrubLoss> Losses { get; init; }

    /// <summary>What was put right.</summary>
    public required IReadOnlyList<ScrubRepair> Repairs { get; init; }

    /// <summary>Whether nothing is lost.</summary>
    public bool IsComplete => Losses.Count == 0;
}
