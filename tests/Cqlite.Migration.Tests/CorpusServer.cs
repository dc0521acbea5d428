using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests;

/// <summary>A keyspace that Cassandra 5.0.9 wrote, served as a cluster of one node, and its files beside it.</summary>
internal sealed class CorpusServer : IAsyncDisposable
{
    private const string At = "5.0.9-nb";
    private readonly ServedFolder _served;

    private CorpusServer(ServedFolder served, long nowSeconds)
    {
        _served = served;
        NowSeconds = nowSeconds;
        Cluster = new ClusterSource(served.Connection, new ClusterReading { ReadAtMicros = nowSeconds * 1_000_000 });
        Files = new StoredSource(served.Engine, OperandKind.CassandraDirectory);
    }

    /// <summary>The keyspaces that there are.</summary>
    public static TheoryData<string> Keyspaces => [.. Corpus.Node(At).Keyspaces.Where(k => Corpus.Tables.Any(t => t.At == At && t.Keyspace == k))];

    /// <summary>The moment at which the truth was recorded, which is the server's "now".</summary>
    public long NowSeconds { get; }

    public ClusterSource Cluster { get; }

    public StoredSource Files { get; }

    public static async Task<CorpusServer> StartAsync(string keyspace)
    {
        CorpusNode node = Corpus.Node(At);
        long nowSeconds = node.Tables.Where(t => t.Keyspace == keyspace).Max(t => t.ReadAtMillis ?? 0) / 1000;
        return new CorpusServer(
            await ServedFolder.StartAsync(node.DataDirectory, nowSeconds, schemaPath: Path.Combine(node.Folder, "truth", keyspace, "schema.cql")),
            nowSeconds);
    }

    public ValueTask DisposeAsync() => _served.DisposeAsync();
}
