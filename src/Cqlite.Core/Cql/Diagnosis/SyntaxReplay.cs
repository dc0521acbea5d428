namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>What went wrong where a replay stopped.</summary>
internal enum ReplayFailure
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A decision had no branch for the token.</summary>
    NoViableAlternative,

    /// <summary>Another token was due.</summary>
    MismatchedToken,

    /// <summary>One of several tokens was due.</summary>
    MismatchedSet,

    /// <summary>The lexer met characters that are no token.</summary>
    Characters,
}

/// <summary>Reads tokens as the parser that ANTLR 3 generates from Cassandra's grammar does, to find where and why that stops.</summary>
/// <remarks>
/// At a decision ANTLR's parser looks as far ahead as it needs to tell the branches apart, by a lookahead that knows what may follow a
/// rule anywhere, not what follows it here. So it can refuse a token long before the parser gets there (no viable alternative), or let
/// it pass to be refused by what follows (mismatched input). A block that may be left without reading is left when its lookahead is
/// computed in place and nothing fits; when it is decided by a table, it fails.
/// </remarks>
internal sealed class SyntaxReplay
{
    private readonly TokenKind[] _kinds;
    private readonly int _firstBroken;
    private readonly Dictionary<(GrammarRule, int), bool> _predicates = [];
    private readonly Stack<GrammarNode> _returns = new();

    /// <param name="kinds">The tokens, the end of the text last.</param>
    /// <param name="firstBroken">The first token that cannot be read for the characters before it; beyond all if there is none.</param>
    /// <param name="position">Where to begin.</param>
    public SyntaxReplay(TokenKind[] kinds, int firstBroken, int position = 0)
    {
        _kinds = kinds;
        _firstBroken = firstBroken;
        Position = position;
        Touch(position);
    }

    /// <summary>The token the parser stands at.</summary>
    public int Position { get; private set; }

    /// <summary>The last token that was looked at.</summary>
    public int LastTouched { get; private set; }

    /// <summary>Why the replay stopped.</summary>
    public ReplayFailure Failure { get; private set; }

    /// <summary>The token that did not fit.</summary>
    public int FailedToken { get; private set; }

    /// <summary>The token that was due instead.</summary>
    public TokenKind Expected { get; private set; }

    /// <summary>Reads a rule; false where it stopped.</summary>
    public bool Read(GrammarRule rule)
    {
        int depth = _returns.Count;
        GrammarNode node = rule.Start;
        bool read = Failure == ReplayFailure.None;
        while (read)
        {
            switch (node)
            {
                case TokenNode token:
                    read = _kinds[Position] == token.Kind ? Consume() : Fail(ReplayFailure.MismatchedToken, Position, token.Kind);
                    node = token.Next;
                    break;
                case SetNode set:
                    read = set.Set.Contains(_kinds[Position]) ? Consume() : Fail(ReplayFailure.MismatchedSet, Position, default);
                    node = set.Next;
                    break;
                case RuleNode call:
                    _returns.Push(call.Next);
                    node = call.Rule.Start;
                    break;
                case DecisionNode decision:
                    int branch = Predict(decision);
                    read = branch >= 0;
                    if (read)
                        node = decision.Branches[branch];
                    break;
                default:
                    if (_returns.Count == depth)
                        return true;
                    node = _returns.Pop();
                    break;
            }
        }
        while (_returns.Count > depth)
            _returns.Pop();
        return false;
    }

    private int Predict(DecisionNode decision)
    {
        LookaheadState state = LookaheadState.Of(decision);
        for (int ahead = 0; ; ahead++)
        {
            TokenKind kind = LookAhead(ahead);
            if (Failure != ReplayFailure.None)
                return -1;
            state = state.After(kind);
            if (state.IsDead)
            {
                if (decision is { HasExit: true, IsTable: false })
                    return decision.Branches.Length - 1;
                Fail(ReplayFailure.NoViableAlternative, Math.Min(Position + ahead, _kinds.Length - 1), default);
                return -1;
            }
            // A table is left behind the token that decided, which has thereby looked at the next one, but for the end of the text.
            if (decision.IsTable && kind != TokenKind.EndOfFile && !Touch(Position + ahead + 1))
                return -1;
            if (state.Branch >= 0)
                return state.Branch;
            if (ahead == 0 && HasPredicate(decision, state))
                return Choose(decision, state);
            if (kind == TokenKind.EndOfFile)
                return state.Branches().First();
        }
    }

    private static bool HasPredicate(DecisionNode decision, LookaheadState state) =>
        state.Branches().Any(branch => decision.Predicates[branch] is not null);

    /// <summary>Takes the first branch whose predicate holds, or that has none.</summary>
    private int Choose(DecisionNode decision, LookaheadState state)
    {
        foreach (int branch in state.Branches())
        {
            if (decision.Predicates[branch] is { } predicate && !Holds(predicate))
                continue;
            return Failure == ReplayFailure.None && Touch(Position + 2) ? branch : -1;
        }
        if (Failure == ReplayFailure.None)
            Fail(ReplayFailure.NoViableAlternative, Position + 1, default);
        return -1;
    }

    /// <summary>Whether the predicate's rule can be read here. A failure within says no more than that.</summary>
    private bool Holds(GrammarRule predicate)
    {
        if (_predicates.TryGetValue((predicate, Position), out bool known))
            return known;
        int position = Position;
        bool holds = Read(predicate);
        if (!holds && Failure == ReplayFailure.Characters)
            return false;
        Failure = ReplayFailure.None;
        Position = position;
        _predicates[(predicate, position)] = holds;
        return holds;
    }

    private TokenKind LookAhead(int ahead)
    {
        int at = Math.Min(Position + ahead, _kinds.Length - 1);
        Touch(at);
        return _kinds[at];
    }

    private bool Consume()
    {
        if (Position < _kinds.Length - 1)
            Position++;
        return Touch(Position);
    }

    private bool Touch(int token)
    {
        LastTouched = Math.Max(LastTouched, token);
        return token < _firstBroken || Fail(ReplayFailure.Characters, _firstBroken, default);
    }

    private bool Fail(ReplayFailure failure, int token, TokenKind expected)
    {
        Failure = failure;
        FailedToken = token;
        Expected = expected;
        return false;
    }
}
