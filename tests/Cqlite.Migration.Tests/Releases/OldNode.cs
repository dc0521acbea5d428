using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Testing;

namespace Cqlite.Migration.Tests.Releases;

/// <summary>A database or a node's folder as a cluster of one node of an older release, and a client of it.</summary>
internal sealed class OldNode : IAsyncDisposable
{
    private readonly NativeServer _server;
    private readonly VersionGate _gate;

    private OldNode(QueryEngine engine, OldNodeHandler handler, NativeServer server, VersionGate gate, CassandraConnection connection, long nowSeconds)
    {
        NowSeconds = nowSeconds;
        Engine = engine;
        Handler = handler;
        _server = server;
        _gate = gate;
        Connection = connection;
    }

    /// <summary>What it answers from.</summary>
    public QueryEngine Engine { get; }

    public OldNodeHandler Handler { get; }

    public CassandraConnection Connection { get; }

    /// <summary>What its clock says, in seconds since 1970.</summary>
    public long NowSeconds { get; }

    /// <summary>It as a source, read by a clock that is ahead of its own.</summary>
    public ClusterSource Source(int secondsAhead = 0) => new(Connection, new ClusterReading { Clock = new StandingClock(NowSeconds + secondsAhead) });

    /// <summary>It as a target, written by its own clock.</summary>
    public ClusterTarget Target() => new(Connection, new ClusterWriting { Clock = new StandingClock(NowSeconds) });

    /// <summary>An empty database.</summary>
    public static Task<OldNode> CreateAsync(string path, string release)
    {
        Database.Create(path);
        return StartAsync(path, release);
    }

    /// <summary>What lies at a path.</summary>
    public static async Task<OldNode> StartAsync(string path, string release, string? schemaPath = null)
    {
        var old = OldRelease.Of(release);

        // Its clock stands still, as that of its clients does: by it alone nodes before 4.0 tell what is left of TTLs.
        long nowSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        QueryEngine engine = QueryEngine.Open(path, new DatabaseOptions { NowSeconds = nowSeconds, SchemaPath = schemaPath, AnswersSystemTables = true, CacheSizeBytes = 16 << 20, CompactionThreads = 0 });
        OldNodeHandler handler = new(engine, old);
        NativeServer server = NativeServer.Start(new IPEndPoint(IPAddress.Loopback, 0), handler, options: new ServerOptions { CqlVersion = old.CqlVersion });
        VersionGate gate = new(server.EndPoint, old.NewestProtocol, old.Refusal());
        engine.Database.Node = new NodeDescription { Port = gate.EndPoint.Port };
        CassandraOptions options = new() { ContactPoints = [gate.EndPoint.ToString()], Consistency = ConsistencyLevel.One, ConnectTimeout = TimeSpan.FromSeconds(60) };
        return new OldNode(engine, handler, server, gate, await CassandraConnection.ConnectAsync(options), nowSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await _gate.DisposeAsync();
        await _server.DisposeAsync();
        Engine.Dispose();
    }
}
