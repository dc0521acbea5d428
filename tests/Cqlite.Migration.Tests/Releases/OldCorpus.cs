using Cqlite.Core.Types;
using Cqlite.Migration.Operands;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Releases;

/// <summary>What nodes of releases before 5.0 wrote, behind nodes that answer as they did.</summary>
internal static class OldCorpus
{
    private const string SystemSchema = "system_schema";
    private static readonly (string At, string[] Keyspaces)[] s_nodes =
    [
        ("3.0.24-md", ["types", "counters"]),
        ("3.0.31-me", ["types", "multi"]),
        ("3.11.19-me", ["types", "keys", "deletes", "counters", "multi", "random", "indexes"]),
        ("4.0-rc1-na", ["types", "multi"]),
        ("4.1.10-nb", ["types", "keys", "indexes"]),
    ];

    /// <summary>Nodes and their keyspaces.</summary>
    public static TheoryData<string, string> Keyspaces
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach ((string at, string[] keyspaces) in s_nodes)
            {
                foreach (string keyspace in keyspaces)
                    cases.Add(at, keyspace);
            }

            return cases;
        }
    }

    /// <summary>The release of a node's name.</summary>
    public static string ReleaseOf(string at) => at[..at.LastIndexOf('-')];

    public static Task<OldNode> StartAsync(string at, string keyspace)
    {
        CorpusNode node = Corpus.Node(at);

        // Where the node's own definitions are there, they are what it answers.
        bool hasOwn = Directory.Exists(Path.Combine(node.DataDirectory, SystemSchema));
        return OldNode.StartAsync(node.DataDirectory, ReleaseOf(at), hasOwn ? null : Path.Combine(node.Folder, "truth", keyspace, "schema.cql"));
    }

    /// <summary>What can be seen of a table, as far as its source tells it. The empty value of a compact table without values is not shown, and so has no time.</summary>
    public static Task<string[]> LiveAsync(IMigrationSource source, string keyspace, string table, long nowSeconds, SourceFidelity told) => source.LiveAsync(
        keyspace,
        table,
        nowSeconds,
        column => column.IsComplex ? told.HasElementTimes : column.Type.Unreversed is not EmptyType && (!column.IsFrozenCollection || told.HasFrozenCollectionTimes));
}
