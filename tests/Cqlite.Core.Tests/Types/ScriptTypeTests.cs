using System.Text.Json;
using System.Text.RegularExpressions;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Literals, JSON and raw bytes that Cassandra accepted or refused in its answers to scripts: what it stored, and its words.</summary>
public sealed partial class ScriptTypeTests
{
    [Theory]
    [InlineData("types/literals-numbers.cqlt", 60)]
    [InlineData("types/literals-text.cqlt", 25)]
    [InlineData("types/literals-time.cqlt", 85)]
    public void Literals_mean_what_Cassandra_stored_or_are_refused_in_its_words(string path, int atLeast)
    {
        Dictionary<string, CqlType> columns = new(StringComparer.Ordinal);
        Dictionary<(int Key, string Column), byte[]> stored = [];
        int checks = 0;
        foreach (CqlScriptStatement statement in Script(path).Statements)
        {
            AddColumns(statement.Text, columns);
            foreach ((int key, string column, string literal) in Literals(statement.Text))
            {
                if (!columns.TryGetValue(column, out CqlType? of) || literal == "?")
                    continue;
                (int Key, string Column) place = (key, column);
                stored.Remove(place);
                if (statement.Outcome.Kind == CqlOutcomeKind.Void && literal is not ("'now'" or "null"))
                {
                    stored[place] = Parse(of, literal);
                }
                else if (Literals(statement.Text).Count() == 1 && RefusedByType().Match(statement.OutcomeLines[0]) is { Success: true } refused)
                {
                    checks++;
                    InvalidQueryException error = Assert.Throws<InvalidQueryException>(() => Parse(of, literal));
                    Assert.Equal(refused.Groups["message"].Value, error.Message);
                }
            }

            if (statement.Binds is [{ Kind: CqlScriptBindKind.Raw, Bytes: { } bytes }] && OneMarker().Match(statement.Text) is { Success: true } bound
                && columns.TryGetValue(bound.Groups["column"].Value, out CqlType? type))
            {
                checks++;
                if (statement.Outcome.Kind == CqlOutcomeKind.Void)
                    type.Validate(bytes);
                else
                    Assert.Equal(RefusedByType().Match(statement.OutcomeLines[0]).Groups["message"].Value, Assert.Throws<InvalidQueryException>(() => type.Validate(bytes)).Message);
            }

            checks += CheckRows(statement, columns, stored);
        }

        Assert.True(checks >= atLeast, $"{checks} checks");
    }

    [Fact]
    public void Json_is_refused_in_Cassandras_words()
    {
        Dictionary<string, CqlType> columns = new(StringComparer.Ordinal);
        int checks = 0;
        foreach (CqlScriptStatement statement in Script("dml/json.cqlt").Statements)
        {
            AddColumns(statement.Text, columns);
            Match insert = InsertJson().Match(statement.Text);
            if (!insert.Success || RefusedJson().Match(statement.OutcomeLines[0]) is not { Success: true } refused)
                continue;

            using JsonDocument document = JsonDocument.Parse(insert.Groups["json"].Value.Replace("''", "'", StringComparison.Ordinal));
            string column = refused.Groups["column"].Value;
            JsonElement value = document.RootElement.GetProperty(column);
            InvalidQueryException error = Assert.Throws<InvalidQueryException>(() => columns[column].ParseJson(value, new BufferWriter()));
            Assert.Equal(refused.Groups["message"].Value, error.Message);
            checks++;
        }

        Assert.True(checks >= 35, $"{checks} checks");
    }

    [Fact]
    public void Murmur3_tokens_of_values_of_every_type_are_Cassandras()
    {
        Dictionary<string, CqlType> keys = new(StringComparer.Ordinal);
        int checks = 0;
        foreach (CqlScriptStatement statement in Script("tokens/values.cqlt").Statements)
        {
            Match table = OneKeyTable().Match(statement.Text);
            if (table.Success)
                keys[table.Groups["table"].Value] = TypeParser.ParseCql(table.Groups["type"].Value);
            Match select = TokensOfKeys().Match(statement.Text);
            if (!select.Success || statement.Outcome.Kind != CqlOutcomeKind.Rows || !keys.TryGetValue(select.Groups["table"].Value, out CqlType? type))
                continue;
            foreach (IReadOnlyList<string> row in statement.Outcome.Pages.SelectMany(p => p.Rows))
            {
                int token = row.Count == 2 && statement.Outcome.Columns![0].Name == "k" ? 1 : 0;
                byte[] key = Parse(type, Unescape(row[1 - token]));
                Assert.Equal(row[token], Murmur3.Token(key).ToString());
                checks++;
            }
        }

        Assert.True(checks > 50, $"{checks} checks");
    }

    private static CqlScript Script(string path) => CqlScript.All.Single(s => s.Path == path);

