using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Schemas;

namespace Cqlite.Cli.Commands;

/// <summary>
/// <c>cqlite migrate export</c>, <c>export-data</c>, <c>export-complete</c>, <c>export-table</c> and <c>export-partitioned</c>: one export under the names that users
/// know, each with its own options.
/// </summary>
internal static class MigrateExportCommands
{
    private const string OneTable = "export-table";

    private static readonly Option<string> s_format = Choice.Option("--format", "NAME", "What is written: an export directory.", ["cqlite"]);

    private static readonly Option<string> s_version = Choice.Option("--sstable-version", "VERSION", "The version of the SSTables; every release from 4.0 on reads nb.", ["nb", "oa", "da"]);

    private static readonly Option<string> s_strategy = Choice.Option("--partition-strategy", "NAME", "How tables are cut: by ranges of tokens.", ["token_range"]);

    private static readonly Option<bool> s_schema = new("--include-schema") { Description = "Write the schema; an export always has it.", DefaultValueFactory = _ => true };

    private static readonly Option<bool> s_data = new("--include-data") { Description = "Write the rows; without them only schema.cql is written.", DefaultValueFactory = _ => true };

    private static readonly Option<bool> s_indexes = new("--include-indexes") { Description = "Write CREATE INDEX too: true by default.", DefaultValueFactory = _ => true };

    private static readonly Option<bool> s_checksums = new("--checksum-validation") { Description = "Read all files again at the end, and compare them with their SHA-256." };

    public static IEnumerable<Command> Create()
    {
        yield return Make("export", "Exports tables of a cluster or folder, with write times and TTLs, into a directory of SSTables.", s_format);
        yield return Make("export-data", "The same as export.");
        yield return Make("export-complete", "Exports tables with everything that belongs to them, and verifies what was written.", s_schema, s_data, s_indexes, s_checksums);
        yield return Make(OneTable, "Exports one table.");
        yield return Make("export-partitioned", "Exports tables by a given number of ranges of tokens.", s_strategy);
    }

    private static Command Make(string name, string description, params Option[] own)
    {
        Command command = new(name, description) { MigrationOptions.Output, MigrationOptions.Compression, MigrationOptions.Resume, s_version };
        foreach (Option option in own)
            command.Options.Add(option);
        MigrationOptions.AddSourceTo(command);
        TransferRun.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (Asked(parsed, s_schema) is false)
            throw new UsageException("--include-schema false: without its schema an export can't be imported.");
        if (parsed.CommandResult.Command.Name == OneTable)
            MigrationOptions.RequireOneTable(parsed);
        string folder = Path.GetFullPath(parsed.GetRequiredValue(MigrationOptions.Output));
        ExportSettings settings = new()
        {
            Tables = MigrationOptions.Tables(parsed),
            Resume = parsed.GetValue(MigrationOptions.Resume),
            Ranges = MigrationOptions.Ranges(parsed),
            Compression = MigrationOptions.CoreCompression(parsed),
            SSTableVersion = parsed.GetRequiredValue(s_version),
            WithIndexes = Asked(parsed, s_indexes) ?? true,
        };
        using MigrationSource source = await MigrationOptions.OpenSourceAsync(parsed, stop).ConfigureAwait(false);
        if (Asked(parsed, s_data) is false)
            return await WriteSchemaAsync(parsed, source, folder, settings, stop).ConfigureAwait(false);
        int code = await TransferRun.RunAsync(
            parsed,
            $"run the same command again with --resume-on-failure to go on with {folder}.",
            progress => new Exporter(source.Source, folder, settings, progress).RunAsync(stop),
            stop).ConfigureAwait(false);
        if (code == 0 && Asked(parsed, s_checksums) is true)
        {
            int files = await Task.Run(() => ExportVerifier.RequireAll(PhysicalFileSystem.Instance, folder, stop), stop).ConfigureAwait(false);
            if (!parsed.GetValue(GlobalOptions.Json))
                Console.Out.WriteLine($"{VerifyOutput.Count(files, "file")} verified: they are as their checksums say.");
        }

        return code;
    }

    /// <summary>An option of some of the commands; null where this one has none.</summary>
    private static bool? Asked(ParseResult parsed, Option<bool> option) => parsed.CommandResult.Command.Options.Contains(option) ? parsed.GetValue(option) : null;

    private static async Task<int> WriteSchemaAsync(ParseResult parsed, MigrationSource source, string folder, ExportSettings settings, CancellationToken stop)
    {
        DatabaseSchema schema = await source.Source.ReadSchemaAsync(stop).ConfigureAwait(false);
        string path = Path.Combine(folder, MigrateExportSchemaCommand.FileName);
        string[] names = [.. TableNames.Resolve(settings.Tables, schema).Select(t => t.Split('.')[0])];
        IReadOnlyList<KeyspaceMetadata> keyspaces = SchemaExporter.Find(schema, names);
        SchemaExporter.Write(PhysicalFileSystem.Instance, path, SchemaExporter.Statements(keyspaces, settings.WithIndexes, withAllTypes: true), settings.Resume);
        Console.Out.WriteLine(parsed.GetValue(GlobalOptions.Json) ? JsonLine.Of(json => json.WriteString("path", path)) : $"{path}: {VerifyOutput.Count(keyspaces.Count, "keyspace")}.");
        return 0;
    }
}
