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

    /// <summary>Predicates within predicates went too deep.</summary>
    TooDeep,
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
    // How far each rule that a predicate tried can be read from a place; -1 if it cannot. What is read depends on the tokens alone,
    // so that what was tried once need not be read again: without this, each level of brackets would double the time.
    private readonly Dictionary<(GrammarRule, int), int> _tried = [];
    private readonly Stack<RuleNode> _calls = new();
    private RuleNode[] _callsAtFailure = [];
    private int _depth;

    /// <summary>Stands at the first token.</summary>
    /// <param name="kinds">The tokens, the end of the text last.</param>
    /// <param name="firstBroken">The first token that cannot be read for the characters before it; beyond all if there is none.</param>
    public SyntaxReplay(TokenKind[] kinds, int firstBroken)
    {
        _kinds = kinds;
        _firstBroken = firstBroken;
        Touch(0);
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
    public bool Read(GrammarRule rule) => Read(rule.Start);

    private bool Read(GrammarNode node)
    {
        int depth = _calls.Count;
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
                case RuleNode call when _tried.TryGetValue((call.Rule, Position), out int end) && end >= 0:
                    Position = end;
                    node = call.Next;
                    break;
                case RuleNode call:
                    _calls.Push(call);
                    node = call.Rule.Start;
                    break;
                case DecisionNode decision:
                    int branch = Predict(decision);
                    read = branch >= 0;
                    if (read)
                        node = decision.Branches[branch];
                    break;
                default:
                    if (_calls.Count == depth)
                        return true;
                    node = _calls.Pop().Next;
                    break;
            }
        }
        if (depth == 0)
            _callsAtFailure = [.. _calls];
        while (_calls.Count > depth)
            _calls.Pop();
        return false;
    }

    /// <summary>Whether the rule was being read where the replay stopped.</summary>
    public bool StoppedWithin(string rule) => Array.Exists(_callsAtFailure, call => call.Rule.Name == rule);

    /// <summary>
    /// The Java exception that Cassandra runs into where a type is missing, or null. Its parser goes on behind the rule that failed,
    /// which has given null, and a tuple or frozen type that ends well then uses that null.
    /// </summary>
    public string? NullPointerException()
    {
        foreach (RuleNode call in _callsAtFailure)
        {
            string rule = call.Owner.Name;
            if (rule is not ("comparatorType" or "collection_type" or "tuple_type"))
                return null;
            if (!EndsWell(call))
                continue;
            if (rule == "tuple_type")
                return "NullPointerException Cannot invoke \"org.apache.cassandra.cql3.CQL3Type$Raw.supportsFreezing()\" because \"t\" is null";
            if (rule == "comparatorType" && call.Rule.Name == rule)
                return "NullPointerException Cannot invoke \"org.apache.cassandra.cql3.CQL3Type$Raw.freeze()\" because \"f\" is null";
        }
        return null;
    }

    /// <summary>Reads on behind a call to the end of the rule that made it; where a type is missing once more, behind that.</summary>
    private bool EndsWell(RuleNode call)
    {
        (ReplayFailure failure, RuleNode[] calls, GrammarNode node) = (Failure, _callsAtFailure, call.Next);
        bool read;
        while (true)
        {
            Failure = ReplayFailure.None;
            read = Read(node);
            if (read || _callsAtFailure is not [.., { Rule.Name: "comparatorType" } again] || again.Owner != call.Owner)
                break;
            node = again.Next;
        }
        (Failure, _callsAtFailure) = (failure, calls);
        return read;
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
                return state.Branches[0];
        }
    }

    private static bool HasPredicate(DecisionNode decision, LookaheadState state) =>
        Array.Exists(state.Branches, branch => decision.Predicates[branch] is not null);

    /// <summary>Takes the first branch whose predicate holds, or that has none.</summary>
    private int Choose(DecisionNode decision, LookaheadState state)
    {
        foreach (int branch in state.Branches)
        {
            if (decision.Predicates[branch] is { } predicate && !Try(predicate, Position))
                continue;
            return Failure == ReplayFailure.None && Touch(Position + 2) ? branch : -1;
        }
        if (Failure == ReplayFailure.None)
            Fail(ReplayFailure.NoViableAlternative, Position + 1, default);
        return -1;
    }

    /// <summary>Whether a rule can be read at a place, whatever was tried before; too deep counts as no.</summary>
    public bool CanRead(GrammarRule rule, int position)
    {
        bool can = Try(rule, position);
        Failure = ReplayFailure.None;
        return can;
    }

    /// <summary>Whether a rule can be read at a place. A failure within says no more than that.</summary>
    private bool Try(GrammarRule rule, int position)
    {
        if (_tried.TryGetValue((rule, position), out int known))
            return known >= 0;
        if (_depth > CqlParser.MaxDepth * 2)
            return Fail(ReplayFailure.TooDeep, position, default);
        int before = Position;
        Position = position;
        _depth++;
        bool read = Read(rule);
        _depth--;
        int end = read ? Position : -1;
        Position = before;
        if (Failure is ReplayFailure.Characters or ReplayFailure.TooDeep)
            return false;
        Failure = ReplayFailure.None;
        _tried[(rule, position)] = end;
        return read;
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