    /// <summary>Reads a literal: what stands in quotes as it is, a blob without 0x.</summary>
    private static byte[] Parse(CqlType type, string literal)
    {
        BufferWriter output = new();
        if (literal == "empty")
            return [];
        if (literal.StartsWith('\''))
            literal = literal[1..^1].Replace("''", "'", StringComparison.Ordinal);
        else if (literal.StartsWith("$$", StringComparison.Ordinal))
            literal = literal[2..^2];
        else if (literal.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            literal = literal[2..];
        else
            literal = literal.Replace("- ", "-", StringComparison.Ordinal).Replace("nan", "NaN", StringComparison.OrdinalIgnoreCase).Replace("infinity", "Infinity", StringComparison.OrdinalIgnoreCase);
        type.ParseText(literal, output);
        return output.ToArray();
    }

    /// <summary>Undoes the escapes that keep an outcome to its line.</summary>
    private static string Unescape(string text) => Escape().Replace(text, m => m.Value[1] switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'u' => char.ConvertFromUtf32(Convert.ToInt32(m.Value[3..^1], 16)),
        _ => "\\",
    });

    /// <summary>The columns and literals of an INSERT of one row whose key is k.</summary>
    private static IEnumerable<(int Key, string Column, string Literal)> Literals(string text)
    {
        Match insert = InsertRow().Match(text);
        if (!insert.Success)
            yield break;
        string[] columns = insert.Groups["columns"].Value.Split(", ");
        string[] values = [.. LiteralParts().Matches(insert.Groups["values"].Value).Select(m => m.Groups["value"].Value.Trim())];
        if (columns[0] != "k" || values.Length != columns.Length || values.Any(v => v.Contains(" + ", StringComparison.Ordinal)))
            yield break;
        for (int i = 1; i < columns.Length; i++)
            yield return (int.Parse(values[0]), columns[i], values[i]);
    }

    private static int CheckRows(CqlScriptStatement statement, Dictionary<string, CqlType> columns, Dictionary<(int Key, string Column), byte[]> stored)
    {
        if (statement.Outcome.Kind != CqlOutcomeKind.Rows || statement.Outcome.Columns is not [{ Name: "k" }, ..] results)
            return 0;
        int checks = 0;
        foreach (IReadOnlyList<string> row in statement.Outcome.Pages.SelectMany(p => p.Rows))
        {
            for (int i = 1; i < row.Count; i++)
            {
                if (!stored.TryGetValue((int.Parse(row[0]), results[i].Name), out byte[]? bytes) || row[i] == "null")
                    continue;
                CqlType type = columns[results[i].Name];
                string expected = row[i] is "-" or "" ? "0s" : Unescape(row[i]);
                Assert.True(Parse(type, expected).AsSpan().SequenceEqual(bytes), $"{statement.Place}: {results[i].Name} of {row[0]} is {row[i]}, not {Convert.ToHexStringLower(bytes)}");
                checks++;
            }
        }

        return checks;
    }

    private static void AddColumns(string text, Dictionary<string, CqlType> columns)
    {
        if (!text.StartsWith("CREATE TABLE t (", StringComparison.Ordinal))
            return;
        int depth = 0;
        int start = text.IndexOf('(') + 1;
        for (int i = start; i < text.Length; i++)
        {
            depth += text[i] is '<' ? 1 : text[i] is '>' ? -1 : 0;
            if (depth != 0 || text[i] is not (',' or ')'))
                continue;
            string[] parts = text[start..i].Trim().Replace(" PRIMARY KEY", "", StringComparison.Ordinal).Split(' ', 2);
            if (parts.Length == 2 && parts[0] != "PRIMARY")
                columns[parts[0].Trim('"')] = TypeParser.ParseCql(parts[1], (_, name) => name == "addr" ? Address : null);
            start = i + 1;
        }
    }

    private static CqlType Address { get; } = CqlTypes.UserType("ks", "addr", ["street", "Zip"], [CqlTypes.Text, CqlTypes.Int]);

    [GeneratedRegex(@"^INSERT INTO t \((?<columns>[\w, ]+)\) VALUES \((?<values>.*)\)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex InsertRow();

    [GeneratedRegex(@"(?<value>'([^']|'')*'|\$\$.*?\$\$|[^',$]+)(,|$)", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex LiteralParts();

    [GeneratedRegex(@"^INSERT INTO t \(k, (?<column>\w+)\) VALUES \((?<key>-?\d+), \?\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneMarker();

    [GeneratedRegex(@"\\(n|r|t|\\|u\{[0-9a-f]+\})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escape();

    [GeneratedRegex(@"^INSERT INTO t JSON '(?<json>\{.*\})'$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex InsertJson();

    [GeneratedRegex(@"^error 0x2200 Invalid: (?<message>(?!Invalid \w+ constant).*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RefusedByType();

    [GeneratedRegex(@"^error 0x2200 Invalid: Error decoding JSON value for (?<column>\w+): (?<message>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RefusedJson();

    [GeneratedRegex(@"^CREATE TABLE (?<table>\w+) \(k (?<type>[^,<]+) PRIMARY KEY\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneKeyTable();

    [GeneratedRegex(@"^SELECT (k, token\(k\)|token\(k\), k) FROM (?<table>\w+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TokensOfKeys();
}
