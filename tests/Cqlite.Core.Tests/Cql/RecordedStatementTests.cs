using System.Globalization;
using System.Text;
using Cqlite.Core.Cql;
using Cqlite.Core.Errors;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Cql;

/// <summary>Every statement that a real Cassandra was asked: it parses here where it parsed there, and fails here in the same words.</summary>
public class RecordedStatementTests
{
    /// <summary>Errors with the syntax error's code that are found where the schema is known, not by the parser.</summary>
    private static readonly string[] SchemaErrors =
    [
        "Unknown property ", "Invalid value for property ", "Invalid boolean value ", "Invalid integer value ",
        // GRANT ON FUNCTION asks for the function while parsing.
        "Failed parsing statement: [GRANT EXECUTE ON FUNCTION roles_permissions.nope(int) TO alice] reason: NoSuchElementException",
    ];

    [Theory, CqlScripts]
    public void A_statement_parses_as_in_Cassandra(CqlScript script)
    {
        List<string> differences = [];
        foreach (CqlScriptStatement statement in script.Statements)
        {
            string? expected = statement.Outcome is { Kind: CqlOutcomeKind.Error, ErrorCode: 0x2000, ErrorMessage: { } message }
                && !SchemaErrors.Any(prefix => message.StartsWith(prefix, StringComparison.Ordinal))
                ? Unescape(message)
                : null;
            string? actual = ErrorOf(statement.Text);
            if (expected != actual)
                differences.Add($"{statement}\n  expected {expected ?? "no error"}\n  actual   {actual ?? "no error"}");
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    public static TheoryData<string> Nodes => [.. Corpus.NodeNames];

    [Theory, MemberData(nameof(Nodes))]
    public void The_schemas_and_operations_of_the_corpus_parse(string at)
    {
        CorpusNode node = Corpus.Node(at);
        List<string> differences = [];
        int statements = 0;
        foreach (string keyspace in node.Keyspaces)
        {
            IEnumerable<string> schema = StatementSplitter.Split(node.SchemaCql(keyspace) ?? "").Select(static statement => statement.Text);
            IEnumerable<string> operations = node.Operations(keyspace).Select(static operation => operation.Cql).OfType<string>();
            foreach (string statement in schema.Concat(operations))
            {
                statements++;
                if (ErrorOf(statement) is { } error)
                    differences.Add($"{at} {keyspace}: {statement}\n  {error}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(statements > 0 || !node.Keyspaces.Any(), $"{at} has keyspaces but no statement.");
    }

    [Fact]
    public void Broken_statements_fail_as_in_the_generated_parser() =>
        ParserScript.Run("GeneratedParserErrors.txt", static statement => ErrorOf(statement) ?? "no error", isRenewable: false);

    private static string? ErrorOf(string statement)
    {
        try
        {
            CqlParser.Parse(statement);
            return null;
        }
        catch (CqlSyntaxException e)
        {
            return e.Message;
        }
    }

    /// <summary>The text behind the script's escapes: <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\\</c> and <c>\u{hex}</c>.</summary>
    private static string Unescape(string message)
    {
        StringBuilder text = new(message.Length);
        for (int i = 0; i < message.Length; i++)
        {
            if (message[i] != '\\')
            {
                text.Append(message[i]);
                continue;
            }

            i++;
            if (message[i] == 'u')
            {
                int end = message.IndexOf('}', i);
                text.Append(char.ConvertFromUtf32(int.Parse(message.AsSpan(i + 2, end - i - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                i = end;
            }
            else
            {
                text.Append(message[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', char other => other });
            }
        }

        return text.ToString();
    }
}
