namespace Cqlite.Core.Inspection;

/// <summary>How far a verification goes; each level includes those before it.</summary>
public enum VerificationDepth
{
    /// <summary>All components but Data.db, which is not read (of BTI, whose index holds no whole keys, keys are read from it).</summary>
    Quick,

    /// <summary>Also the checksum of the whole of Data.db; where that is missing, each chunk's. This is where sstableverify ends by default.</summary>
    Digest,

    /// <summary>Also every chunk, partition, row and cell, in their order and against the indexes and the statistics.</summary>
    Full,

    /// <summary>Also every value, against its type.</summary>
    Extended,
}

/// <summary>How an SSTable is verified.</summary>
public sealed record SSTableVerifierOptions
{
    /// <summary>Everything but the values.</summary>
    public static SSTableVerifierOptions Default { get; } = new();

    /// <summary>How far to go; <see cref="VerificationDepth.Full"/> by default.</summary>
    public VerificationDepth Depth { get; init; } = VerificationDepth.Full;
}

/// <summary>Where a verification stands.</summary>
/// <param name="Step">The step.</param>
/// <param name="DoneBytes">Bytes of Data.db that this step has read.</param>
/// <param name="TotalBytes">Bytes of Data.db that this step will read.</param>
public readonly record struct VerificationProgress(VerificationStep Step, long DoneBytes, long TotalBytes);

/// <summary>What a verification came to.</summary>
public sealed record VerificationSummary
{
    /// <summary>Findings that are errors.</summary>
    public required long ErrorCount { get; init; }

    /// <summary>Findings that are warnings.</summary>
    public required long WarningCount { get; init; }

    /// <summary>Whether the data was read from its beginning to its end.</summary>
    public required bool IsDataRead { get; init; }

    /// <summary>Partitions read.</summary>
    public required long PartitionCount { get; init; }

    /// <summary>Rows read, static ones included.</summary>
    public required long RowCount { get; init; }

    /// <summary>Cells read.</summary>
    public required long CellCount { get; init; }

    /// <summary>Whether nothing was found.</summary>
    public bool IsValid => ErrorCount + WarningCount == 0;
}
