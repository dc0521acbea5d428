using Cqlite.Core.Errors;

namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>Something that the grammar allows and an action of Cassandra's parser refuses, which makes it the first error or a later one.</summary>
/// <param name="Message">What Cassandra says.</param>
/// <param name="Token">The token that is to blame.</param>
/// <param name="NextToken">The token behind those that are read when the action runs; the lexer has read it, too.</param>
/// <param name="Rule">The rule at whose end the action runs, if the parser has to look at the next token to find that end.</param>
internal sealed record Objection(string Message, SyntaxToken Token, int NextToken, string? Rule)
{
    /// <summary>Whether Cassandra's parser would have run the action before it stopped.</summary>
    public bool ComesBefore(SyntaxReplay replay)
    {
        if (replay.Failure == ReplayFailure.Characters)
            return replay.FailedToken > NextToken;
        return replay.Position > NextToken || (replay.Position == NextToken && (Rule is null || !replay.StoppedWithin(Rule)));
    }

    public CqlSyntaxException ToException() => new(Message, Token.Line, Token.Column);
}
