using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Query;
using Cqlite.Fuzz.Serving;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Faults;

/// <summary>A database as a cluster of one node, at whose requests tests have faults happen.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    /// <summary>Partitions of <c>k.t</c>, each of four rows.</summary>
    public const int Partitions = 200;

    /// <summary>Rows of <c>k.t</c>.</summary>
    public const int Rows = Partitions * 4;

    /// <summary>The server's "now".</summary>
    public const long Now = 1_700_000_000;

    private readonly TemporaryFolder _folder;
    private NativeServer _server;

    private FaultyCluster(TemporaryFolder folder, QueryEngine engine, FaultyHandler handler, NativeServer server, CassandraConnection connection)
    {
        _folder = folder;
        Engine = engine;
        Handler = handler;
        _server = server;
        Connection = connection;
        Files = new StoredSource(engine, OperandKind.Database);
    }

    public QueryEngine Engine { get; }

    public FaultyHandler Handler { get; }

    public CassandraConnection Connection { get; }

    /// <summary>What is there, without a server between.</summary>
    public StoredSource Files { get; }

    /// <summary>Ranges that hold but a few rows each, read one after the other in pages of ten.</summary>
    public static RangeRunOptions Ranges { get; } = RangeRunOptions.Default with { Throttle = 1, RangeCount = 16 };

    /// <summary>An empty one.</summary>
    public static async Task<FaultyCluster> CreateAsync()
    {
        TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { NowSeconds = Now, Durability = Durability.Periodic, AnswersSystemTables = true, CacheSizeBytes = 16 << 20, CompactionThreads = 0 });
        FaultyHandler handler = new(engine);
        NativeServer server = NativeServer.Start(new IPEndPoint(OwnAddress.Next(), 0), handler);
        engine.Database.Node = new NodeDescription { Address = server.EndPoint.Address, Port = server.EndPoint.Port };
        CassandraOptions options = new()
        {
            ContactPoints = [server.EndPoint.ToString()],
            ConnectTimeout = TimeSpan.FromSeconds(60),
            Consistency = ConsistencyLevel.One,
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
        };
        return new FaultyCluster(folder, engine, handler, server, await CassandraConnection.ConnectAsync(options));
    }

    /// <summary>One with a table <c>k.t</c> that has rows, static values, collections and TTLs.</summary>
    public static async Task<FaultyCluster> WithRowsAsync()
    {
        FaultyCluster cluster = await CreateAsync();
        cluster.Run(
            "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
            "CREATE TABLE k.t (p int, c int, s text static, v text, n int, m map<text, int>, PRIMARY KEY (p, c))");
        for (int p = 0; p < Partitions; p++)
        {
            cluster.Run($"INSERT INTO k.t (p, s) VALUES ({p}, 'static {p}') USING TIMESTAMP {1000 + p}");
            for (int c = 0; c < Rows / Partitions; c++)
                cluster.Run($"INSERT INTO k.t (p, c, v, n, m) VALUES ({p}, {c}, 'value {p} {c}', {p * c}, {{'a': {p}, 'b': {c}}}) USING TIMESTAMP {2000 + p + c}{(c == 3 ? " AND TTL 430000000" : "")}");
        }

        return cluster;
    }

    public void Run(params IEnumerable<string> script)
    {
        foreach (string cql in script)
            Engine.Execute(cql).Dispose();
    }

    /// <summary>The cluster to be read, which asks again at once where it has to.</summary>
    public ClusterSource Source(int retries = 6, int pageSize = 10) => new(Connection, new ClusterReading
    {
        ReadAtMicros = Now * 1_000_000,
        PageSize = pageSize,
        PageRetries = retries,
        LongestWait = TimeSpan.FromMilliseconds(1),
    });

    /// <summary>Requires that an export has every cell of a table, and that its manifest tells the truth.</summary>
    public async Task RequireWholeAsync(string export, string table = "t")
    {
        ExportManifest manifest = Exports.ExportTests.RequireTruth(export);
        Assert.True(manifest.Table("k", table)!.IsComplete, manifest.Table("k", table)!.Message);
        using StoredSource stored = StoredSource.Open(export, new DatabaseOptions { NowSeconds = Now });
        Assert.Equal(await Files.LiveAsync("k", table, Now), await stored.LiveAsync("k", table, Now));
    }

    /// <summary>Ends the server as it stands, connections included, and starts another one at its address.</summary>
    public async Task RestartAsync()
    {
        IPEndPoint endPoint = _server.EndPoint;
        await _server.DisposeAsync();
        _server = NativeServer.Start(endPoint, Handler);
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await _server.DisposeAsync();
        Engine.Dispose();
        _folder.Dispose();
    }
}
