using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>
/// Plans the SELECTs of Cassandra's recorded scripts, tables made but empty: those that Cassandra refuses before it reads are refused
/// with its code and text, the others get the columns it announced.
/// </summary>
public sealed class SelectScriptTests
{
    [Theory]
    [CqlScripts(Theme = "select,errors")]
    public void PlansAsCassandraDoes(CqlScript script)
    {
        DatabaseSchema schema = DatabaseSchema.Empty;
        string? keyspace = null;
        var differences = new List<string>();
        int selects = 0;
        foreach (CqlScriptStatement statement in script.Statements)
        {
            Statement? parsed = TryParse(statement.Text);
            if (parsed is UseStatement use)
                keyspace = use.Keyspace.Text;
            else if (parsed is not null && DdlApplier.IsDefinition(parsed) && statement.Outcome.ErrorMessage is null)
                schema = DdlApplier.Apply(schema, parsed, keyspace, DdlSettings.Strict).Schema;
            if (parsed is not SelectStatement select)
                continue;

            selects++;
            string expected = Expected(statement);
            string actual = Actual(select, schema, keyspace, statement);
            bool isKnown = Known.Contains(statement.Place);
            if (expected == actual && isKnown)
                differences.Add($"{statement.Place} agrees now: take it off the list of known differences.");
            if (expected != actual && !isKnown)
                differences.Add($"{statement.Place}: {statement.Text}\n  expected {expected}\n  actual   {actual}");
        }

        Assert.NotEqual(0, selects);
        if (differences.Count > 0)
            Assert.Fail($"{differences.Count} of {selects} differ:\n{string.Join('\n', differences)}");
    }

    // Statements that are answered otherwise, each below its reason.
    private static readonly HashSet<string> Known =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", "Query", "SelectScripts.known.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#')),
    ];

    private static Statement? TryParse(string text)
    {
        try
        {
            return CqlParser.Parse(text);
        }
        catch (CqlSyntaxException)
        {
            return null;
        }
    }

    private static string Expected(CqlScriptStatement statement)
    {
        if (statement.Outcome.ErrorMessage is { } message)
            return $"{statement.Outcome.ErrorCode:x4} {message}";
        IReadOnlyList<CqlScriptColumn> columns = statement.Outcome.AnnouncedColumns ?? statement.Outcome.Columns;
        return string.Join(", ", columns.Select(c => $"{c.Name} {c.Type}"));
    }

    private static string Actual(SelectStatement select, DatabaseSchema schema, string? keyspace, CqlScriptStatement statement)
    {
        try
        {
            SelectPlan plan = SelectPlanner.Plan(select, schema, statement.Keyspace ?? keyspace);
            using var store = new TableStore(plan.Table, null, []);
            if (!statement.Prepare || statement.Binds is not null)
            {
                using QueryResult result = SelectResult.Start(plan, store, RecordedBinds.Of(statement, select), statement.NowSeconds ?? 0, new QueryOptions { PageSize = statement.PageSize });
                while (result.MoveNext())
                    result.GetValue(0, out _);
            }

            return string.Join(", ", plan.Columns.Select(c => $"{c.Name} {RecordedType.Print(c.Type)}"));
        }
        catch (InvalidQueryException error)
        {
            return $"{error.Code:x4} {error.Message}";
        }
    }
}
