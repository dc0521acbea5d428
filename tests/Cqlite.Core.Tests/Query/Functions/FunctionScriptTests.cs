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

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>Computes what Cassandra's recorded scripts about functions and operators compute, over the rows that they write.</summary>
public sealed class FunctionScriptTests
{
    /// <summary>The scripts.</summary>
    public static TheoryData<string> Scripts =>
    [
        "functions/blob-conversion.cqlt", "functions/cast.cqlt", "functions/math-collections.cqlt", "functions/time.cqlt",
        "operators/arithmetic.cqlt", "ddl/masking.cqlt", "select/aggregates.cqlt", "select/groupby.cqlt", "select/basics.cqlt",
        "select/collections.cqlt", "tokens/values.cqlt", "types/tuples-udts-vectors.cqlt", "types/literals-numbers.cqlt",
        "types/literals-text.cqlt", "types/literals-time.cqlt", "types/ordering.cqlt", "index/vector-ann.cqlt", "ddl/functions.cqlt", "prepared/metadata.cqlt",
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void ComputesAsCassandraDoes(string path)
    {
        DatabaseSchema schema = DatabaseSchema.Empty;
        var tables = new RecordedTables();
        string? keyspace = null;
        var differences = new List<string>();
        foreach (CqlScriptStatement statement in CqlScript.Parse(path, null).Statements)
        {
            Statement? parsed = TryParse(statement.Text);
            if (parsed is UseStatement use)
                keyspace = use.Keyspace.Text;
            else if (parsed is not null && DdlApplier.IsDefinition(parsed) && statement.Outcome.ErrorMessage is null)
                schema = DdlApplier.Apply(schema, parsed, keyspace, DdlSettings.Strict).Schema;
            if (parsed is not (SelectStatement or InsertStatement or UpdateStatement or BatchStatement) || IsOfIndexes(parsed, statement))
                continue;

            string expected = Expected(statement);
            string? actual = Actual(parsed, schema, tables, statement.Keyspace ?? keyspace, statement);
            if (actual is not null && expected != actual && !Known.Contains(statement.Place))
                differences.Add($"{statement.Place}: {statement.Text}\n  expected {expected}\n  actual   {actual}");
            if (expected == actual && Known.Contains(statement.Place))
                differences.Add($"{statement.Place} agrees now: take it off the list of known differences.");
        }

        if (differences.Count > 0)
            Assert.Fail($"{differences.Count} differ:\n{string.Join('\n', differences)}");
    }

    // Statements that are answered otherwise, each below its reason.
    private static readonly HashSet<string> Known =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", "Query", "Functions", "FunctionScripts.known.txt"))
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

    // Rankings by indexes, and what indexes fail on, are no functions' matter.
    private static bool IsOfIndexes(Statement parsed, CqlScriptStatement statement) =>
        parsed is SelectStatement { OrderBy: [{ AnnOf: not null }, ..] } || statement.Outcome.ErrorCode is 0x1300 or 0x1500;

    private static string Expected(CqlScriptStatement statement)
    {
        if (statement.Outcome.ErrorMessage is { } message)
            return string.Join("\n    ", [$"{statement.Outcome.ErrorCode:x4} {message}", .. statement.Outcome.ErrorDetails]);
        IEnumerable<string> rows = statement.Outcome.Rows.Select(row => string.Join(", ", row));
        string markers = statement.Outcome.Markers is { } all ? $"markers {Columns(all)}" : "";
        string columns = Columns(statement.Outcome.AnnouncedColumns ?? statement.Outcome.Columns);
        return string.Join("\n    ", [markers, columns, .. Ordered(rows, statement)]);
    }

    // Null for a statement that the test does not execute.
    private static string? Actual(Statement parsed, DatabaseSchema schema, RecordedTables tables, string? keyspace, CqlScriptStatement statement)
    {
        try
        {
            BindValues bound = RecordedBinds.Of(statement, parsed);
            if (parsed is not SelectStatement select)
                return !statement.Prepare && tables.TryWrite(parsed, schema, keyspace, bound) ? "\n    " : null;
            SelectPlan plan = SelectPlanner.Plan(select, schema, keyspace);
            string markers = statement.Prepare ? $"markers {string.Join(", ", plan.Markers.Select(m => $"{m.Name} {RecordedType.Print(m.Type)}"))}" : "";
            string columns = string.Join(", ", plan.Columns.Select(c => $"{c.Name} {RecordedType.Print(c.Type)}"));
            if (statement.Prepare && statement.Binds is null)
                return string.Join("\n    ", markers, columns);
            using TableStore store = tables.Store(plan.Table);
            using QueryResult result = SelectResult.Start(plan, store, bound, statement.NowSeconds ?? 0, QueryOptions.Default);
            var rows = new List<string>();
            while (result.MoveNext())
                rows.Add(string.Join(", ", plan.Columns.Select((c, i) => Print(result, i, c, statement))));
            return string.Join("\n    ", [markers, columns, .. Ordered(rows, statement)]);
        }
        catch (InvalidQueryException error)
        {
            IEnumerable<string> details = error.Function is { } f ? [$"'{f.Keyspace}'", $"'{f.Name}'", .. f.ArgumentTypes.Select(t => $"'{t}'")] : [];
            return string.Join("\n    ", [$"{error.Code:x4} {error.Message}", .. details]);
        }
    }

    private static IEnumerable<string> Ordered(IEnumerable<string> rows, CqlScriptStatement statement) =>
        statement.Unordered ? rows.Order(StringComparer.Ordinal) : rows;

    private static string Columns(IEnumerable<CqlScriptColumn> columns) => string.Join(", ", columns.Select(c => $"{c.Name} {c.Type}"));

    private static string Print(QueryResult result, int index, ResultColumn column, CqlScriptStatement statement)
    {
        ReadOnlySpan<byte> value = result.GetValue(index, out bool isNull);
        if (isNull)
            return "null";
        return statement.Varying.Contains(column.Name) ? "~" : RecordedValue.Print(column.Type, value);
    }
}
