using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Validation;

/// <summary>The options that say what is compared, and how.</summary>
internal static class ValidationOptions
{
    private const string Strict = "strict";
    private static readonly string[] s_checkNames = ["count", "data", "schema", "performance", "all"];

    private static readonly Option<string?> s_checks = new("--checks", "--check")
    {
        Description = "What is compared, with commas between: count, data, schema, performance, all. By default all, performance only where --query-file gives queries.",
        HelpName = "NAME,...",
    };

    private static readonly Option<string> s_mode = Choice.Option("--validation-mode", "MODE", "standard compares values; strict write times and TTLs too, tolerates nothing, and does not pass what can't be told.", ["standard", Strict]);

    private static readonly Option<bool> s_strict = new("--strict-comparison", "--strict") { Description = "The same as --validation-mode strict." };

    private static readonly Option<bool> s_writeTimes = new("--compare-writetime") { Description = "Compare when values were written." };

    private static readonly Option<bool> s_ttls = new("--compare-ttl") { Description = "Compare when values end." };

    private static readonly Option<double?> s_percent = new("--sample-percentage", "--sample-percent") { Description = "Compare only so much of each table, in percent of the ring of tokens.", HelpName = "PERCENT", CustomParser = r => Number(r, 100) };

    private static readonly Option<double?> s_rate = new("--sample-rate") { Description = "Compare only so much of each table, as a share between 0 and 1; drawn anew each round.", HelpName = "SHARE", CustomParser = r => Number(r, 1) };

    private static readonly Option<long?> s_size = new("--sample-size") { Description = "Compare about so many rows of each table, at least.", HelpName = "ROWS" };

    private static readonly Option<bool> s_random = new("--random-sampling") { Description = "Draw the sample at random, every partition as likely as any other; at even distances by default." };

    private static readonly Option<long?> s_seed = new("--seed") { Description = "What a random sample is drawn by: the same seed gives the same sample. Drawn too by default, and told in the report.", HelpName = "NUMBER" };

    private static readonly Option<long> s_tolerance = new("--tolerance") { Description = "Rows of each table that may differ without failing: 0 by default.", HelpName = "ROWS" };

    private static readonly Option<int?> s_most = new("--max-differences") { Description = "Differences of each table that are listed: 100 by default. Counts are exact beyond that.", HelpName = "COUNT" };

    private static readonly Option<int?> s_workers = new("--parallel-workers") { Description = "Ranges that are compared at once: 2 by default.", HelpName = "COUNT" };

    private static readonly Option<bool> s_indexes = new("--include-indexes") { Description = "Compare the definitions of indexes too: true by default.", DefaultValueFactory = _ => true };

    private static readonly Option<bool> s_types = new("--include-udts") { Description = "Compare the definitions of user types too: true by default.", DefaultValueFactory = _ => true };

    private static readonly Option<string?> s_queries = new("--query-file") { Description = "A file of SELECT statements that are timed on both sides.", HelpName = "FILE" };

    private static readonly Option<int?> s_iterations = new("--iterations") { Description = "How often each query is timed on each side: 100 by default.", HelpName = "COUNT" };

    private static readonly Option[] s_sampling = [s_percent, s_rate, s_size, s_random, s_seed];
    private static readonly Option[] s_values = [s_mode, s_strict, s_writeTimes, s_ttls];
    private static readonly Option[] s_definitions = [s_indexes, s_types];
    private static readonly Option[] s_timing = [s_queries, s_iterations];

    /// <summary>Gives a command what it can be told.</summary>
    /// <param name="command">The command.</param>
    /// <param name="checks">What it compares.</param>
    /// <param name="canChoose">Whether the user says which of these.</param>
    public static void AddTo(Command command, ValidationChecks checks, bool canChoose)
    {
        OperandOptions.AddTo(command);
        MigrationOptions.AddTablesTo(command);
        List<Option> options = [s_workers];
        if (canChoose)
            options.Add(s_checks);
        if ((checks & (ValidationChecks.Count | ValidationChecks.Data)) != 0)
            options.AddRange([s_tolerance, s_most]);
        if (checks.HasFlag(ValidationChecks.Data))
            options.AddRange([.. s_values, .. s_sampling]);
        if (checks.HasFlag(ValidationChecks.Schema))
            options.AddRange(s_definitions);
        if (checks.HasFlag(ValidationChecks.Performance))
            options.AddRange(s_timing);
        foreach (Option option in options)
            command.Options.Add(option);
    }

