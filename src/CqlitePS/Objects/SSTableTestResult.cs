using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace CqlitePS.Objects;

/// <summary>What the verification of one SSTable came to.</summary>
public sealed class SSTableTestResult
{
    internal SSTableTestResult(SSTableDescriptor descriptor, VerificationDepth depth, VerificationSummary summary, IReadOnlyList<VerificationFinding> findings, TimeSpan duration)
    {
        DataPath = descriptor.PathOf(SSTableComponent.Data);
        Keyspace = descriptor.Keyspace;
        Table = descriptor.Table;
        Index = descriptor.Index;
        Version = descriptor.Version.Name;
        Depth = depth;
        IsValid = summary.IsValid;
        ErrorCount = summary.ErrorCount;
        WarningCount = summary.WarningCount;
        Partitions = summary.IsDataRead ? summary.PartitionCount : null;
        Rows = summary.IsDataRead ? summary.RowCount : null;
        Cells = summary.IsDataRead ? summary.CellCount : null;
        Findings = [.. findings];
        Duration = duration;
    }

    /// <summary>Full path of Data.db.</summary>
    public string DataPath { get; }

    /// <summary>The keyspace, by the folders' names; empty where they do not tell.</summary>
    public string Keyspace { get; }

    /// <summary>The table, by the folders' names; empty where they do not tell.</summary>
    public string Table { get; }

    /// <summary>The legacy secondary index whose hidden table this belongs to; null for others.</summary>
    public string? Index { get; }

    /// <summary>Format version.</summary>
    public string Version { get; }

    /// <summary>How far the verification went.</summary>
    public VerificationDepth Depth { get; }

    /// <summary>Whether nothing was found.</summary>
    public bool IsValid { get; }

    /// <summary>Findings that are errors.</summary>
    public long ErrorCount { get; }

    /// <summary>Findings that are warnings.</summary>
    public long WarningCount { get; }

    /// <summary>Partitions read; null where the data was not read to its end.</summary>
    public long? Partitions { get; }

    /// <summary>Rows read, static ones included; null where the data was not read to its end.</summary>
    public long? Rows { get; }

    /// <summary>Cells read; null where the data was not read to its end.</summary>
    public long? Cells { get; }

    /// <summary>All findings, in the order of the verification's steps.</summary>
    public VerificationFinding[] Findings { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }
}
