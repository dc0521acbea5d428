using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Xunit;

namespace Cqlite.Migration.Tests.Clusters;

/// <summary>What is noted of work on a cluster is of the table that it was done in, and of what is still there.</summary>
public sealed class ClusterTargetTests
{
    private const string Table = "CREATE TABLE k.t (p int PRIMARY KEY, v text)";

    [Fact]
    public async Task Work_is_remembered_as_long_as_the_table_has_rows()
    {
        using TemporaryFolder folder = new();
        await using ServedFolder served = await ServedFolder.CreateAsync(folder["node"]);
        Run(served, "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Run(served, Table);
        Run(served, "INSERT INTO k.t (p, v) VALUES (1, 'a')");
        ClusterTarget target = new(served.Connection, new ClusterWriting { StatePath = folder["state"] });
        await using (ITableTarget first = await OpenAsync(target))
            first.NoteWork("copy x done 1 2");
        await using (ITableTarget again = await OpenAsync(target))
            Assert.Equal(["copy x done 1 2"], again.DoneWork);

        Run(served, "TRUNCATE k.t");
        await using (ITableTarget truncated = await OpenAsync(target))
            Assert.Empty(truncated.DoneWork);

        Run(served, "INSERT INTO k.t (p, v) VALUES (1, 'a')");
        await using (ITableTarget first = await OpenAsync(target))
            first.NoteWork("copy x done 1 2");
        Run(served, "DROP TABLE k.t");
        Run(served, Table);
        Run(served, "INSERT INTO k.t (p, v) VALUES (1, 'a')");
        await using (ITableTarget another = await OpenAsync(target))
            Assert.Empty(another.DoneWork);
    }

    [Fact]
    public async Task Notes_are_in_one_place_however_the_cluster_was_named()
    {
        using TemporaryFolder folder = new();
        await using ServedFolder served = await ServedFolder.CreateAsync(folder["node"]);
        string place = ClusterWriting.DefaultStatePath(served.Connection);
        foreach (string[] points in (string[][])[["127.0.0.1"], [$"127.0.0.1:{served.Server.EndPoint.Port}", "127.0.0.1"]])
        {
            CassandraOptions options = new() { ContactPoints = points, Port = served.Server.EndPoint.Port, ConnectTimeout = TimeSpan.FromSeconds(60) };
            using CassandraConnection other = await CassandraConnection.ConnectAsync(options, TestContext.Current.CancellationToken);
            Assert.Equal(place, ClusterWriting.DefaultStatePath(other));
        }
    }

    [Fact]
    public async Task Consistency_is_that_of_the_writing_or_the_connection()
    {
        using TemporaryFolder folder = new();
        await using ServedFolder served = await ServedFolder.CreateAsync(folder["node"]);
        Assert.Equal("ONE", new ClusterTarget(served.Connection).Description.Consistency);
        Assert.Equal("QUORUM", new ClusterTarget(served.Connection, new ClusterWriting { Consistency = ConsistencyLevel.Quorum }).Description.Consistency);
    }

    private static void Run(ServedFolder served, string cql) => served.Engine.Execute(cql).Dispose();

    private static async Task<ITableTarget> OpenAsync(ClusterTarget target)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DatabaseSchema schema = await target.ReadSchemaAsync(cancellation);
        return await target.OpenAsync(schema.Table("k", "t")!, cancellation);
    }
}
