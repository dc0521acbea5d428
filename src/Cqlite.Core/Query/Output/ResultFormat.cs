namespace Cqlite.Core.Query.Output;

/// <summary>The forms in which results are printed.</summary>
public enum ResultFormat
{
    /// <summary>Columns under headings, for people.</summary>
    Table,

    /// <summary>Comma-separated values with a heading (RFC 4180); null is nothing, an empty text is <c>""</c>.</summary>
    Csv,

    /// <summary>One JSON array of objects.</summary>
    Json,

    /// <summary>JSON Lines: an object a row.</summary>
    JsonLines,

    /// <summary>JSON Lines with every value as the <c>0x</c> hex of its serialized form in the native protocol v4.</summary>
    Wire,

    /// <summary>Nothing of the rows: they are read and counted.</summary>
    None,

    /// <summary>A line a value, as sqlite3's mode <c>line</c> has it: name, equals sign, value; an empty line between rows.</summary>
    Line,

    /// <summary>A line a value under a heading a row, as cqlsh's EXPAND has it.</summary>
    Expanded,
}

/// <summary>The names of <see cref="ResultFormat"/> on command lines.</summary>
public static class ResultFormats
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["table", "csv", "json", "jsonl", "wire", "none", "line", "expanded"];

    /// <summary>The format of a name; null for none of them.</summary>
    public static ResultFormat? Parse(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                return (ResultFormat)i;
        }

        return null;
    }
}
