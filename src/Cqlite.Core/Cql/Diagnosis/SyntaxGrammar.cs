using System.Diagnostics;

namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>The grammar as a network of nodes, the way ANTLR sees it when it computes how its parser decides.</summary>
/// <remarks>
/// A rule is a chain of nodes that ends in its end node. A decision has one branch for each alternative; that of an optional or
/// repeated block has a last branch that leaves it. The network is read from <see cref="Text"/> once, when the first error occurs.
/// </remarks>
internal sealed partial class SyntaxGrammar
{
    private static readonly Lazy<SyntaxGrammar> Shared = new(() => new SyntaxGrammar());

    private readonly Dictionary<string, GrammarRule> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TokenKind> _tokens = new(StringComparer.Ordinal);
    private string[] _words = [];
    private int _at;

    private SyntaxGrammar()
    {
        foreach (TokenKind kind in Enum.GetValues<TokenKind>())
            _tokens[kind == TokenKind.Star ? "'*'" : kind.DisplayName()] = kind;
        ReadRules();
    }

    /// <summary>The grammar.</summary>
    public static SyntaxGrammar Instance => Shared.Value;

    /// <summary>A rule by the name it has in Cassandra's grammar.</summary>
    public GrammarRule this[string name] => _rules[name];

    private void ReadRules()
    {
        foreach (string line in Text.Split('\n'))
        {
            if (line.Length > 0 && line[0] != ' ')
            {
                string name = line[..line.IndexOf(' ', StringComparison.Ordinal)];
                _rules[name] = new GrammarRule(name);
            }
        }
        _words = [.. SplitWords()];
        while (_at < _words.Length)
        {
            GrammarRule rule = _rules[_words[_at++]];
            bool isTable = _words[_at++] == "#:";
            List<Sequence> alternatives = ReadAlternatives();
            rule.Start = Build(new Block(alternatives, "", isTable), rule.End, rule);
        }
    }

    /// <summary>Splits the text into words: names, tokens in quotes, brackets and marks; a rule's name and colon begin a rule.</summary>
    private static IEnumerable<string> SplitWords()
    {
        string text = Text;
        int i = 0;
        while (i < text.Length)
        {
            char c = text[i];
            int start = i;
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }
            if (c == '\'')
                i = text.IndexOf('\'', i + 1) + 1;
            else if (char.IsAsciiLetter(c))
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
                    i++;
            else if (c == '#' && text[i + 1] == ':')
                i += 2;
            else
                i++;
            yield return text[start..i];
        }
    }

    private bool AtRule => _at + 1 < _words.Length && _words[_at + 1] is ":" or "#:";

    private List<Sequence> ReadAlternatives()
    {
        var alternatives = new List<Sequence> { new() };
        while (_at < _words.Length && _words[_at] is not (")" or "}") && !AtRule)
        {
            Sequence current = alternatives[^1];
            string word = _words[_at++];
            switch (word)
            {
                case "|":
                    alternatives.Add(new Sequence());
                    break;
                case "{":
                    List<Sequence> guard = ReadAlternatives();
                    _at++;
                    current.Predicate = guard[0].Elements is [RuleElement { Rule: var guarded }] ? guarded : Anonymous(guard[0]);
                    break;
                case "#" or "(":
                    if (word == "#")
                        _at++;
                    List<Sequence> inner = ReadAlternatives();
                    _at++;
                    current.Elements.Add(new Block(inner, ReadSuffix(), word == "#"));
                    break;
                case "[":
                    var set = default(TokenSet);
                    while (_words[_at] != "]")
                        set.Add(_tokens[_words[_at++]]);
                    _at++;
                    current.Elements.Add(Optional(new SetElement(set)));
                    break;
                default:
                    current.Elements.Add(Optional(
                        _rules.TryGetValue(word, out GrammarRule? rule) ? new RuleElement(rule) : new TokenElement(_tokens[word])));
                    break;
            }
        }
        return alternatives;
    }

    private static GrammarRule Anonymous(Sequence sequence)
    {
        var rule = new GrammarRule("");
        rule.Start = Build(sequence, rule.End, rule);
        return rule;
    }

    private string ReadSuffix() => _at < _words.Length && _words[_at] is "?" or "*" ? _words[_at++] : "";

    private Element Optional(Element element)
    {
        string suffix = ReadSuffix();
        if (suffix.Length == 0)
            return element;
        var sequence = new Sequence();
        sequence.Elements.Add(element);
        return new Block([sequence], suffix, IsTable: false);
    }

    private static GrammarNode Build(Sequence sequence, GrammarNode next, GrammarRule owner)
    {
        for (int i = sequence.Elements.Count - 1; i >= 0; i--)
            next = Build(sequence.Elements[i], next, owner);
        return next;
    }

    private static GrammarNode Build(Element element, GrammarNode next, GrammarRule owner)
    {
        switch (element)
        {
            case TokenElement token:
                return new TokenNode(token.Kind, next);
            case SetElement set:
                return new SetNode(set.Set, next);
            case RuleElement { Rule: var rule }:
                rule.Followers.Add(next);
                return new RuleNode(owner, rule, next);
            case Block { Suffix: "", Alternatives: [var only] }:
                return Build(only, next, owner);
            case Block block:
                bool hasExit = block.Suffix.Length > 0;
                var decision = new DecisionNode(block.Alternatives.Count + (hasExit ? 1 : 0), hasExit, block.IsTable);
                GrammarNode end = block.Suffix == "*" ? decision : next;
                for (int i = 0; i < block.Alternatives.Count; i++)
                {
                    decision.Branches[i] = Build(block.Alternatives[i], end, owner);
                    decision.Predicates[i] = block.Alternatives[i].Predicate;
                }
                if (hasExit)
                    decision.Branches[^1] = next;
                return decision;
            default:
                throw new UnreachableException();
        }
    }

    private abstract record Element;

    private sealed record TokenElement(TokenKind Kind) : Element;

    private sealed record SetElement(TokenSet Set) : Element;

    private sealed record RuleElement(GrammarRule Rule) : Element;

    private sealed record Block(List<Sequence> Alternatives, string Suffix, bool IsTable) : Element;

    private sealed class Sequence
    {
        public List<Element> Elements { get; } = [];

        public GrammarRule? Predicate { get; set; }
    }
}