    /// <summary>What was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checks">What the command compares where the user does not say.</param>
    /// <exception cref="UsageException">Something makes no sense.</exception>
    public static ValidationSettings Read(ParseResult parsed, ValidationChecks checks)
    {
        if (parsed.GetValue(s_checks) is { } names)
            checks = Checks(names, checks);
        else if (checks == ValidationChecks.All && parsed.GetValue(s_queries) is null)
            checks &= ~ValidationChecks.Performance;
        if (checks.HasFlag(ValidationChecks.Performance) && parsed.GetValue(s_queries) is null)
            throw new UsageException("what is to be timed? --query-file FILE names a file of SELECT statements.");
        Option[] samples = [.. ((Option[])[s_percent, s_rate, s_size]).Where(o => parsed.GetResult(o) is { Implicit: false })];
        if (samples.Length > 1)
            throw new UsageException($"{string.Join(" and ", samples.Select(o => o.Name))} contradict each other.");
        bool isRandom = parsed.GetValue(s_random) || parsed.GetValue(s_seed) is not null || parsed.GetValue(s_rate) is not null;
        if (isRandom && samples.Length == 0)
            throw new UsageException("--random-sampling needs to know how much: --sample-size ROWS or --sample-percentage PERCENT.");
        ValidationSettings settings = new()
        {
            Checks = checks,
            Tables = MigrationOptions.Tables(parsed),
            WriteTimes = parsed.GetValue(s_writeTimes),
            Ttls = parsed.GetValue(s_ttls),
            Strict = parsed.GetValue(s_strict) || parsed.GetValue(s_mode) == Strict,
            SampleRows = parsed.GetValue(s_size),
            SamplePercent = parsed.GetValue(s_percent) ?? parsed.GetValue(s_rate) * 100,
            Random = isRandom,
            Seed = parsed.GetValue(s_seed) ?? (isRandom ? Random.Shared.NextInt64() : 0),
            Tolerance = parsed.GetValue(s_tolerance),
            MaxDifferences = parsed.GetValue(s_most) ?? ValidationSettings.Default.MaxDifferences,
            Throttle = parsed.GetValue(s_workers) ?? ValidationSettings.Default.Throttle,
            WithIndexes = IsWanted(s_indexes),
            WithUserTypes = IsWanted(s_types),
            NowSeconds = GlobalOptions.NowSeconds(parsed),
        };
        try
        {
            settings.Validate();
            return settings;
        }
        catch (ArgumentException senseless)
        {
            throw new UsageException(UsageErrors.InOptions(
                senseless.Message,
                (nameof(ValidationSettings.Tolerance), s_tolerance),
                (nameof(ValidationSettings.MaxDifferences), s_most),
                (nameof(ValidationSettings.SampleRows), s_size),
                (nameof(ValidationSettings.Throttle), s_workers)));
        }

        bool IsWanted(Option<bool> option) => !parsed.CommandResult.Command.Options.Contains(option) || parsed.GetValue(option);
    }

    /// <summary>Whether a seed was named.</summary>
    public static bool HasSeed(ParseResult parsed) => parsed.GetValue(s_seed) is not null;

    /// <summary>What is timed, where it was asked for.</summary>
    /// <exception cref="UsageException">There are no queries, or a side answers none.</exception>
    public static PerformanceSettings? Performance(ParseResult parsed, IMigrationSource source, IMigrationSource target)
    {
        if (parsed.GetValue(s_queries) is not { } file)
            return null;
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(Path.GetFullPath(file), $"--query-file can't be read: {e.Message}", e);
        }

        IReadOnlyList<string> queries = PerformanceCheck.Queries(text);
        int iterations = parsed.GetValue(s_iterations) ?? 100;
        if (queries.Count == 0)
            throw new UsageException($"--query-file {file} has no statements.");
        if (iterations is < 1 or > 1_000_000)
            throw new UsageException($"--iterations can't be {iterations}: 1 to 1000000 are needed.");
        return source.Queries is { } one && target.Queries is { } other
            ? new PerformanceSettings(queries, one, other) { Iterations = iterations }
            : throw new UsageException("queries are timed on databases, folders and clusters.");
    }

    private static ValidationChecks Checks(string names, ValidationChecks known)
    {
        ValidationChecks checks = ValidationChecks.None;
        foreach (string name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!s_checkNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new UsageException($"--checks takes {string.Join(", ", s_checkNames.SkipLast(1))} or {s_checkNames[^1]}, not '{name}'.");
            checks |= Enum.Parse<ValidationChecks>(name, ignoreCase: true);
        }

        if (checks == ValidationChecks.All)
            return known;
        if ((checks & ~known) is not ValidationChecks.None and var unknown)
            throw new UsageException($"--checks {unknown.ToString().ToLowerInvariant()} is no check of this command.");
        return checks == ValidationChecks.None ? throw new UsageException($"--checks takes {string.Join(", ", s_checkNames)}, and is empty.") : checks;
    }

    private static double? Number(ArgumentResult result, double most)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number > 0 && number <= most)
            return number;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{((OptionResult)result.Parent!).Option.Name} '{text}': a number above 0 and up to {most} is needed."));
        return null;
    }
}
