using Cqlite.Core.SSTables;

namespace Cqlite.Core.Transfer;

/// <summary>How a table is exported. Immutable.</summary>
public sealed record ExportOptions
{
    /// <summary>The defaults.</summary>
    public static ExportOptions Default { get; } = new();

    /// <summary>The columns, in this order; null, the default, for all in the order of <c>SELECT *</c>. An export to SSTables has all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Whether each column that has one is followed by its time of writing, in microseconds since 1970. SSTables always have it.</summary>
    public bool WithWriteTime { get; init; }

    /// <summary>Whether each column that can expire is followed by the seconds that are left to it. SSTables always have it.</summary>
    public bool WithTtl { get; init; }

    /// <summary>The most rows to export; no limit by default.</summary>
    public long MaxRows { get; init; } = long.MaxValue;

    /// <summary>The least token of partitions to export; null, the default, for the least there is.</summary>
    public long? BeginToken { get; init; }

    /// <summary>The token from which on partitions are left out; null, the default, for no such.</summary>
    public long? EndToken { get; init; }

    /// <summary>The signs of CSV.</summary>
    public CsvDialect Csv { get; init; } = CsvDialect.Default;

    /// <summary>The version of SSTables; nb by default.</summary>
    public string SSTableVersion { get; init; } = "nb";

    /// <summary>Whether a file that is there already under the target's name is replaced; false by default. Folders of SSTables are never replaced.</summary>
    public bool Overwrite { get; init; }

    internal SSTableVersion Version => SSTables.SSTableVersion.OfName(SSTableVersion);
}

/// <summary>How a file is imported. Immutable.</summary>
public sealed record ImportOptions
{
    /// <summary>The defaults.</summary>
    public static ImportOptions Default { get; } = new();

    /// <summary>What columns the fields of CSV are for, in their order; null, the default, for the heading's names, or all columns where there is no heading.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Columns of the file that are left out; none by default.</summary>
    public IReadOnlyList<string> SkipColumns { get; init; } = [];

    /// <summary>Rows at the beginning of the file that are left out; 0 by default.</summary>
    public long SkipRows { get; init; }

    /// <summary>The most rows to take; no limit by default.</summary>
    public long MaxRows { get; init; } = long.MaxValue;

    /// <summary>Rows that may be wrong before the import ends with an error; 0 by default: the first one ends it.</summary>
    public long MaxErrors { get; init; }

    /// <summary>A file that takes the rows that are wrong, as they are, each behind a line that says why where the format has comments; null for none.</summary>
    public string? RejectPath { get; init; }

    /// <summary>Time to live of what is written, in seconds, where the file has none; null, the default, for the table's own.</summary>
    public int? TtlSeconds { get; init; }

    /// <summary>Time of what is written, in microseconds since 1970, where the file has none; null, the default, for the clock's.</summary>
    public long? TimestampMicros { get; init; }

    /// <summary>Whether a null in the file deletes what the table has; false by default: it leaves it, and no tombstone is written.</summary>
    public bool WriteNulls { get; init; }

    /// <summary>The signs of CSV.</summary>
    public CsvDialect Csv { get; init; } = CsvDialect.Default;

    /// <summary>How many rows are written at once; 8 by default. Those of one partition stay in their order.</summary>
    public int Writers { get; init; } = 8;
}

/// <summary>How far a transfer has come.</summary>
/// <param name="Rows">Rows done.</param>
/// <param name="Bytes">Bytes of the file written or read.</param>
/// <param name="TotalBytes">Bytes of the file that is read; 0 where that is not known.</param>
public readonly record struct TransferProgress(long Rows, long Bytes, long TotalBytes);

/// <summary>What a transfer came to.</summary>
/// <param name="Rows">Rows exported, or imported; of SSTables rows and static rows as stored; of CQL statements.</param>
/// <param name="Rejected">Rows that were wrong.</param>
/// <param name="Bytes">Bytes of the files written or read.</param>
/// <param name="Errors">What was wrong with the first hundred rejected rows.</param>
public sealed record TransferResult(long Rows, long Rejected, long Bytes, IReadOnlyList<Errors.ImportException> Errors);
