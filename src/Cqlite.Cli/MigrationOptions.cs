using System.CommandLine;
using System.CommandLine.Parsing;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;

namespace Cqlite.Cli;

/// <summary>The options that commands share which move tables, in all spellings that users know.</summary>
internal static class MigrationOptions
{
    /// <summary>Compressions as the migration commands call them; <c>gzip</c> is what Cassandra calls deflate.</summary>
    private static readonly string[] s_compressions = ["lz4", "gzip", "deflate", "zstd", "snappy", "none"];

    private static readonly Option<string?> s_source = new("--source", "--source-dir")
    {
        Description = "Read this folder in place of a cluster: a snapshot, a node's data directory, a database, an export, SSTables.",
        HelpName = "PATH",
    };

    private static readonly Option<string[]?> s_keyspace = new("--keyspace", "--keyspaces") { Description = "The keyspaces, with commas between, or the option again; all but Cassandra's own by default.", HelpName = "NAME,..." };

    private static readonly Option<string[]?> s_tables = new("--tables", "--table") { Description = "Only these tables, with commas between, or the option again: as keyspace.table, or without where --keyspace or CASSANDRA_KEYSPACE names one.", HelpName = "NAME,..." };

    /// <summary><c>--batch-size</c>: how much of a cluster is read at once.</summary>
    public static Option<int?> BatchSize { get; } = new("--batch-size") { Description = "Rows of a page that is read from a cluster: 5000 by default.", HelpName = "ROWS" };

    private static readonly Option<int?> s_workers = new("--parallel-workers") { Description = "Ranges that are read at once: 8 by default.", HelpName = "COUNT" };

    private static readonly Option<int?> s_partitions = new("--partition-count") { Description = "Ranges of tokens that a table is cut into at first: by default as many as its size asks for, up to four for each worker.", HelpName = "COUNT" };

    private static readonly Option<long?> s_rowRate = new("--rate-limit") { Description = "Rows in a second at most; no limit by default.", HelpName = "ROWS" };

    private static readonly Option<long?> s_byteRate = new("--rate-limit-bytes") { Description = "Bytes of keys and values in a second at most, such as 20MB; no limit by default.", HelpName = "SIZE", CustomParser = ParseSize };

    /// <summary><c>--output</c>: where an export goes.</summary>
    public static Option<string> Output { get; } = new("--output", "--output-dir", "-o") { Description = "The folder of the export, which must not exist or be empty.", HelpName = "DIR", Required = true };

    /// <summary><c>--input</c>: the export that is read.</summary>
    public static Option<string> Input { get; } = new("--input", "--input-dir") { Description = "The folder of the export.", HelpName = "DIR", Required = true };

    /// <summary><c>--resume-on-failure</c>: goes on with what lies there.</summary>
    public static Option<bool> Resume { get; } = new("--resume-on-failure", "--resume") { Description = "Go on with what an earlier run has left; begin where there is nothing." };

    /// <summary><c>--compression</c>: how SSTables are compressed.</summary>
    public static Option<string?> Compression { get; } = Choice.OptionalOption("--compression", "NAME", "How SSTables are compressed; as each table's options say by default.", s_compressions);

    /// <summary><c>--memory-limit</c>: what the process may take.</summary>
    public static Option<long?> MemoryLimit { get; } = new("--memory-limit") { Description = "Memory that the process may take at most, such as 512MB: fewer ranges are read at once, and shorter pages.", HelpName = "SIZE", CustomParser = ParseSize };

    /// <summary>Gives a command what names a source and how to go through it.</summary>
    public static void AddSourceTo(Command command)
    {
        foreach (Option option in (Option[])[s_source, DatabaseOpening.Snapshot, s_keyspace, s_tables, BatchSize, s_workers, s_partitions, s_rowRate, s_byteRate])
            command.Options.Add(option);
        ConnectionOptions.Source.AddTo(command);
    }

    /// <summary>Gives a command what chooses tables.</summary>
    public static void AddTablesTo(Command command)
    {
        command.Options.Add(s_keyspace);
        command.Options.Add(s_tables);
    }

    /// <summary>Gives a command how many ranges are gone through at once, and how fast.</summary>
    public static void AddRangesTo(Command command)
    {
        foreach (Option option in (Option[])[s_workers, s_rowRate, s_byteRate])
            command.Options.Add(option);
    }

    /// <summary>Gives a command that takes an export what chooses tables and how to go through them.</summary>
    public static void AddChoiceTo(Command command)
    {
        AddTablesTo(command);
        AddRangesTo(command);
    }

