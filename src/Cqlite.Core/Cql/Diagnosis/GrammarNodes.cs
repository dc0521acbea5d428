namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>A place in the grammar.</summary>
internal abstract class GrammarNode;

/// <summary>One token.</summary>
internal sealed class TokenNode(TokenKind kind, GrammarNode next) : GrammarNode
{
    public TokenKind Kind { get; } = kind;

    public GrammarNode Next { get; } = next;
}

/// <summary>One token of a set.</summary>
internal sealed class SetNode(TokenSet set, GrammarNode next) : GrammarNode
{
    public TokenSet Set { get; } = set;

    public GrammarNode Next { get; } = next;
}

/// <summary>Another rule, and what comes after it.</summary>
internal sealed class RuleNode(GrammarRule owner, GrammarRule rule, GrammarNode next) : GrammarNode
{
    /// <summary>The rule that mentions the other.</summary>
    public GrammarRule Owner { get; } = owner;

    public GrammarRule Rule { get; } = rule;

    public GrammarNode Next { get; } = next;
}

/// <summary>The end of a rule.</summary>
internal sealed class EndNode(GrammarRule rule) : GrammarNode
{
    public GrammarRule Rule { get; } = rule;
}

/// <summary>A choice.</summary>
/// <param name="count">How many branches there are, that which leaves the block included.</param>
/// <param name="hasExit">Whether the last branch leaves an optional or repeated block.</param>
/// <param name="isTable">Whether ANTLR decides by a table.</param>
internal sealed class DecisionNode(int count, bool hasExit, bool isTable) : GrammarNode
{
    public GrammarNode[] Branches { get; } = new GrammarNode[count];

    public GrammarRule?[] Predicates { get; } = new GrammarRule?[count];

    public bool HasExit { get; } = hasExit;

    public bool IsTable { get; } = isTable;

    /// <summary>The lookahead before the first token, computed when first needed.</summary>
    public LookaheadState? Lookahead { get; set; }
}

/// <summary>A rule.</summary>
internal sealed class GrammarRule
{
    public GrammarRule(string name)
    {
        Name = name;
        End = new EndNode(this);
        Start = End;
    }

    public string Name { get; }

    public GrammarNode Start { get; set; }

    public EndNode End { get; }

    /// <summary>What comes after each mention of the rule: what may follow it, wherever it stands.</summary>
    public List<GrammarNode> Followers { get; } = [];
}

/// <summary>A set of token kinds.</summary>
internal struct TokenSet
{
    private UInt128 _low;
    private UInt128 _high;

    public void Add(TokenKind kind)
    {
        if ((int)kind < 128)
            _low |= UInt128.One << (int)kind;
        else
            _high |= UInt128.One << ((int)kind - 128);
    }

    public readonly bool Contains(TokenKind kind) =>
        ((int)kind < 128 ? _low >> (int)kind : _high >> ((int)kind - 128)) % 2 == 1;
}
