using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Schema;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query.Definition;

/// <summary>Cassandra's own answers to definitions: the same change or the same error, and the same warnings.</summary>
public class DdlScriptTests
{
    /// <summary>Answers that are not to be had here, each with the reason.</summary>
    private static readonly Dictionary<string, string> s_different = new(StringComparer.Ordinal)
    {
        ["Java source compilation failed"] = "there is no Java compiler here: bodies of functions are kept, not compiled",
    };

    [Theory]
    [DefinitionScripts]
    public void Definitions_are_answered_as_Cassandra_answers_them(CqlScript script)
    {
        DatabaseSchema schema = DatabaseSchema.Empty;
        string? keyspace = null;
        List<string> wrong = [];
        foreach (CqlScriptStatement statement in script.Statements)
        {
            if (statement.Binds is not null || statement.Prepare)
                continue;
            Statement parsed;
            try
            {
                parsed = CqlParser.Parse(statement.Text);
            }
            catch (CqlSyntaxException)
            {
                // The parser's own tests look at these.
                continue;
            }
            catch (InvalidQueryException)
            {
                continue;
            }

            if (parsed is UseStatement use && statement.Outcome.Kind == CqlOutcomeKind.Use)
                keyspace = use.Keyspace.Text;
            if (parsed is DescribeStatement describe && IsAboutOwnKeyspaces(describe, keyspace))
            {
                string described = Described(describe, schema, keyspace);
                string recorded = statement.Outcome.Kind == CqlOutcomeKind.Error
                    ? Expected(statement.Outcome)
                    : string.Join('\n', statement.Outcome.Rows.Select(row => string.Join(", ", row)));
                if (!string.Equals(recorded, described, StringComparison.Ordinal))
                    wrong.Add($"{statement.Place}: {statement.Text}\n  expected {recorded}\n  got      {described}");
            }

            if (!DdlApplier.IsDefinition(parsed) || s_different.Keys.Any(reason => statement.Outcome.ErrorMessage?.Contains(reason, StringComparison.Ordinal) is true))
                continue;

            string expected = Expected(statement.Outcome);
            string actual;
            List<string> warnings = [];
            try
            {
                DdlResult result = DdlApplier.Apply(schema, parsed, keyspace, DdlSettings.Strict, warnings);
                actual = Actual(result);
                schema = result.Schema;
            }
            catch (InvalidQueryException error)
            {
                actual = $"{Warnings(warnings)}error 0x{error.Code:x4} {error.Message}";
            }
            catch (CqlSyntaxException error)
            {
                actual = $"{Warnings(warnings)}error 0x2000 {error.Message}";
            }

            bool isServerFault = statement.Outcome is { Kind: CqlOutcomeKind.Error, ErrorCode: 0 };
            if (isServerFault ? !actual.Contains("error", StringComparison.Ordinal) : !Same(expected, actual))
                wrong.Add($"{statement.Place}: {statement.Text}\n  expected {expected}\n  got      {actual}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    // Keyspaces that a node makes for itself are no part of these schemas.
    private static bool IsAboutOwnKeyspaces(DescribeStatement describe, string? keyspace) => describe.Kind switch
    {
        DescribeKind.Cluster or DescribeKind.Keyspaces or DescribeKind.Schema or DescribeKind.FullSchema => false,
        DescribeKind.Tables or DescribeKind.Types or DescribeKind.Functions or DescribeKind.Aggregates => keyspace is not null,
        _ => describe.Keyspace is null || !describe.Keyspace.StartsWith("system", StringComparison.Ordinal),
    };

    private static string Described(DescribeStatement describe, DatabaseSchema schema, string? keyspace)
    {
        try
        {
            bool withText = SchemaDescription.HasStatements(describe.Kind);
            return string.Join('\n', SchemaDescription.Describe(describe, schema, keyspace).Select(e =>
                $"{Literal(e.Keyspace)}, {Literal(e.Type)}, {Literal(e.Name)}" + (withText ? ", " + Literal(e.CreateStatement) : "")));
        }
        catch (InvalidQueryException error)
        {
            return $"error 0x{error.Code:x4} {error.Message}";
        }
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'";

    private static bool Same(string expected, string actual)
    {
        if (string.Equals(expected, actual, StringComparison.Ordinal))
            return true;

        // Objects' addresses are written ~; the order of lists of names is any.
        if (expected.Contains("@~", StringComparison.Ordinal))
            return expected.Split("@~")[0] == actual.Split('@')[0];
        return expected.Contains("referenced by aggregates", StringComparison.Ordinal)
            && string.Concat(expected.Order()) == string.Concat(actual.Order());
    }

    private static string Expected(CqlScriptOutcome outcome) => Warnings(outcome.Warnings) + outcome.Kind switch
    {
        CqlOutcomeKind.Void => "void",
        CqlOutcomeKind.Schema => $"schema {outcome.SchemaChange}",
        CqlOutcomeKind.Error => $"error 0x{outcome.ErrorCode:x4} {outcome.ErrorMessage}",
        _ => outcome.Kind.ToString(),
    };

    private static string Actual(DdlResult result)
    {
        if (result.Change is not { } change)
            return Warnings([.. result.Warnings]) + "void";
        string arguments = change.Target is SchemaChangeTarget.Function or SchemaChangeTarget.Aggregate ? $"({string.Join(", ", change.ArgumentTypes)})" : "";
        string name = change.Name.Length == 0 ? "" : $" {change.Name}{arguments}";
        return $"{Warnings([.. result.Warnings])}schema {change.Kind.ToString().ToUpperInvariant()} {change.Target.ToString().ToUpperInvariant()} {change.Keyspace}{name}";
    }

    private static string Warnings(IReadOnlyList<string> warnings) => string.Concat(warnings.Select(w => $"warning {w.Replace("\n", "\\n", StringComparison.Ordinal)}; "));
}

/// <summary>Runs a theory over the scripts that are about definitions.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DefinitionScriptsAttribute : CasesAttribute<CqlScript>
{
    protected override IEnumerable<CqlScript> Choose() => CqlScript.All.Where(script => !script.Requires.Contains("guardrails") && !script.Requires.Contains("auth"));
}
