namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>Tells whether a rule can be read somewhere in a statement, for the few places where Cassandra's parser tries that to decide.</summary>
internal sealed class SyntaxRecognizer
{
    private readonly SyntaxReplay _replay;

    public SyntaxRecognizer(ReadOnlySpan<SyntaxToken> tokens)
    {
        var kinds = new TokenKind[tokens.Length];
        for (int i = 0; i < kinds.Length; i++)
            kinds[i] = tokens[i].Kind;
        _replay = new SyntaxReplay(kinds, int.MaxValue);
    }

    /// <summary>Whether the rule can be read from a token on, whatever comes behind it. Nesting too deep to tell counts as no.</summary>
    public bool Recognizes(string rule, int at) => _replay.CanRead(SyntaxGrammar.Instance[rule], at);
}
