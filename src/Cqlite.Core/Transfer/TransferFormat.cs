namespace Cqlite.Core.Transfer;

/// <summary>What tables are exported to and imported from.</summary>
public enum TransferFormat
{
    /// <summary>Comma-separated values as RFC 4180 has them, with a heading.</summary>
    Csv,

    /// <summary>One JSON array with an object a row.</summary>
    Json,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>INSERT and UPDATE statements, which cqlsh executes too.</summary>
    Cql,

    /// <summary>A folder of SSTables: all cells with their times and tombstones, as they are stored.</summary>
    SSTable,
}

/// <summary>The names of <see cref="TransferFormat"/> on command lines.</summary>
public static class TransferFormats
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["csv", "json", "jsonl", "cql", "sstable"];

    /// <summary>The format of a name; null for none of them.</summary>
    public static TransferFormat? Parse(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                return (TransferFormat)i;
        }

        return null;
    }

    /// <summary>The format that a path's ending tells; null where it tells none. A folder is one of SSTables.</summary>
    public static TransferFormat? OfPath(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => TransferFormat.Csv,
        ".json" => TransferFormat.Json,
        ".jsonl" or ".ndjson" => TransferFormat.JsonLines,
        ".cql" => TransferFormat.Cql,
        "" when Directory.Exists(path) => TransferFormat.SSTable,
        ".db" => TransferFormat.SSTable,
        _ => null,
    };
}
