namespace Cqlite.Core.Inspection;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Something is missing or off that can be made anew from the rest, or that readers do without; the data is not touched by it.</summary>
    Warning,

    /// <summary>Data is damaged, or readers would get wrong data, or none.</summary>
    Error,
}

/// <summary>The steps of a verification, in their order.</summary>
public enum VerificationStep
{
    /// <summary>Which components are there, against TOC.txt and against what the version needs.</summary>
    Components,

    /// <summary>Statistics.db and CompressionInfo.db.</summary>
    Metadata,

    /// <summary>The partition index, and the summary of it.</summary>
    Index,

    /// <summary>The bloom filter.</summary>
    Filter,

    /// <summary>The checksum of the whole data file.</summary>
    Digest,

    /// <summary>Every chunk, partition, row and cell.</summary>
    Data,
}

/// <summary>One thing that is wrong with an SSTable.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Step">The step that found it.</param>
/// <param name="Component">The component at fault, such as <c>Data.db</c>; where two disagree, the one that is more easily replaced.</param>
/// <param name="File">Full path of the component.</param>
/// <param name="Offset">Offset in the component (in the uncompressed data for Data.db), or -1 where the whole is meant.</param>
/// <param name="PartitionKey">The partition's key as text, where the finding is about one; else null.</param>
/// <param name="Text">What was found, and what was expected.</param>
public sealed record VerificationFinding(
    FindingSeverity Severity,
    VerificationStep Step,
    string Component,
    string File,
    long Offset,
    string? PartitionKey,
    string Text)
{
    /// <summary>One line: <c>Error: Data.db at byte 1,234, partition 'k': ...</c></summary>
    public override string ToString()
    {
        string place = Offset < 0 ? Component : $"{Component} at byte {Offset:N0}";
        return PartitionKey is null ? $"{Severity}: {place}: {Text}" : $"{Severity}: {place}, partition '{PartitionKey}': {Text}";
    }
}
