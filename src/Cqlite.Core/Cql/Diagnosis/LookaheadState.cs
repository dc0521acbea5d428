namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>
/// What a decision knows after some tokens of lookahead: every place in the grammar where the text may be, and by which branch.
/// </summary>
/// <remarks>
/// This is a state of ANTLR's lookahead automaton, computed when a text first leads to it. Where a rule ends and nothing says who
/// called it, any of its callers may have. The states are shared by all threads; computing one twice does no harm.
/// </remarks>
internal sealed class LookaheadState
{
    /// <summary>How often a rule may call itself within the lookahead; ANTLR gives up there too.</summary>
    private const int MaxRecursion = 4;

    private readonly HashSet<Configuration> _configurations = [];
    private readonly LookaheadState?[] _next = new LookaheadState?[byte.MaxValue + 1];

    /// <summary>The only branch still possible; -1 if there are several or none.</summary>
    public int Branch { get; private set; } = -1;

    /// <summary>Whether no branch is possible.</summary>
    public bool IsDead => _configurations.Count == 0;

    /// <summary>The state before the first token.</summary>
    public static LookaheadState Of(DecisionNode decision)
    {
        if (decision.Lookahead is { } known)
            return known;
        var state = new LookaheadState();
        for (int branch = 0; branch < decision.Branches.Length; branch++)
            state.Close(decision.Branches[branch], null, branch);
        decision.Lookahead = state;
        return state;
    }

    /// <summary>The state behind one more token.</summary>
    public LookaheadState After(TokenKind kind)
    {
        if (Volatile.Read(ref _next[(int)kind]) is { } known)
            return known;
        var state = new LookaheadState();
        foreach (Configuration configuration in _configurations)
        {
            switch (configuration.Node)
            {
                case TokenNode token when token.Kind == kind:
                    state.Close(token.Next, configuration.Callers, configuration.Branch);
                    break;
                case SetNode set when set.Set.Contains(kind):
                    state.Close(set.Next, configuration.Callers, configuration.Branch);
                    break;
            }
        }
        state.Settle();
        Volatile.Write(ref _next[(int)kind], state);
        return state;
    }

    /// <summary>The branches still possible, in their order.</summary>
    public int[] Branches { get; private set; } = [];

    private void Settle()
    {
        Branches = [.. _configurations.Select(static configuration => configuration.Branch).Distinct().Order()];
        Branch = Branches is [var only] ? only : -1;
    }

    /// <summary>Adds all places that can be reached from one without reading a token.</summary>
    private void Close(GrammarNode node, Caller? callers, int branch)
    {
        var pending = new Stack<(GrammarNode Node, Caller? Callers)>();
        var seen = new HashSet<(GrammarNode, Caller?)>();
        pending.Push((node, callers));
        while (pending.TryPop(out (GrammarNode Node, Caller? Callers) place))
        {
            if (!seen.Add(place))
                continue;
            switch (place.Node)
            {
                case DecisionNode decision:
                    foreach (GrammarNode start in decision.Branches)
                        pending.Push((start, place.Callers));
                    break;
                case RuleNode call:
                    if (Depth(place.Callers, call.Next) < MaxRecursion)
                        pending.Push((call.Rule.Start, new Caller(call.Next, place.Callers)));
                    break;
                case EndNode end when place.Callers is null:
                    // At the end of the outermost rule a token is still to be read from the end itself: nothing follows.
                    foreach (GrammarNode follower in end.Rule.Followers)
                        pending.Push((follower, null));
                    if (end.Rule.Followers.Count == 0)
                        _configurations.Add(new Configuration(end, null, branch));
                    break;
                case EndNode:
                    pending.Push((place.Callers!.Return, place.Callers.Outer));
                    break;
                default:
                    _configurations.Add(new Configuration(place.Node, place.Callers, branch));
                    break;
            }
        }
    }

    private static int Depth(Caller? callers, GrammarNode returnTo)
    {
        int depth = 0;
        for (; callers is not null; callers = callers.Outer)
        {
            if (ReferenceEquals(callers.Return, returnTo))
                depth++;
        }
        return depth;
    }

    /// <summary>Where the rules that are being read return to.</summary>
    private sealed record Caller(GrammarNode Return, Caller? Outer);

    private readonly record struct Configuration(GrammarNode Node, Caller? Callers, int Branch);
}
