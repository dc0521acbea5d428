using System.Text.RegularExpressions;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Schemas;

/// <summary>
/// Keyspaces and tables as users name them: as they are called, in double quotes as in CQL, or in capitals that CQL would not keep without quotes. The name as it is
/// goes first, for shells take quotes away.
/// </summary>
/// <remarks><code>name := part [ '.' part ]    part := '"' ( [^"] | '""' )* '"' | [^".]+</code></remarks>
internal static partial class TableNames
{
    /// <summary>Names as schemas have them; those that nothing is called by stay as they were given.</summary>
    /// <param name="names">What users have named.</param>
    /// <param name="schemas">What may be meant.</param>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> names, params IEnumerable<DatabaseSchema> schemas) =>
        names.Count == 0 ? names : Resolve(names, schemas.SelectMany(s => s.Keyspaces.Values).SelectMany(k => (IEnumerable<(string, string)>)[(k.Name, ""), .. k.Tables.Keys.Select(t => (k.Name, t))]));

    /// <summary>Names as a schema, or a list of others, has them; the schema goes first.</summary>
    /// <param name="names">What users have named.</param>
    /// <param name="schema">What may be meant.</param>
    /// <param name="others">What may be meant too, and is not in the schema.</param>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> names, DatabaseSchema schema, IEnumerable<(string Keyspace, string Table)> others) =>
        Resolve(Resolve(names, schema), others);

    /// <summary>Names as a list has them.</summary>
    /// <param name="names">What users have named.</param>
    /// <param name="known">What may be meant.</param>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> names, IEnumerable<(string Keyspace, string Table)> known)
    {
        ILookup<string, string> tables = known.ToLookup(k => k.Keyspace, k => k.Table, StringComparer.Ordinal);
        return [.. names.Select(name => Find(name, tables) ?? name).Distinct(StringComparer.Ordinal)];
    }

    private static string? Find(string name, ILookup<string, string> known)
    {
        if (known.Contains(name) || Pattern.Match(name.Trim()) is not { Success: true } parts)
            return null;
        if (Find(parts.Groups["keyspace"].Value, known.Contains) is not { } keyspace)
            return null;
        if (!parts.Groups["table"].Success)
            return keyspace;
        return Find(parts.Groups["table"].Value, table => known[keyspace].Contains(table, StringComparer.Ordinal)) is { } found ? $"{keyspace}.{found}" : null;
    }

    private static string? Find(string part, Func<string, bool> isKnown)
    {
        if (part[0] == '"')
            return part[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) is var quoted && isKnown(quoted) ? quoted : null;
        return isKnown(part) ? part : part.ToLowerInvariant() is var folded && isKnown(folded) ? folded : null;
    }

    [GeneratedRegex("""^(?<keyspace>"(?:[^"]|"")+"|[^".]+)(?:\.(?<table>"(?:[^"]|"")+"|[^".]+))?$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Pattern { get; }
}
