using System.Buffers;
using System.Collections.Frozen;

namespace Cqlite.Core.Types;

/// <summary>Names as CQL spells them: in quotes unless they are lower-case identifiers that are not reserved.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/ColumnIdentifier.java (maybeQuote), src/resources/.../reserved_keywords.txt.</remarks>
internal static class CqlIdentifier
{
    private static readonly FrozenSet<string> Reserved = (
        "add allow alter and apply asc authorize batch begin by columnfamily create delete desc describe drop entries execute from full grant if in index "
        + "infinity insert into is keyspace limit materialized modify nan norecursive not null of on or order primary rename revoke schema select set table "
        + "to token truncate unlogged update use using view where with").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>The name as it must be written in a statement.</summary>
    public static string Quote(string name)
    {
        bool plain = name.Length > 0 && name[0] is >= 'a' and <= 'z' && name.AsSpan().IndexOfAnyExcept(Plain) < 0;
        return plain && !Reserved.Contains(name) ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The name that a key of a JSON object means: what stands in quotes within the string, else in lower case.</summary>
    /// <remarks>Source: org/apache/cassandra/utils/JsonUtils.java (handleCaseSensitivity).</remarks>
    public static string FromJsonKey(string key) =>
        key.Length >= 2 && key[0] == '"' && key[^1] == '"' ? key[1..^1] : key.ToLowerInvariant();
}
