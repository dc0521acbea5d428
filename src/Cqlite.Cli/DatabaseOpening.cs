using System.CommandLine;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cli;

/// <summary>Opens what the command line, the environment and the configuration file say.</summary>
internal static class DatabaseOpening
{
    /// <summary><c>--snapshot</c>, of every command that reads what lies in a folder.</summary>
    public static Option<string?> Snapshot { get; } = new("--snapshot")
    {
        Description = "The snapshot that is read, by the name that nodetool gave it; without it the tables' own SSTables, or their only snapshot where they have nothing else.",
        HelpName = "NAME",
    };

    /// <summary>Opens the database for reading, beside whoever writes it, and tells on standard error what of its schema made no sense.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">What to open; null for what the command line, the environment or the configuration file names.</param>
    /// <exception cref="UsageException">No database was named.</exception>
    public static Database Open(ParseResult parsed, string? path = null) => Open(parsed, path, forWriting: false);

    /// <summary>Opens the database for writing, where it is one of this product; anything else for reading.</summary>
    /// <exception cref="UsageException">No database was named.</exception>
    public static Database OpenForWriting(ParseResult parsed, string? path = null) => Open(parsed, path, forWriting: true);

    /// <summary>Opens the database for clients, which ask for system tables also where nothing is stored of them.</summary>
    /// <exception cref="UsageException">No database was named.</exception>
    public static Database OpenForClients(ParseResult parsed, bool forWriting) => Open(parsed, path: null, forWriting, answersSystemTables: true);

    /// <summary>Opens the database for a session: for writing, and if another process writes it, for reading, which is told.</summary>
    /// <exception cref="UsageException">No database was named.</exception>
    public static Database OpenForSession(ParseResult parsed)
    {
        try
        {
            return Open(parsed, path: null, forWriting: parsed.GetValue(GlobalOptions.Schema) is null);
        }
        catch (StorageException e) when (e.Problem == StorageProblem.Locked)
        {
            Console.Error.WriteLine($"cqlite: {e.Message} Here it is open for reading.");
            return Open(parsed, path: null, forWriting: false);
        }
    }

    /// <summary>Opens the database as statements need it: for writing only when one of them writes.</summary>
    /// <exception cref="UsageException">No database was named.</exception>
    public static Database OpenFor(ParseResult parsed, IEnumerable<ScriptStatement> statements) => Open(parsed, path: null, statements.Any(Writes));

    /// <summary>Options of what is read, as the command line, the environment, the configuration file and the database itself set them.</summary>
    public static DatabaseOptions Options(ParseResult parsed, string path) => Options(parsed, path, parsed.GetValue(Snapshot));

    /// <summary>Options of a database that is written: it has a schema of its own, and no snapshots.</summary>
    public static DatabaseOptions TargetOptions(ParseResult parsed, string path) => Options(parsed, path, snapshot: null) with { SchemaPath = null };

    /// <summary>Options of what lies at a path, with the snapshot that is read there; null for none.</summary>
    public static DatabaseOptions Options(ParseResult parsed, string path, string? snapshot)
    {
        DatabaseOptions options = new() { SchemaPath = parsed.GetValue(GlobalOptions.Schema), Snapshot = snapshot, NowSeconds = GlobalOptions.NowSeconds(parsed) };
        return GlobalOptions.Settings(parsed).Over(DatabaseSettings.OfDatabase(path)).Apply(options);
    }

    /// <summary>The path to open.</summary>
    /// <exception cref="UsageException">No database was named.</exception>
    public static string RequirePath(ParseResult parsed, string? path = null) => path
        ?? GlobalOptions.Settings(parsed).DatabasePath
        ?? throw new UsageException($"no database: name one {(parsed.CommandResult.Command.Arguments.Contains(Commands.DatabaseCommands.Path) ? "as PATH, " : "")}with --database PATH or in {GlobalOptions.DatabaseVariable}.");

    private static Database Open(ParseResult parsed, string? path, bool forWriting, bool answersSystemTables = false)
    {
        path = RequirePath(parsed, path);
        DatabaseOptions options = Options(parsed, path);
        Database database = Database.Open(path, QueryEngine.ReadSchema, options with { ReadOnly = options.ReadOnly || !forWriting, AnswersSystemTables = answersSystemTables || options.AnswersSystemTables });
        foreach (string problem in database.SchemaProblems)
            Console.Error.WriteLine($"cqlite: schema: {problem}");
        return database;
    }

    private static bool Writes(ScriptStatement statement)
    {
        try
        {
            return CqlParser.Parse(statement.Text) is not (SelectStatement or UseStatement or DescribeStatement);
        }
        catch (CqlSyntaxException)
        {
            // Its execution tells.
            return false;
        }
    }
}
