using System.CommandLine;
using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite table import</c> and <c>table export</c>.</summary>
internal static class TableCommands
{
    private static readonly Argument<string> s_table = new("TABLE") { Description = "The table, as keyspace.table." };

    private static readonly Argument<string> s_source = new("PATH") { Description = "The file, or of SSTables the folder; '-' for standard input." };

    private static readonly Argument<string> s_target = new("PATH") { Description = "The file, or of SSTables the folder; '-' for standard output." };

    private static readonly Option<string?> s_format = Choice.OptionalOption("--format", "FORMAT", "csv, json (an array), jsonl (a line a row), cql or sstable; by default what PATH ends with.", TransferFormats.Names);

    private static readonly Option<string[]?> s_columns = new("--columns") { Description = "The columns, parted by commas; all by default.", HelpName = "NAMES", CustomParser = r => r.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries) };

    private static readonly Option<string> s_delimiter = new("--delimiter") { Description = "What parts the fields of CSV: a comma by default, \\t for a tab.", HelpName = "SIGN", DefaultValueFactory = _ => "," };

    private static readonly Option<string> s_null = new("--null") { Description = "The text of CSV that means null; nothing by default.", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    private static readonly Option<bool> s_noHeader = new("--no-header") { Description = "CSV has no heading." };

    private static readonly Option<bool> s_writeTime = new("--writetime") { Description = "Add a column writetime(c) for each column c: microseconds since 1970." };

    private static readonly Option<bool> s_ttl = new("--with-ttl") { Description = "Add a column ttl(c) for each column c: the seconds left to it." };

    private static readonly Option<bool> s_force = new("--force") { Description = "Replace a file that is there." };

    private static readonly Option<string> s_version = Choice.Option("--version", "VERSION", "The version of SSTables: nb, oa or da.", ["nb", "oa", "da"]);

    private static readonly Option<long> s_maxErrors = new("--max-errors") { Description = "Rows that may be wrong before the import ends; 0 by default.", HelpName = "NUMBER" };

    private static readonly Option<string?> s_reject = new("--reject") { Description = "A file for the rows that are wrong.", HelpName = "FILE" };

    private static readonly Option<long> s_skip = new("--skip") { Description = "Rows at the beginning that are left out.", HelpName = "NUMBER" };

    private static readonly Option<int?> s_ttlSeconds = new("--ttl") { Description = "Time to live of what is written, in seconds, where the file has none.", HelpName = "SECONDS" };

    private static readonly Option<bool> s_writeNulls = new("--write-nulls") { Description = "A null in the file deletes what the table has; by default it leaves it." };

    public static Command Create()
    {
        Command export = new("export", "Writes a table to a file, which appears when it is whole.") { s_table, s_target, DatabaseOpening.Snapshot, s_format, s_columns, s_delimiter, s_null, s_noHeader, s_writeTime, s_ttl, s_version, s_force };
        export.SetAction((parsed, stop) => Task.FromResult(Export(parsed, stop)));
        Command import = new("import", "Writes the rows of a file into a table.") { s_table, s_source, s_format, s_columns, s_delimiter, s_null, s_noHeader, s_maxErrors, s_reject, s_skip, s_ttlSeconds, s_writeNulls };
        import.SetAction((parsed, stop) => Task.FromResult(Import(parsed, stop)));
        return new Command("table", "Moves a table's rows to files and from them.") { export, import };
    }

    private static int Export(ParseResult parsed, CancellationToken stop)
    {
        string path = parsed.GetRequiredValue(s_target);
        TransferFormat format = Format(parsed, path);
        using Database database = DatabaseOpening.Open(parsed);
        using QueryEngine engine = new(database);
        TableMetadata table = Table(database, parsed);
        ExportOptions options = new()
        {
            Columns = parsed.GetValue(s_columns) is { Length: > 0 } columns ? columns : null,
            Csv = Dialect(parsed),
            WithWriteTime = parsed.GetValue(s_writeTime),
            WithTtl = parsed.GetValue(s_ttl),
            Overwrite = parsed.GetValue(s_force),
            SSTableVersion = parsed.GetRequiredValue(s_version),
        };
        TableExporter exporter = new(engine);
        TransferResult result = Work(progress =>
        {
            if (path != "-")
                return exporter.Export(table, path, format, options, progress, stop);
            using Stream output = StandardOutput.Open();
            return exporter.Export(table, output, format, options, progress, stop);
        });
        return Tell(parsed, path == "-" ? null : path, "exported", result);
    }

    private static int Import(ParseResult parsed, CancellationToken stop)
    {
        string path = parsed.GetRequiredValue(s_source);
        TransferFormat format = Format(parsed, path);
        using Database database = DatabaseOpening.OpenForWriting(parsed);
        using QueryEngine engine = new(database);
        TableMetadata table = Table(database, parsed);
        ImportOptions options = new()
        {
            Columns = parsed.GetValue(s_columns) is { Length: > 0 } columns ? columns : null,
            Csv = Dialect(parsed),
            MaxErrors = parsed.GetValue(s_maxErrors),
            RejectPath = parsed.GetValue(s_reject),
            SkipRows = parsed.GetValue(s_skip),
            TtlSeconds = parsed.GetValue(s_ttlSeconds),
            WriteNulls = parsed.GetValue(s_writeNulls),
        };
        TableImporter importer = new(engine);
        TransferResult result = Work(progress =>
        {
            if (path != "-")
                return importer.Import(table, path, format, options, progress, stop);
            using Stream input = StandardHandles.OpenInput();
            return importer.Import(table, input, "standard input", format, options, progress, stop);
        });
        foreach (ImportException error in result.Errors)
            ErrorOutput.Write(error, parsed.GetValue(GlobalOptions.Json));
        return Tell(parsed, path, "imported", result);
    }

    private static TransferResult Work(Func<IProgress<TransferProgress>, TransferResult> work)
    {
        Latest latest = new();
        using (new ProgressLine(() => latest.Value is { TotalBytes: > 0 } known
            ? string.Create(CultureInfo.InvariantCulture, $"{known.Rows:N0} rows, {100.0 * known.Bytes / known.TotalBytes:F0} %")
            : string.Create(CultureInfo.InvariantCulture, $"{latest.Value.Rows:N0} rows")))
        {
            try
            {
                return work(latest);
            }
            catch (ArgumentException e)
            {
                // Options that do not go together, or not with the table.
                throw new UsageException(e.Message);
            }
        }
    }

    // With - as the target the rows themselves are the output; what is told of them then goes to standard error.
    private static int Tell(ParseResult parsed, string? path, string done, TransferResult result)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        string text = asJson
            ? JsonLine.Of(json =>
            {
                json.WriteNumber("rows", result.Rows);
                json.WriteNumber("rejected", result.Rejected);
                json.WriteNumber("bytes", result.Bytes);
            })
            : string.Create(CultureInfo.InvariantCulture, $"{result.Rows:N0} rows {done}{(result.Rejected > 0 ? $", {result.Rejected:N0} rejected" : "")}{(result.Bytes > 0 ? $", {result.Bytes:N0} bytes" : "")}.");
        (path is null ? Console.Error : Console.Out).WriteLine(text);
        return result.Rejected > 0 ? Program.FoundWrong : 0;
    }

    private static TableMetadata Table(Database database, ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(s_table);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            throw new UsageException($"'{name}' is no table: keyspace.table is needed.");
        return database.Schema.Table(name[..dot], name[(dot + 1)..])
            ?? throw new InvalidQueryException($"there is no table {name}; there are {string.Join(", ", database.Schema.Keyspaces.Values.Where(k => !Core.Schema.SystemTables.SystemKeyspaces.IsSystem(k.Name)).SelectMany(k => k.TablesAndViews))}.");
    }

    private static TransferFormat Format(ParseResult parsed, string path) =>
        parsed.GetValue(s_format) is { } name ? TransferFormats.Parse(name)!.Value
        : TransferFormats.OfPath(path) ?? throw new UsageException($"'{path}' does not tell its format: name it with --format {string.Join(", ", TransferFormats.Names)}.");

    private static CsvDialect Dialect(ParseResult parsed) => new()
    {
        Delimiter = parsed.GetRequiredValue(s_delimiter) switch
        {
            "\\t" => '\t',
            [var sign] => sign,
            var other => throw new UsageException($"--delimiter takes one character, not '{other}'."),
        },
        NullText = parsed.GetRequiredValue(s_null),
        HasHeader = !parsed.GetValue(s_noHeader),
    };

    private sealed class Latest : IProgress<TransferProgress>
    {
        public TransferProgress Value { get; private set; }

        public void Report(TransferProgress value) => Value = value;
    }
}
