using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Migration.Conversions;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;

namespace Cqlite.Cli.Commands;

/// <summary>
/// <c>cqlite migrate import</c>, <c>import-data</c> and <c>convert</c>: an export becomes tables of a database, which is made where it is missing, or of a cluster.
/// </summary>
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
        foreach ((string name, string description) in ((string, string)[])[("import", "Takes an export into a database or, with --target-hosts, a cluster."), ("import-data", "The same as import.")])
        {
            Command command = Make(name, description, s_filters, s_stream, MigrationOptions.Resume);
            ConnectionOptions.OnlyTarget.AddTo(command);
            MigrationTarget.AddWritingTo(command);
            yield return command;
        }

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
            Resume = isStreamed || (Has(MigrationOptions.Resume) && parsed.GetValue(MigrationOptions.Resume)),
            Ranges = MigrationOptions.Ranges(parsed),
            Tuning = tuning,

            // No database is made for what is no export.
            Manifest = ManifestFile.Read(PhysicalFileSystem.Instance, folder),
        };

        using MigrationTarget target = await MigrationTarget.OpenAsync(parsed, parsed.GetValue(s_database), ConnectionOptions.OnlyTarget, others: null, stop).ConfigureAwait(false);
        if (target.Engine is null && tuning.HasFilters is not null)
            throw new UsageException("how a cluster's tables are afterwards is said by their definitions, not by --create-bloom-filters.");
        string resume = target.Engine is null
            ? "run the same command again with --resume to go on."
            : "run the same command again: what is there already is not taken a second time.";
        return await TransferRun.RunAsync(parsed, resume, progress => new Importer(folder, target.Target, settings, progress).RunAsync(stop), stop).ConfigureAwait(false);

        bool Has(Option option) => parsed.CommandResult.Command.Options.Contains(option);
    }
}
