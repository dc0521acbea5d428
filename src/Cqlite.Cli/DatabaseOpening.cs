using System.CommandLine;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Cli;

/// <summary>Opens what <c>--database</c>, <c>--schema</c>, <c>--now</c> and <c>--cache-size</c> say.</summary>
internal static class DatabaseOpening
{
    /// <summary>Opens the database, and tells on standard error what of its schema made no sense.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">What to open; null for what the command line or the environment names.</param>
    /// <exception cref="UsageException">No database was named.</exception>
    public static Database Open(ParseResult parsed, string? path = null)
    {
        path ??= GlobalOptions.DatabasePath(parsed)
            ?? throw new UsageException($"no database: name one with --database PATH or in {GlobalOptions.DatabaseVariable}.");
        DatabaseOptions options = new()
        {
            SchemaPath = parsed.GetValue(GlobalOptions.Schema),
            NowSeconds = GlobalOptions.NowSeconds(parsed),
        };
        if (GlobalOptions.CacheSizeBytes(parsed) is { } cacheSize)
            options = options with { CacheSizeBytes = cacheSize };
        Database database = Database.Open(path, QueryEngine.ReadSchema, options);
        foreach (string problem in database.SchemaProblems)
            Console.Error.WriteLine($"cqlite: schema: {problem}");
        return database;
    }
}