    /// <summary>Tables as migrations take them: <c>keyspace.table</c>, or a keyspace's name for all of its tables.</summary>
    /// <exception cref="UsageException">A table has no keyspace.</exception>
    public static IReadOnlyList<string> Tables(ParseResult parsed)
    {
        IReadOnlyList<string> keyspaces = Names(parsed, s_keyspace);
        IReadOnlyList<string> tables = Names(parsed, s_tables);
        if (tables is [] or ["all"])
            return keyspaces;
        if (keyspaces.Count == 0 && ConnectionOptions.SurroundingKeyspace(parsed) is { } surrounding)
            keyspaces = [surrounding];
        return [.. tables.Select(t => t.Contains('.', StringComparison.Ordinal) ? t
            : keyspaces is [var only] ? $"{only}.{t}"
            : throw new UsageException(keyspaces is []
                ? $"'{t}' is in no keyspace: give --keyspace NAME (or CASSANDRA_KEYSPACE), or --tables KEYSPACE.{t}."
                : $"'{t}' could be of any keyspace of {string.Join(", ", keyspaces)}: give --tables KEYSPACE.{t}."))];
    }

    /// <summary>The one table of a command that takes no more.</summary>
    /// <exception cref="UsageException">There is none, or there are several.</exception>
    public static void RequireOneTable(ParseResult parsed)
    {
        if (Names(parsed, s_tables) is not [not "all"])
            throw new UsageException($"'{parsed.CommandResult.Command.Name}' takes one table: --table NAME.");
    }

    /// <summary>The names of an option's lists with commas, each once.</summary>
    public static IReadOnlyList<string> Names(ParseResult parsed, Option<string[]?> option) => CassandraSettings.Names(string.Join(',', parsed.GetValue(option) ?? [])) ?? [];

    /// <summary>How ranges are gone through.</summary>
    /// <exception cref="UsageException">A number makes no sense.</exception>
    public static RangeRunOptions Ranges(ParseResult parsed)
    {
        RangeRunOptions options = RangeRunOptions.Default with
        {
            Throttle = parsed.GetValue(s_workers) ?? RangeRunOptions.Default.Throttle,
            RangeCount = parsed.GetValue(s_partitions),
            RowsPerSecond = parsed.GetValue(s_rowRate) ?? 0,
            BytesPerSecond = parsed.GetValue(s_byteRate) ?? 0,
        };
        try
        {
            options.Validate();
            return Limit(parsed) is { } limit ? MemoryShare.Within(options, limit) : options;
        }
        catch (ArgumentException senseless)
        {
            throw new UsageException(UsageErrors.InOptions(
                senseless.Message,
                (nameof(RangeRunOptions.Throttle), s_workers),
                (nameof(RangeRunOptions.RangeCount), s_partitions),
                (nameof(RangeRunOptions.RowsPerSecond), s_rowRate),
                (nameof(RangeRunOptions.BytesPerSecond), s_byteRate),
                (nameof(MemoryLimit), MemoryLimit)));
        }
    }

    /// <summary>The compression as the core calls it; null for that of the tables.</summary>
    public static string? CoreCompression(ParseResult parsed) => parsed.GetValue(Compression) is "gzip" ? "deflate" : parsed.GetValue(Compression);

    /// <summary>Opens what is read: the folder of <c>--source</c> or <c>--database</c>, or else the cluster.</summary>
    public static async Task<MigrationSource> OpenSourceAsync(ParseResult parsed, CancellationToken stop)
    {
        string? path = parsed.GetValue(s_source);
        if (path is not null && ConnectionOptions.Source.IsGiven(parsed))
            throw new UsageException("--source and --hosts contradict each other.");
        if (path is null && parsed.GetValue(DatabaseOpening.Snapshot) is not null)
            throw new UsageException($"{DatabaseOpening.Snapshot.Name} is of folders: it needs --source PATH.");
        if (path is not null)
            return new MigrationSource(StoredSource.Open(path, WithinLimit(parsed, DatabaseOpening.Options(parsed, path))), connection: null);
        CassandraConnection connection = await ConnectionOptions.Source.ConnectAsync(parsed, stop).ConfigureAwait(false);
        ClusterReading reading = Reading(parsed);
        return new MigrationSource(new ClusterSource(connection, Limit(parsed) is { } limit ? MemoryShare.Within(reading, limit) : reading), connection);
    }

    /// <summary>How a cluster is read.</summary>
    /// <exception cref="UsageException">The size of pages makes no sense.</exception>
    public static ClusterReading Reading(ParseResult parsed)
    {
        int pageSize = parsed.GetValue(BatchSize) ?? ClusterReading.Default.PageSize;
        return pageSize is >= 1 and <= 1_000_000
            ? ClusterReading.Default with { PageSize = pageSize }
            : throw new UsageException($"--batch-size can't be {pageSize}: 1 to 1000000 rows are needed.");
    }

    /// <summary>The limit of memory, where the command has one.</summary>
    public static long? Limit(ParseResult parsed) => parsed.GetResult(MemoryLimit) is not null ? parsed.GetValue(MemoryLimit) : null;

    /// <summary>Options for a database that is opened within the limit of memory, where there is one.</summary>
    public static DatabaseOptions WithinLimit(ParseResult parsed, DatabaseOptions options) => Limit(parsed) is { } limit ? MemoryShare.Within(options, limit) : options;

    private static long? ParseSize(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ByteSize.TryParse(text, out long bytes) && bytes > 0)
            return bytes;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} '{text}': {ByteSize.Expected}.");
        return null;
    }
}
