using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Types;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>What the engine answered to a statement, and how it compares with what was recorded.</summary>
internal sealed class ScriptAnswer
{
    private readonly List<byte[]?[]> _rows = [];
    private readonly List<Page> _pages = [];
    private string _kind = "prepared";
    private IReadOnlyList<ResultColumn> _columns = [];

    /// <summary>The prepared statement; null where preparing failed.</summary>
    public PreparedStatement? Query { get; set; }

    /// <summary>The error; null where there is none.</summary>
    public (int Code, string Message)? Error { get; set; }

    /// <summary>What the error tells beside its text.</summary>
    public IReadOnlyList<string> ErrorDetails { get; set; } = [];

    /// <summary>How many pages were read.</summary>
    public int PageCount => _pages.Count;

    /// <summary>Takes a result, or one page of it.</summary>
    public void Read(QueryResult result) =>
        Read(result, result.Warnings, result.Kind switch
        {
            ResultKind.Void => "void",
            ResultKind.SetKeyspace => $"use {CqlIdentifier.Quote(result.Keyspace!)}",
            ResultKind.SchemaChange => TextOf(result.Change!),
            _ => "rows",
        });

    /// <summary>Takes a result that has no rows: <c>void</c>, <c>use ks</c> or a schema change.</summary>
    public void Read(string kind, IReadOnlyList<string> warnings)
    {
        _pages.Add(new Page(warnings, 0));
        _kind = kind;
    }

    /// <summary>Takes a page of rows, or a result without any, whose warnings came beside it.</summary>
    public void Read(QueryResult result, IReadOnlyList<string> warnings, string kind = "rows")
    {
        _columns = result.Columns;
        int before = _rows.Count;
        while (result.MoveNext())
        {
            byte[]?[] row = new byte[]?[_columns.Count];
            for (int i = 0; i < row.Length; i++)
            {
                ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                row[i] = isNull ? null : value.ToArray();
            }

            _rows.Add(row);
        }

        _pages.Add(new Page(warnings, _rows.Count - before));
        _kind = kind;
    }

    /// <summary>What was recorded and what was answered, where they differ; null where they agree.</summary>
    public static (string Expected, string Actual)? Differs(CqlScriptStatement statement, ScriptAnswer answer)
    {
        CqlScriptOutcome outcome = statement.Outcome;
        if (statement.Prepare && answer.Query is { } query && outcome.Markers is not null && Prepared(outcome, query) is { } prepared)
            return prepared;
        if (outcome.Kind == CqlOutcomeKind.Error || answer.Error is not null)
            return Errors(outcome, answer);
        string expectedKind = outcome.Kind switch
        {
            CqlOutcomeKind.Void => "void",
            CqlOutcomeKind.Use => $"use {outcome.Keyspace}",
            CqlOutcomeKind.Schema => $"schema {outcome.SchemaChange}",
            CqlOutcomeKind.Rows => "rows",
            _ => "prepared",
        };
        if (expectedKind != answer._kind)
            return (string.Join("; ", statement.OutcomeLines), answer.ToString());
        IReadOnlyList<Page> pages = outcome.Kind == CqlOutcomeKind.Rows
            ? [.. outcome.Pages.Select(p => new Page([.. p.Warnings.Select(ScriptValue.Unescape)], p.Rows.Count))]
            : answer._pages.Count == 0 ? [] : [new Page([.. outcome.Warnings.Select(ScriptValue.Unescape)], 0)];
        if (TextOf(pages) != TextOf(answer._pages))
            return (TextOf(pages), TextOf(answer._pages));
        if (outcome.Kind != CqlOutcomeKind.Rows)
            return null;
        if (outcome.Metadata is { } metadata && answer._columns.Any(c => $"global {c.Keyspace}.{c.Table}" != metadata))
            return ($"metadata {metadata}", $"metadata {string.Join(", ", answer._columns.Select(c => $"{c.Keyspace}.{c.Table}"))}");
        return Rows(statement, answer);
    }

    /// <inheritdoc/>
    public override string ToString() => Error is { } error ? TextOf(error) : _kind != "rows" ? _kind : TextOf(_columns) + string.Concat(_rows.Select(r => "; row " + TextOf(r)));

    private static (string, string)? Prepared(CqlScriptOutcome outcome, PreparedStatement query)
    {
        string markers = Describe(outcome.Markers!) + (outcome.KeyMarkers is { } keys ? $" key {string.Join(' ', keys)}" : "");
        string actual = TextOf(query.Markers) + (query.PartitionKeyMarkers.IsEmpty ? "" : $" key {string.Join(' ', query.PartitionKeyMarkers)}");
        if (markers != actual)
            return ($"prepared {markers}", $"prepared {actual}");
        string columns = Describe(outcome.AnnouncedColumns ?? []);
        return columns == TextOf(query.Columns) ? null : ($"result {columns}", $"result {TextOf(query.Columns)}");
    }

