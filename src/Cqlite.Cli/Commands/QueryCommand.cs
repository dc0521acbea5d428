using System.CommandLine;
using Cqlite.Core.Cql;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Output;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite query "CQL"</c>: runs one statement or a script and prints rows as they come.</summary>
internal static class QueryCommand
{
    private static readonly Argument<string> s_cql = new("CQL")
    {
        Description = "A statement, or several parted by semicolons; '-' reads them from standard input.",
    };

    private static readonly Option<string> s_format = new("--format")
    {
        Description = "table, csv, json, jsonl, wire (JSON Lines of the values' hex) or none (rows are read and counted).",
        DefaultValueFactory = _ => "table",
    };

    private static readonly Option<string?> s_keyspace = new("--keyspace") { Description = "The keyspace of tables that are named without one." };

    private static readonly Option<bool> s_explain = new("--explain") { Description = "Print how the statement would be executed, and do not execute it." };

    private static readonly Option<bool> s_verify = new("--verify") { Description = "Verify the SSTables of the tables that are read before they are read." };

    public static Command Create()
    {
        s_format.AcceptOnlyFromAmong([.. ResultFormats.Names]);
        Command command = new("query", "Runs CQL and prints its rows.") { s_cql, s_format, s_keyspace, s_explain, s_verify };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        string cql = parsed.GetRequiredValue(s_cql);
        if (cql == "-")
            cql = Console.In.ReadToEnd();
        ResultFormat format = parsed.GetValue(GlobalOptions.Json) && parsed.GetResult(s_format) is null or { Implicit: true }
            ? ResultFormat.JsonLines
            : ResultFormats.Parse(parsed.GetRequiredValue(s_format))!.Value;

        using Database database = DatabaseOpening.Open(parsed);
        QueryEngine engine = new(database);
        using Stream output = Console.OpenStandardOutput();
        foreach (ScriptStatement statement in StatementSplitter.Split(cql))
        {
            try
            {
                PreparedQuery query = engine.Prepare(statement.Text, parsed.GetValue(s_keyspace));
                if (parsed.GetValue(s_explain))
                {
                    Console.Out.WriteLine(query.Explain());
                    continue;
                }

                if (parsed.GetValue(s_verify) && !VerifyOutput.VerifyTable(database, query.Plan.Table, stop))
                    return Program.FoundWrong;
                using QueryResult result = engine.Execute(query);
                foreach (string warning in result.Warnings)
                    Console.Error.WriteLine($"cqlite: warning: {warning}");
                ResultWriter.For(format).Write(result, output, stop);
            }
            catch (CqlSyntaxException e) when (statement.Position.Offset > 0)
            {
                (int line, int column) = statement.InScript(e.Line, e.Column);
                throw new CqlSyntaxException($"statement at line {statement.Position.Line}: {e.Message}", line, column);
            }
        }

        return 0;
    }
}
