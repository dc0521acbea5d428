namespace Cqlite.Core.Cql;

/// <summary>Checks the name of a JMX bean, as <c>javax.management.ObjectName</c> does: <c>domain:key=value,key=value</c>.</summary>
internal static class JmxObjectName
{
    /// <summary>Whether the text is such a name, and whether it is a pattern (has wildcards).</summary>
    public static bool TryParse(string text, out bool isPattern)
    {
        isPattern = false;
        if (text.Length == 0)
        {
            // The empty name stands for *:*.
            isPattern = true;
            return true;
        }
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || text.Contains('\n', StringComparison.Ordinal))
            return false;
        isPattern = text.AsSpan(0, colon).IndexOfAny('*', '?') >= 0;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        int at = colon + 1;
        bool hasProperty = false;
        bool hasListWildcard = false;
        while (true)
        {
            if (at < text.Length && text[at] == '*' && (at + 1 == text.Length || text[at + 1] == ','))
            {
                if (hasListWildcard)
                    return false;
                hasListWildcard = isPattern = true;
                at++;
            }
            else if (TryProperty(text, ref at, out string key, ref isPattern) && keys.Add(key))
            {
                hasProperty = true;
            }
            else
            {
                return false;
            }
            if (at == text.Length)
                return hasProperty || hasListWildcard;
            at++;
        }
    }

    private static bool TryProperty(string text, ref int at, out string key, ref bool isPattern)
    {
        key = "";
        int equal = text.IndexOf('=', at);
        if (equal <= at || text.AsSpan(at, equal - at).IndexOfAny(":,*?\n") >= 0)
            return false;
        key = text[at..equal];
        at = equal + 1;
        if (at < text.Length && text[at] == '"')
            return TryQuoted(text, ref at, ref isPattern);
        int end = text.IndexOf(',', at);
        if (end < 0)
            end = text.Length;
        ReadOnlySpan<char> value = text.AsSpan(at, end - at);
        if (value.IndexOfAny(":=\"\n") >= 0)
            return false;
        isPattern |= value.IndexOfAny('*', '?') >= 0;
        at = end;
        return true;
    }

    private static bool TryQuoted(string text, ref int at, ref bool isPattern)
    {
        for (int i = at + 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    if (i == text.Length || !"\\\"?*n".Contains(text[i], StringComparison.Ordinal))
                        return false;
                    break;
                case '*' or '?':
                    isPattern = true;
                    break;
                case '"':
                    at = i + 1;
                    return at == text.Length || text[at] == ',';
            }
        }
        return false;
    }
}
