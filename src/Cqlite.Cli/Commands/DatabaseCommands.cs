using System.CommandLine;
using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Metrics;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite database ...</c>: a database as a whole.</summary>
internal static class DatabaseCommands
{
    private static readonly Option<string?> s_createPath = new("--path") { Description = "The database's folder, which must not exist or be empty; as --database.", HelpName = "DIR" };

    private static readonly Option<string?> s_keyspace = new("--keyspace") { Description = "Only this keyspace.", HelpName = "NAME" };

    private static readonly Option<string?> s_table = new("--table") { Description = "Only this table of the keyspace.", HelpName = "NAME" };

    private static readonly Option<bool> s_prometheus = new("--prometheus") { Description = "Print Prometheus's text format." };

    /// <summary>The database, as an argument.</summary>
    public static Argument<string?> Path { get; } = new("PATH")
    {
        Description = "The database, data directory, snapshot or folder of SSTables; as --database.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        Command create = new("create", "Makes an empty database, with the schema of a file of CQL (--schema) and settings of its own (--config).") { s_createPath, Path };
        create.SetAction((parsed, _) => Task.FromResult(CreateDatabase(parsed)));
        Command flush = new("flush", "Writes what only the commit log has to SSTables.") { Path };
        flush.SetAction((parsed, _) => Task.FromResult(Flush(parsed)));
        Command compact = new("compact", "Compacts the tables, each as its strategy does when it is asked for all.") { Path, s_keyspace, s_table };
        compact.SetAction((parsed, stop) => Task.FromResult(Compact(parsed, stop)));
        Command metrics = new("metrics", "Shows figures of a database: memory, storage, compression, integrity, commit log.") { Path, DatabaseOpening.Snapshot, s_prometheus };
        metrics.SetAction((parsed, _) => Task.FromResult(Metrics(parsed)));
        return new Command("database", "A database as a whole.")
        {
            create, flush, compact, BackupCommands.CreateBackup(), BackupCommands.CreateRestore(), DatabaseVerifyCommand.Create(), metrics,
        };
    }

    /// <summary>Opens the database of a command that changes it.</summary>
    /// <exception cref="InvalidQueryException">It is not written: another's folder, or one that is to be read only.</exception>
    public static Database OpenWritable(ParseResult parsed)
    {
        Database database = DatabaseOpening.OpenForWriting(parsed, parsed.GetValue(Path));
        try
        {
            database.CheckWritable();
            return database;
        }
        catch (CqliteException)
        {
            database.Dispose();
            throw;
        }
    }

    private static int CreateDatabase(ParseResult parsed)
    {
        DatabaseSettings settings = GlobalOptions.Settings(parsed);
        string path = parsed.GetValue(s_createPath) ?? DatabaseOpening.RequirePath(parsed, parsed.GetValue(Path));
        DatabaseSettings kept = parsed.GetValue(GlobalOptions.Config) is { } file ? DatabaseSettings.FromFile(file) : new DatabaseSettings();
        DatabaseCreation.Create(path, parsed.GetValue(GlobalOptions.Schema), kept, settings.Over(kept).Apply(DatabaseOptions.Default) with { ReadOnly = false });
        Tell(parsed, path, "created");
        return 0;
    }

    private static int Flush(ParseResult parsed)
    {
        using Database database = OpenWritable(parsed);
        database.Flush();
        Tell(parsed, database.Path, "flushed");
        return 0;
    }

    private static int Compact(ParseResult parsed, CancellationToken stop)
    {
        string? keyspace = parsed.GetValue(s_keyspace);
        string? name = parsed.GetValue(s_table);
        if (name is not null && keyspace is null)
            throw new UsageException("--table needs --keyspace.");
        using Database database = OpenWritable(parsed);
        TableMetadata[] tables = [.. database.Schema.Keyspaces.Values
            .Where(k => keyspace is null ? !SystemKeyspaces.IsSystem(k.Name) : k.Name == keyspace)
            .SelectMany(k => k.TablesAndViews)
            .Where(t => name is null || t.Name == name)];
        if (tables.Length == 0 && keyspace is not null)
            throw new InvalidQueryException($"There is no table '{keyspace}.{name ?? "*"}'.");
        using StreamWriter output = StandardOutput.OpenText();
        foreach (TableMetadata table in tables)
        {
            TableInfo before = database.Describe(table);
            using (ProgressLine.OfBytes($"{table}", () => database.CompactionProgress))
                database.Compact(table, cancellation: stop);
            TableInfo after = database.Describe(table);
            output.WriteLine(parsed.GetValue(GlobalOptions.Json)
                ? JsonLine.Of(json =>
                {
                    json.WriteString("table", table.ToString());
                    json.WriteNumber("sstables_before", before.SSTableCount);
                    json.WriteNumber("sstables", after.SSTableCount);
                    json.WriteNumber("bytes_before", before.SizeBytes);
                    json.WriteNumber("bytes", after.SizeBytes);
                })
                : string.Create(CultureInfo.InvariantCulture, $"{table}: {VerifyOutput.Count(before.SSTableCount, "SSTable")} of {before.SizeBytes:N0} bytes -> {VerifyOutput.Count(after.SSTableCount, "SSTable")} of {after.SizeBytes:N0} bytes"));
            output.Flush();
        }

        return 0;
    }

    private static int Metrics(ParseResult parsed)
    {
        using Database database = DatabaseOpening.Open(parsed, parsed.GetValue(Path));
        IReadOnlyList<DatabaseMetric> metrics = database.Metrics();
        using StreamWriter output = StandardOutput.OpenText();
        if (parsed.GetValue(s_prometheus))
        {
            output.Write(DatabaseMetric.ToPrometheus(metrics));
            return 0;
        }

        foreach (DatabaseMetric metric in metrics)
        {
            output.WriteLine(parsed.GetValue(GlobalOptions.Json)
                ? JsonLine.Of(json =>
                {
                    json.WriteString("name", metric.Name);
                    if (metric.Value is { } value)
                        json.WriteNumber("value", value);
                    else
                        json.WriteNull("value");
                    json.WriteString("unit", metric.Unit);
                    json.WriteString("kind", metric.Kind == MetricKind.Gauge ? "gauge" : "counter");
                    json.WriteString("description", metric.Description);
                })
                : string.Create(CultureInfo.InvariantCulture, $"{metric.Name,-34} {(metric.Value is { } known ? known.ToString("G6", CultureInfo.InvariantCulture) : "-"),12} {metric.Unit}"));
        }

        return 0;
    }

    private static void Tell(ParseResult parsed, string path, string done)
    {
        using StreamWriter output = StandardOutput.OpenText();
        string full = System.IO.Path.GetFullPath(path);
        output.WriteLine(parsed.GetValue(GlobalOptions.Json) ? JsonLine.Of(json => json.WriteString(done, full)) : $"{full}: {done}");
    }
}
