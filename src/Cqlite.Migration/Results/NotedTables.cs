namespace Cqlite.Migration.Results;

/// <summary>Of which tables a sentence is that would else stand once for each: <c>(all tables)</c>, <c>(shop.orders, shop.items)</c>.</summary>
internal static class NotedTables
{
    private const int Named = 3;

    /// <summary>What follows the sentence; nothing where it is of no table.</summary>
    /// <param name="tables">The tables that it is of.</param>
    /// <param name="count">How many there are in all.</param>
    public static string Of(IReadOnlyCollection<string> tables, int count) =>
        tables.Count == 0 ? ""
        : tables.Count == count && count > 1 ? " (all tables)"
        : tables.Count <= Named ? $" ({string.Join(", ", tables)})"
        : $" ({string.Join(", ", tables.Take(Named))} and {tables.Count - Named} more)";

    /// <summary>Sentences of tables, each once, in the order in which they come first.</summary>
    public static IEnumerable<(string Sentence, string[] Tables)> Group(IEnumerable<(string Sentence, string Table)> sentences) =>
        sentences.GroupBy(s => s.Sentence, s => s.Table).Select(g => (g.Key, g.ToArray()));
}
