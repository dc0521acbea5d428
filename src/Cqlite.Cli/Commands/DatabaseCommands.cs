using System.CommandLine;
using Cqlite.Core.Engine;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite database verify</c>: all SSTables of all tables; exits with 1 when something is wrong.</summary>
internal static class DatabaseCommands
{
    private static readonly Argument<string?> s_path = new("PATH")
    {
        Description = "The database, data directory, snapshot or folder of SSTables; as --database.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        Command verify = new("verify", "Verifies the schema and every SSTable of every table.") { s_path, VerifyDepth.Quick, VerifyDepth.Digest, VerifyDepth.Extended };
        VerifyDepth.Restrict(verify);
        verify.SetAction((parsed, stop) => Task.FromResult(Verify(parsed, stop)));
        return new Command("database", "A database as a whole.") { verify };
    }

    private static int Verify(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        using Database database = DatabaseOpening.Open(parsed, parsed.GetValue(s_path));
        using StreamWriter output = StandardOutput.OpenText();
        VerifyTotals totals = new();

        // Folders are walked, not the schema's tables: what the schema does not know, and hidden tables of indexes, are verified as well.
        foreach (SSTableDescriptor descriptor in SSTableCommands.Find([database.Path]))
            VerifyOutput.Verify(descriptor, VerifyDepth.Of(parsed), asJson, output, totals, stop);
        int tables = database.Schema.Keyspaces.Values.Sum(k => k.TablesAndViews.Count(t => !database.IsComputed(t)));
        if (asJson)
        {
            output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("database", database.Path);
                json.WriteString("schema", database.SchemaOrigin);
                json.WriteBoolean("valid", totals.IsValid && database.SchemaProblems.Count == 0);
                json.WriteNumber("tables", tables);
                json.WriteNumber("sstables", totals.SSTables);
                json.WriteNumber("damaged_sstables", totals.Damaged);
                json.WriteNumber("schema_problems", database.SchemaProblems.Count);
            }));
        }
        else
        {
            string schema = database.SchemaProblems.Count == 0 ? "schema valid" : VerifyOutput.Count(database.SchemaProblems.Count, "schema problem");
            output.WriteLine($"{database.Path}: {VerifyOutput.Count(tables, "table")}, {schema}, {totals}");
        }

        return totals.IsValid && database.SchemaProblems.Count == 0 ? 0 : Program.FoundWrong;
    }
}
