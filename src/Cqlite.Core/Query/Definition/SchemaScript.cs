using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Definition;

/// <summary>A schema from CQL text: what DESCRIBE printed, a snapshot's schema.cql, or any series of definitions.</summary>
internal static class SchemaScript
{
    // What Cassandra and cqlsh write above a table that CQL can't make as it is: a COMPACT STORAGE table, and the text of it follows.
    private const string ReferenceNote = "(this should not be used to reproduce this schema)";

    /// <summary>Applies all definitions of a text to a schema; USE is obeyed, other statements are refused.</summary>
    /// <param name="schema">The schema before it.</param>
    /// <param name="text">The statements, each with a semicolon behind it.</param>
    /// <param name="settings">What they depend on; <see cref="DdlSettings.Recorded"/> for what a node printed.</param>
    /// <param name="keyspace">The keyspace of unqualified names until USE names another.</param>
    /// <exception cref="CqlSyntaxException">A statement does not parse; line and column are the text's.</exception>
    /// <exception cref="InvalidQueryException">A statement can't be applied; the text names its line.</exception>
    public static DatabaseSchema Apply(DatabaseSchema schema, string text, DdlSettings settings, string? keyspace = null)
    {
        foreach (ScriptStatement statement in StatementSplitter.Split(settings.IsRecorded ? Uncommented(text) : text))
        {
            int line = statement.Position.Line;
            Statement parsed = Parse(statement);
            if (parsed is UseStatement use)
            {
                keyspace = use.Keyspace.Text;
                continue;
            }

            if (!DdlApplier.IsDefinition(parsed))
                throw new InvalidQueryException($"line {line}: only definitions make a schema, not {parsed.GetType().Name}.");
            try
            {
                schema = DdlApplier.Apply(schema, parsed, keyspace, settings).Schema;
            }
            catch (InvalidQueryException error)
            {
                throw new InvalidQueryException($"line {line}: {error.Message}", error.Code);
            }
        }

        return schema;
    }

    private static Statement Parse(in ScriptStatement statement)
    {
        try
        {
            return CqlParser.Parse(statement.Text);
        }
        catch (CqlSyntaxException error)
        {
            (int line, int column) = statement.InScript(error.Line, error.Column);
            throw new CqlSyntaxException($"statement on line {statement.Position.Line}: {error.Message}", line, column);
        }
    }

    /// <summary>The text in which tables that were printed within a comment stand outside of it.</summary>
    private static string Uncommented(string text)
    {
        var result = new System.Text.StringBuilder(text);
        for (int note = text.IndexOf(ReferenceNote, StringComparison.Ordinal); note >= 0; note = text.IndexOf(ReferenceNote, note + 1, StringComparison.Ordinal))
        {
            int open = text.LastIndexOf("/*", note, StringComparison.Ordinal);
            int end = text.IndexOf("*/", note, StringComparison.Ordinal);
            if (open < 0 || end < 0)
                continue;

            // Blanks in the place of the comment keep lines and columns as they are.
            for (int i = open; i < note + ReferenceNote.Length; i++)
            {
                if (result[i] != '\n')
                    result[i] = ' ';
            }

            result[end] = ' ';
            result[end + 1] = ' ';
        }

        return result.ToString();
    }
}
