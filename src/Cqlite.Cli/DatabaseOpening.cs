using System.CommandLine;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Cli;

/// <summary>Opens what <c>--database</c>, <c>--schema</c> and <c>--now</c> say.</summary>
internal static class DatabaseOpening
{
    /// <summary>Opens the database, and tells on standard error what of its schema made no sense.</summary>
    /// <exception cref="ArgumentException">No database was named.</exception>
    public static Database Open(ParseResult parsed)
    {
        string path = parsed.GetValue(GlobalOptions.Database)
            ?? Environment.GetEnvironmentVariable("CQLITE_DATABASE_PATH")
            ?? throw new ArgumentException("No database: name one with --database or CQLITE_DATABASE_PATH.");
        Database database = Database.Open(path, QueryEngine.ReadSchema, new DatabaseOptions
        {
            SchemaPath = parsed.GetValue(GlobalOptions.Schema),
            NowSeconds = parsed.GetValue(GlobalOptions.Now)?.ToUnixTimeSeconds(),
        });
        foreach (string problem in database.SchemaProblems)
            Console.Error.WriteLine($"cqlite: schema: {problem}");
        return database;
    }
}
