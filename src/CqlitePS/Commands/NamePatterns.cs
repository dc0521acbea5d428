using System.Management.Automation;

namespace CqlitePS.Commands;

/// <summary>Names of things with wildcards, as parameters take them. No pattern fits everything.</summary>
internal sealed class NamePatterns(string[]? patterns)
{
    private readonly (string Text, WildcardPattern Pattern)[] _patterns =
        [.. (patterns ?? []).Select(p => (p, WildcardPattern.Get(p, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)))];

    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    /// <summary>Whether a name fits, and if it has a second name (such as <c>keyspace.table</c>) whether that one does.</summary>
    public bool Match(string name, string? otherName = null)
    {
        if (_patterns.Length == 0)
            return true;
        bool any = false;
        foreach ((string text, WildcardPattern pattern) in _patterns)
        {
            if (!pattern.IsMatch(name) && (otherName is null || !pattern.IsMatch(otherName)))
                continue;
            any = true;
            _met.Add(text);
        }

        return any;
    }

    /// <summary>The names without wildcards that fitted nothing: the user meant something that is not there.</summary>
    public IEnumerable<string> Missing => _patterns.Select(p => p.Text).Where(t => !_met.Contains(t) && !WildcardPattern.ContainsWildcardCharacters(t));
}
