using System.CommandLine;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Conversions;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate import</c>, <c>import-data</c> and <c>convert</c>: an export becomes tables of a database, which is made where it is missing.</summary>
internal static class MigrateImportCommands
{
    private static readonly Option<string?> s_database = new("--cqlite-path", "--output", "--output-dir", "-o")
    {
        Description = "The database, which is made where it is missing (or --database).",
        HelpName = "DIR",
    };

    private static readonly Option<bool> s_validate = new("--validate-checksums", "--validate-integrity")
    {
        Description = "Compare every file with its SHA-256 before anything is taken over: true by default.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<bool> s_indexes = new("--create-indexes") { Description = "Create the indexes and views of the tables: true by default.", DefaultValueFactory = _ => true };

    private static readonly Option<bool> s_stream = new("--streaming-mode") { Description = "Write the rows anew in place of taking the files over: slower, with the database's own compression and filters." };

    private static readonly Option<bool?> s_filters = new("--create-bloom-filters", "--bloom-filter-enabled")
    {
        Description = "Whether tables have bloom filters; as each table's options say by default.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> s_optimize = new("--optimize-performance") { Description = "Compact the tables at the end, so that a read looks into few SSTables." };

    private static readonly Option<bool> s_partial = new("--allow-incomplete") { Description = "Take tables too of which only a part was exported." };

    private static readonly Option<string> s_format = Choice.Option("--target-format", "NAME", "What is made: a database.", ["cqlite"]);

    public static IEnumerable<Command> Create()
    {
        yield return Make("import", "Takes an export into a database.", s_filters, s_stream);
        yield return Make("import-data", "The same as import.", s_filters, s_stream);
        yield return Make("convert", "Makes a database of an export, with compression and filters as wanted.", s_format, s_optimize, MigrationOptions.Compression, s_filters);
    }

    private static Command Make(string name, string description, params Option[] own)
    {
        Command command = new(name, description) { MigrationOptions.Input, s_database, s_validate, s_indexes, s_partial };
        foreach (Option option in own)
            command.Options.Add(option);
        MigrationOptions.AddChoiceTo(command);
        TransferRun.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        string folder = Path.GetFullPath(parsed.GetRequiredValue(MigrationOptions.Input));
        bool isStreamed = Has(s_stream) && parsed.GetValue(s_stream);
        TableTuning tuning = new()
        {
            Compression = Has(MigrationOptions.Compression) ? MigrationOptions.CoreCompression(parsed) : null,
            HasFilters = parsed.GetResult(s_filters) is { Implicit: false } ? parsed.GetValue(s_filters) ?? true : null,
            Compact = Has(s_optimize) && parsed.GetValue(s_optimize),
        };
        ImportSettings settings = new()
        {
            Tables = MigrationOptions.Tables(parsed),
            VerifyChecksums = parsed.GetValue(s_validate),
            CreateIndexes = parsed.GetValue(s_indexes),
            AllowIncomplete = parsed.GetValue(s_partial),
            StreamRows = isStreamed,
            Resume = isStreamed,
            Ranges = MigrationOptions.Ranges(parsed),
        };
        using QueryEngine engine = OpenDatabase(parsed);
        return await TransferRun.RunAsync(parsed, "run the same command again: what is there already is not taken a second time.", Import, stop).ConfigureAwait(false);

        async Task<TransferResult> Import(IProgress<TransferProgress> progress)
        {
            TransferResult result = await new Importer(folder, new DatabaseTarget(engine), settings, progress).RunAsync(stop).ConfigureAwait(false);
            if (!stop.IsCancellationRequested)
                await Task.Run(() => tuning.Apply(engine, result.Tables.Where(t => t.Outcome.IsDone()).Select(t => (t.Keyspace, t.Table)), stop), CancellationToken.None).ConfigureAwait(false);
            return result;
        }

        bool Has(Option option) => parsed.CommandResult.Command.Options.Contains(option);
    }

    /// <summary>Opens the database that is written, after making it where there is none.</summary>
    public static QueryEngine OpenDatabase(ParseResult parsed, string? path = null)
    {
        path = DatabaseOpening.RequirePath(parsed, path ?? parsed.GetValue(s_database));
        if (DatabaseCreation.CanBeMadeIn(path))
            DatabaseCreation.Create(path);
        DatabaseOptions options = DatabaseOpening.Options(parsed, path);
        return QueryEngine.Open(path, options);
    }
}
