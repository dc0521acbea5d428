using System.CommandLine;
using System.Globalization;
using System.Text;
using Cqlite.Core.Cql;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Output;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite query "CQL"</c>: runs one statement or a script and prints rows as they come.</summary>
internal static class QueryCommand
{
    private static readonly Argument<string> s_cql = new("CQL")
    {
        Description = "A statement, or several parted by semicolons; '-' reads them from standard input.",
    };

    private static readonly Option<string> s_format = Choice.Option(
        "--format",
        "FORMAT",
        "table, csv, json (an array), jsonl (a line a row; as --json), wire (JSON Lines of the values' hex) or none (rows are read and counted).",
        ResultFormats.Names);

    private static readonly Option<string?> s_keyspace = new("--keyspace", "-k") { Description = "The keyspace of tables that are named without one.", HelpName = "NAME" };

    private static readonly Option<bool> s_explain = new("--explain") { Description = "Print how the statement would be executed, and do not execute it." };

    private static readonly Option<bool> s_analyze = new("--analyze") { Description = "As --explain, but SELECT is executed, without printing its rows: tells rows read against rows returned." };

    private static readonly Option<bool> s_verify = new("--verify") { Description = "Verify the SSTables of the tables that are read before they are read." };

    public static Command Create()
    {
        Command command = new("query", "Runs CQL and prints its rows.") { s_cql, s_format, s_keyspace, DatabaseOpening.Snapshot, s_explain, s_analyze, s_verify };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        ResultFormat format = Format(parsed);
        string cql = parsed.GetRequiredValue(s_cql);
        if (cql == "-")
        {
            using StreamReader input = new(StandardHandles.OpenInput(), Encoding.UTF8);
            cql = input.ReadToEnd();
        }

        List<ScriptStatement> statements = StatementSplitter.Split(cql);
        if (statements.Count == 0)
            throw new UsageException("there is no statement in CQL.");
        using Database database = parsed.GetValue(s_explain) ? DatabaseOpening.Open(parsed) : DatabaseOpening.OpenFor(parsed, statements);
        using QueryEngine engine = new(database);
        QuerySession session = new(engine, parsed.GetValue(s_keyspace));
        using Stream output = StandardOutput.Open();
        foreach (ScriptStatement statement in statements)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                PreparedQuery query = session.Prepare(statement.Text);
                if (parsed.GetValue(s_analyze))
                    Explain(query, engine.Analyze(query, options: new QueryOptions { Cancellation = stop }), parsed.GetValue(GlobalOptions.Json), output);
                else if (parsed.GetValue(s_explain))
                    Explain(query, engine.Explain(query), parsed.GetValue(GlobalOptions.Json), output);
                else if (parsed.GetValue(s_verify) && query.Plan is SelectPlan select && !VerifyOutput.VerifyTable(database, select.Table, stop))
                    return Program.FoundWrong;
                else
                    Execute(session, query, format, output, stop);
            }
            catch (CqlSyntaxException e)
            {
                throw InScript(e, statement, cql);
            }
            catch (InvalidQueryException e) when (statements.Count > 1)
            {
                throw new InvalidQueryException($"statement at line {statement.Position.Line}: {e.Message}", e.Code);
            }
        }

        return 0;
    }

    private static ResultFormat Format(ParseResult parsed)
    {
        ResultFormat format = ResultFormats.Parse(parsed.GetRequiredValue(s_format))!.Value;
        if (!parsed.GetValue(GlobalOptions.Json))
            return format;
        if (parsed.GetResult(s_format) is null or { Implicit: true })
            return ResultFormat.JsonLines;
        return format is ResultFormat.Json or ResultFormat.JsonLines or ResultFormat.Wire
            ? format
            : throw new UsageException($"--json and --format {parsed.GetValue(s_format)} contradict each other.");
    }

    private static void Execute(QuerySession session, PreparedQuery query, ResultFormat format, Stream output, CancellationToken stop)
    {
        using QueryResult result = session.Execute(query);
        foreach (string warning in result.Warnings)
            Console.Error.WriteLine($"cqlite: warning: {warning}");

        if (result.Kind != ResultKind.Rows)
            return;

        // Rows on a terminal are progress enough; until the first comes, and where they go elsewhere, reading is shown.
        using (new ProgressLine(() => string.Create(CultureInfo.InvariantCulture, $"{result.RowsRead:N0} rows of {result.PartitionsRead:N0} partitions read")))
            ResultWriter.For(format).Write(result, output, stop);
    }

    private static void Explain(PreparedQuery query, string explanation, bool asJson, Stream output)
    {
        string text = explanation.TrimEnd('\n');
        output.Write(Encoding.UTF8.GetBytes(asJson ? JsonLine.Of(json =>
        {
            json.WriteString("statement", query.Text);
            json.WriteString("plan", text);
        }) + "\n" : text + "\n"));
    }

    /// <summary>A syntax error with its place in the whole text rather than in the statement, and the line shown where it is.</summary>
    private static CqlSyntaxException InScript(CqlSyntaxException error, ScriptStatement statement, string script)
    {
        (int line, int column) = statement.InScript(error.Line, error.Column);
        string own = $"line {error.Line}:{error.Column} ";
        string message = error.Message.StartsWith(own, StringComparison.Ordinal) ? $"line {line}:{column} {error.Message[own.Length..]}" : error.Message;
        string[] lines = script.Split('\n');
        if (line >= 1 && line <= lines.Length && column >= 0 && column <= lines[line - 1].Length)
        {
            string text = lines[line - 1].TrimEnd('\r');
            string indent = new([.. text.Take(column).Select(c => c == '\t' ? '\t' : ' ')]);
            message = $"{message}\n  {text}\n  {indent}^";
        }

        return new CqlSyntaxException(message, line, column);
    }
}
