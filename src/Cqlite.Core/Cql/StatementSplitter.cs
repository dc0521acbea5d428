namespace Cqlite.Core.Cql;

/// <summary>
/// Splits a script into its statements: at semicolons outside of strings, quoted names and comments, and behind APPLY BATCH where a
/// batch has begun. A comment may end with the script, which within a statement CQL does not allow.
/// </summary>
internal static class StatementSplitter
{
    /// <summary>The statements in order; empty ones are left out.</summary>
    public static List<ScriptStatement> Split(string script)
    {
        ArgumentNullException.ThrowIfNull(script);
        var statements = new List<ScriptStatement>();
        var lexer = new CqlLexer(script);
        SyntaxToken first = default;
        SyntaxToken last = default;
        int count = 0;
        bool inBatch = false;
        while (true)
        {
            SyntaxToken token = lexer.Next();
            bool isEnd = token.Kind == TokenKind.EndOfFile || IsOpenComment(script, token);
            if (isEnd || (token.Kind == TokenKind.Semicolon && !inBatch))
            {
                if (count > 0)
                {
                    var position = new SourcePosition(first.Start, first.Line, first.Column);
                    statements.Add(new ScriptStatement(script, position, last.End, IsTerminated: !isEnd));
                }
                if (isEnd)
                    return statements;
                count = 0;
                continue;
            }
            if (count == 0)
                first = token;
            // BEGIN [UNLOGGED | COUNTER] BATCH ... APPLY BATCH
            if (token.Kind == TokenKind.Batch && first.Kind == TokenKind.Begin)
                inBatch = last.Kind != TokenKind.Apply && (inBatch || count <= 2);
            last = token;
            count++;
        }
    }

    /// <summary>Whether a script ends where a statement ends: not within one, nor within a comment.</summary>
    /// <param name="script">The script.</param>
    /// <param name="statements">The statements that it was split into.</param>
    public static bool IsWhole(string script, List<ScriptStatement> statements) =>
        statements.Count > 0 ? statements[^1].IsTerminated : !script.Contains("/*", StringComparison.Ordinal) || script.Contains("*/", StringComparison.Ordinal);

    /// <summary>Whether the token is a comment to the end of the line, at the end of the script.</summary>
    private static bool IsOpenComment(string script, in SyntaxToken token) =>
        token.Kind == TokenKind.Invalid && (script.AsSpan(token.Start) is ['-', '-', ..] or ['/', '/', ..]);
}
