using System.Collections.Concurrent;

namespace Cqlite.Testing;

/// <summary>Tables that Apache Cassandra wrote, with what it answered about them: see tests/Fixtures/README.md.</summary>
public static class Corpus
{
    private static readonly ConcurrentDictionary<string, CorpusNode> Nodes = new(StringComparer.Ordinal);

    private static readonly Lazy<Dictionary<string, CorpusTable>> ByKey =
        new(() => FixtureArchive.Index.Tables.ToDictionary(table => table.ToString(), StringComparer.Ordinal));

    /// <summary>Every table of every node, in the order of the index; nothing is unpacked for it.</summary>
    public static IReadOnlyList<CorpusTable> Tables => FixtureArchive.Index.Tables;

    /// <summary>The folders of nodes: <c>5.0.9-nb</c>, <c>killed/4.1.10-nb</c>, ...</summary>
    public static IReadOnlyList<string> NodeNames { get; } =
        [.. FixtureArchive.Index.Tables.Select(table => table.At).Distinct(StringComparer.Ordinal)];

    /// <summary>The table with these names.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static CorpusTable Table(string at, string keyspace, string name) => Table($"{at} {keyspace}.{name}");

    /// <summary>The node of that folder, which is unpacked when it is first asked for.</summary>
    public static CorpusNode Node(string at) => Nodes.GetOrAdd(at, CorpusNode.Open);

    internal static CorpusTable Table(string key) =>
        ByKey.Value.TryGetValue(key, out var table) ? table : throw new KeyNotFoundException($"The corpus has no table \"{key}\".");

    internal static bool TryTable(string? key, out CorpusTable? table) => ByKey.Value.TryGetValue(key ?? "", out table);
}
