using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>Everything that Cassandra 5.0.9 wrote for the corpus, behind three processes that share the ring: the cluster that tests read from, and do not change.</summary>
public sealed class CorpusRing : IAsyncLifetime
{
    private const string At = "5.0.9-nb";
    private ProcessRing? _ring;

    /// <summary>The keyspaces that there are.</summary>
    public static TheoryData<string> Keyspaces => CorpusServer.Keyspaces;

    /// <summary>The moment at which the truth of a keyspace was recorded.</summary>
    public static long NowSecondsOf(string keyspace) => Corpus.Node(At).Tables.Where(t => t.Keyspace == keyspace).Max(t => t.ReadAtMillis ?? 0) / 1000;

    /// <summary>The files of a keyspace as the node wrote them.</summary>
    internal static StoredSource OpenFiles(string keyspace)
    {
        CorpusNode node = Corpus.Node(At);
        return StoredSource.Open(node.DataDirectory, new DatabaseOptions { NowSeconds = NowSecondsOf(keyspace), SchemaPath = Path.Combine(node.Folder, "truth", keyspace, "schema.cql") });
    }

    /// <summary>The ring as a source, looked at when the truth of a keyspace was recorded.</summary>
    internal ClusterSource Open(string keyspace) => new(_ring!.Connection, new ClusterReading { ReadAtMicros = NowSecondsOf(keyspace) * 1_000_000 });

    public async ValueTask InitializeAsync() => _ring = await ProcessRing.StartAsync(FillAsync);

    public async ValueTask DisposeAsync()
    {
        if (_ring is not null)
            await _ring.DisposeAsync();
    }

    private static async Task FillAsync(QueryEngine engine, int node)
    {
        foreach (TheoryDataRow<string> keyspace in Keyspaces)
        {
            using StoredSource files = OpenFiles(keyspace.Data);
            await RingFolders.FillAsync(engine, node, files, keyspace.Data);
        }
    }
}
