using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Cqlite.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    /// <summary><c>--database</c>: what to open.</summary>
    public static Option<string?> Database { get; } = new("--database")
    {
        Description = "A database, a Cassandra data directory, a snapshot or a folder of SSTables (or CQLITE_DATABASE_PATH).",
        Recursive = true,
        HelpName = "PATH",
    };

    /// <summary><c>--schema</c>: CQL that is believed before anything found beside the data.</summary>
    public static Option<string?> Schema { get; } = new("--schema")
    {
        Description = "A file of CREATE statements, used in place of the schema found beside the data.",
        Recursive = true,
        HelpName = "FILE",
    };

    /// <summary><c>--now</c>: the moment at which TTLs are judged.</summary>
    public static Option<DateTimeOffset?> Now { get; } = new("--now")
    {
        Description = "The moment at which TTLs are judged: an ISO 8601 time or seconds since 1970; the clock's by default.",
        Recursive = true,
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    /// <summary><c>--json</c>: output for programs.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document, or JSON Lines, in place of text.",
        Recursive = true,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Database, Schema, Now, Json];

    private static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
            && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out DateTimeOffset time))
            return time;
        result.AddError($"'{text}' is no time: an ISO 8601 time such as 2026-01-31T12:00:00Z or seconds since 1970 is needed.");
        return null;
    }
}