    private static (string, string)? Errors(CqlScriptOutcome outcome, ScriptAnswer answer)
    {
        if (outcome.Kind != CqlOutcomeKind.Error || answer.Error is not { } error)
            return (outcome.Kind == CqlOutcomeKind.Error ? TextOf((outcome.ErrorCode, outcome.ErrorMessage!)) : outcome.Kind.ToString(), answer.ToString());

        // A fault inside Cassandra: the statement fails, however.
        if (outcome.ErrorCode == 0)
            return null;
        string expected = ScriptValue.Unescape(outcome.ErrorMessage!);
        if (outcome.ErrorCode != error.Code || !IsSame(expected, error.Message))
            return (TextOf((outcome.ErrorCode, expected)), TextOf(error));
        bool tellsDetails = outcome.ErrorCode is InvalidQueryException.FunctionFailureCode or InvalidQueryException.UnavailableCode;
        return !tellsDetails || outcome.ErrorDetails.SequenceEqual(answer.ErrorDetails)
            ? null
            : ($"detail {string.Join(", ", outcome.ErrorDetails)}", $"detail {string.Join(", ", answer.ErrorDetails)}");
    }

    // Lists of signatures and of indexes have any order; of an object's address a ~ is left.
    private static bool IsSame(string expected, string actual)
    {
        if (expected == actual)
            return true;
        if (expected.Contains("@~", StringComparison.Ordinal))
            return expected.Split("@~")[0] == actual.Split('@')[0];
        return (expected.Contains("signatures", StringComparison.Ordinal) || expected.Contains("dependent secondary indexes", StringComparison.Ordinal)
                || expected.Contains("referenced by", StringComparison.Ordinal))
            && string.Concat(expected.Order()) == string.Concat(actual.Order());
    }

    private static (string, string)? Rows(CqlScriptStatement statement, ScriptAnswer answer)
    {
        string columns = Describe(statement.Outcome.Columns);
        if (columns != TextOf(answer._columns))
            return ($"columns {columns}", $"columns {TextOf(answer._columns)}");
        List<IReadOnlyList<string>> expected = [.. statement.Outcome.Rows];
        bool[] used = new bool[answer._rows.Count];
        bool same = expected.Count == used.Length;
        for (int i = 0; same && i < expected.Count; i++)
        {
            int match = !statement.Unordered ? (IsSame(statement, answer, expected[i], i) ? i : -1)
                : Enumerable.Range(0, used.Length).FirstOrDefault(j => !used[j] && IsSame(statement, answer, expected[i], j), -1);
            same = match >= 0;
            if (same)
                used[match] = true;
        }

        return same ? null : (string.Concat(expected.Select(r => "\n    row " + string.Join(", ", r))), string.Concat(answer._rows.Select(r => "\n    row " + answer.TextOf(r))));
    }

    private static bool IsSame(CqlScriptStatement statement, ScriptAnswer answer, IReadOnlyList<string> expected, int row)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            byte[]? actual = answer._rows[row][i];
            bool same = statement.Varying.Contains(answer._columns[i].Name)
                ? expected[i] == "null" == actual is null
                : IsSame(answer._columns[i].Type.Unreversed, expected[i], actual);
            if (!same)
                return false;
        }

        return true;
    }

    private static bool IsSame(CqlType type, string expected, byte[]? actual)
    {
        if (expected == "null" || actual is null)
            return expected == "null" && actual is null;
        if (TryText(type, actual) == ScriptValue.Unescape(expected))
            return true;
        try
        {
            byte[]? parsed = ScriptValue.Parse(type, expected);
            return actual.AsSpan().SequenceEqual(parsed) || (HasFields(type) && type.Compare(actual, parsed) == 0);
        }
        catch (InvalidQueryException)
        {
            return false;
        }
        catch (CqlSyntaxException)
        {
            return false;
        }
    }

    // Fields that a stored value lacks are null.
    private static bool HasFields(CqlType type) =>
        type.ClassName.Contains("UserType(", StringComparison.Ordinal) || type.ClassName.Contains("TupleType(", StringComparison.Ordinal);

    private static string TryText(CqlType type, byte[] value)
    {
        try
        {
            return ScriptValue.TextOf(type, value);
        }
        catch (InvalidQueryException)
        {
            return "bytes 0x" + Convert.ToHexStringLower(value);
        }
    }

    private static string TextOf(IEnumerable<Page> pages) => string.Join("; more", pages.Select(p => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Concat(p.Warnings.Select(w => $"warning {w}; "))}{p.Rows} rows")));

    private static string Describe(IEnumerable<CqlScriptColumn> columns) => string.Join(", ", columns.Select(c => $"{c.Name} {c.Type}"));

    private static string TextOf(IEnumerable<ResultColumn> columns) => string.Join(", ", columns.Select(c => $"{c.Name} {ScriptValue.TextOf(c.Type)}"));

    private static string TextOf((int Code, string Message) error) => string.Create(CultureInfo.InvariantCulture, $"error 0x{error.Code:x4} {error.Message}");

    /// <summary>A schema change as scripts write it.</summary>
    public static string TextOf(SchemaChange change)
    {
        string arguments = change.Target is SchemaChangeTarget.Function or SchemaChangeTarget.Aggregate ? $"({string.Join(", ", change.ArgumentTypes)})" : "";
        string name = change.Name.Length == 0 ? "" : $" {change.Name}{arguments}";
        return $"schema {change.Kind.ToString().ToUpperInvariant()} {change.Target.ToString().ToUpperInvariant()} {change.Keyspace}{name}";
    }

    private string TextOf(byte[]?[] row) => string.Join(", ", row.Select((v, i) => v is null ? "null" : TryText(_columns[i].Type.Unreversed, v)));

    /// <summary>A page's warnings and how many rows it has.</summary>
    private sealed record Page(IReadOnlyList<string> Warnings, int Rows);
}
