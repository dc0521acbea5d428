using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Fuzz.Chains;
using Cqlite.Fuzz.Migrating;
using Cqlite.Migration.Operands;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>The databases of a ring's nodes.</summary>
internal sealed class RingFolders : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RingFolders()
    {
        for (int i = 0; i < RingLayout.NodeCount; i++)
            Database.Create(this[i]);
    }

    /// <summary>A node's database.</summary>
    public string this[int node] => _folder[$"node{node}"];

    /// <summary>Opens a node's database.</summary>
    public QueryEngine Open(int node, long? nowSeconds) =>
        QueryEngine.Open(this[node], new DatabaseOptions { NowSeconds = nowSeconds, AnswersSystemTables = true, CompactionThreads = 0, CacheSizeBytes = 16 << 20 });

    /// <summary>Gives a node what of a source lies in its ranges, deletions included.</summary>
    public static Task FillAsync(QueryEngine engine, int node, IMigrationSource source, params string[] names) => ChainRing.FillAsync(engine, source, RingLayout.RangesOf(node), names);

    /// <summary>Gives a node the tables of a source, with what belongs to them and without rows.</summary>
    public static Task DefineAsync(QueryEngine engine, IMigrationSource source, params string[] names) => ChainRing.FillAsync(engine, source, [], names);

    /// <summary>What all nodes have of a table, each read by itself, in the order of the ring. Fails where a node has what is another's.</summary>
    public static async Task<string[]> LiveAsync(IEnumerable<QueryEngine> engines, string keyspace, string table, long nowSeconds)
    {
        List<(TokenRange Range, string[] Lines)> parts = [];
        foreach ((int node, QueryEngine engine) in engines.Index())
        {
            using StoredSource source = new(engine, OperandKind.Database);
            TableMetadata metadata = engine.Database.Schema.Table(keyspace, table)!;
            ITableSource opened = await source.OpenAsync(metadata, CancellationToken.None);
            using (UnfilteredCursor all = opened.Read(TokenRange.Whole, CancellationToken.None))
            {
                while (all.MoveToNextPartition())
                    Assert.Equal(node, RingLayout.OwnerOf(all.Token));
            }

            foreach (TokenRange range in RingLayout.RangesOf(node))
            {
                using UnfilteredCursor cursor = opened.Read(range, CancellationToken.None);
                parts.Add((range, [.. LiveContent.Of(cursor, nowSeconds)]));
            }
        }

        return [.. parts.OrderBy(p => p.Range).SelectMany(p => p.Lines)];
    }

    public void Dispose() => _folder.Dispose();
}
