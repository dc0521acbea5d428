using Cqlite.Core.Errors;

namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>Words syntax errors as Cassandra does.</summary>
/// <remarks>Source: ANTLR 3's BaseRecognizer and src/java/org/apache/cassandra/cql3/ErrorCollector.java.</remarks>
internal static class SyntaxDiagnosis
{
    /// <summary>The error of a text that does not parse.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="refused">The token that our parser refused, in case the replay finds no fault.</param>
    /// <param name="rule">The rule the text was to be.</param>
    /// <param name="objection">What our parser has noted before.</param>
    public static CqlSyntaxException Explain(string text, SyntaxToken refused, string rule, Objection? objection)
    {
        var tokens = new TokenStream(text);
        var replay = new SyntaxReplay(tokens.Kinds, tokens.FirstBroken);
        if (!replay.Read(SyntaxGrammar.Instance[rule]))
        {
            if (objection is not null && objection.ComesBefore(replay))
                return objection.ToException();
            if (replay.Failure == ReplayFailure.Characters)
                return LexicalDiagnosis.Explain(text, tokens.BrokenAt);
            if (replay.Failure == ReplayFailure.TooDeep)
                throw CqlParser.TooDeep("");
            refused = tokens.Visible(replay.FailedToken);
        }

        string place = refused.Kind == TokenKind.EndOfFile ? "line 0:-1" : $"line {refused.Line}:{refused.Column}";
        string reason = replay.Failure switch
        {
            ReplayFailure.MismatchedToken => $"mismatched input {Display(text, refused)} expecting {replay.Expected.DisplayName()}",
            ReplayFailure.MismatchedSet => $"mismatched input {Display(text, refused)} expecting set null",
            _ => $"no viable alternative at input {Display(text, refused)}",
        };
        string? exception = Snippet.TryQuote(text, tokens, replay, out string snippet) ? null : $"StringIndexOutOfBoundsException {snippet}";
        exception ??= replay.NullPointerException();
        string message = exception is null ? $"{place} {reason}{snippet}" : $"Failed parsing statement: [{text}] reason: {exception}";
        return new CqlSyntaxException(message, refused.Line, refused.Column);
    }

    private static string Display(string text, in SyntaxToken token)
    {
        if (token.Kind == TokenKind.EndOfFile)
            return "'<EOF>'";
        string shown = TokenStream.TextOf(text, token).Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
        return $"'{shown}'";
    }
}
