using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Cqlite.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    /// <summary>The environment's word for <c>--database</c>.</summary>
    public const string DatabaseVariable = "CQLITE_DATABASE_PATH";

    /// <summary><c>--database</c>: what to open.</summary>
    public static Option<string?> Database { get; } = new("--database", "-d")
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

    /// <summary><c>--cache-size</c>: memory for uncompressed chunks and index pages, in bytes.</summary>
    public static Option<long?> CacheSize { get; } = new("--cache-size")
    {
        Description = "Memory for data that is read again: 512MB by default, 0 for none (or CQLITE_CACHE_SIZE).",
        Recursive = true,
        HelpName = "SIZE",
        CustomParser = ParseSize,
    };

    /// <summary><c>--config</c>: a file of settings.</summary>
    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "A file of settings, JSON or YAML; what the command line or the environment sets goes before it.",
        Recursive = true,
        HelpName = "FILE",
    };

    /// <summary><c>--json</c>: output for programs.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document, or JSON Lines, in place of text; errors too.",
        Recursive = true,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Database, Schema, Now, CacheSize, Config, Json];

    /// <summary>The moment at which TTLs are judged, in seconds since 1970; null for the clock's.</summary>
    public static long? NowSeconds(ParseResult parsed) => parsed.GetValue(Now)?.ToUnixTimeSeconds();

    /// <summary>What the command line, the environment and the configuration file set, in this order.</summary>
    /// <exception cref="Cqlite.Core.Errors.InvalidSettingException">A setting is not known, or its value does not suit.</exception>
    public static DatabaseSettings Settings(ParseResult parsed)
    {
        DatabaseSettings own = new() { DatabasePath = parsed.GetValue(Database), CacheSizeBytes = parsed.GetValue(CacheSize) };
        DatabaseSettings set = own.Over(DatabaseSettings.FromEnvironment());
        return parsed.GetValue(Config) is { } file ? set.Over(DatabaseSettings.FromFile(file)) : set;
    }

    private static long? ParseSize(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ByteSize.TryParse(text, out long bytes))
            return bytes;
        result.AddError($"--cache-size '{text}': {ByteSize.Expected}.");
        return null;
    }

    /// <summary>Reads an ISO 8601 time, UTC where it names no zone, or seconds since 1970.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
            && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            time = DateTimeOffset.FromUnixTimeSeconds(seconds);
            return true;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    private static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (TryParseTime(text, out DateTimeOffset time))
            return time;
        result.AddError($"--now '{text}': an ISO 8601 time such as 2026-01-31T12:00:00Z or seconds since 1970 is needed.");
        return null;
    }
}
