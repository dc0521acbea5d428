using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.SSTables;
using Cqlite.Fuzz.Modeling;

namespace Cqlite.Fuzz.Chains;

/// <summary>A database, and, where it is asked for, a server and a client of it.</summary>
internal sealed class ChainDatabase : IAsyncDisposable
{
    private readonly ModelClock? _clock;
    private DatabaseServer? _server;

    /// <summary>Makes an empty database.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="clock">Its clock; null for the machine's.</param>
    /// <param name="version">The version of its SSTables.</param>
    public ChainDatabase(string path, ModelClock? clock = null, string version = "nb")
    {
        Path = path;
        _clock = clock;
        Database.Create(path);
        Engine = Open(version);
    }

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>The database.</summary>
    public QueryEngine Engine { get; private set; }

    /// <summary>The client.</summary>
    public CassandraConnection? Connection { get; private set; }

    /// <summary>Executes a statement; false where it is refused.</summary>
    public bool Execute(string cql)
    {
        try
        {
            Engine.Execute(cql).Dispose();
            return true;
        }
        catch (CqliteException e) when (e is InvalidQueryException or CqlSyntaxException)
        {
            return false;
        }
    }

    /// <summary>Does a step.</summary>
    /// <param name="operation">The step.</param>
    /// <param name="beginsAt">The moment at which the moving begins.</param>
    public bool Do(ChainOperation operation, long beginsAt)
    {
        _clock!.Seconds = beginsAt - operation.SecondsBefore;
        switch (operation.Action)
        {
            case ChainAction.Execute:
                return Execute(operation.Text);
            case ChainAction.Flush:
                Engine.Database.Flush();
                return true;
            case ChainAction.Compact:
                foreach (Core.Schema.TableMetadata table in LookedAt.Tables(Engine.Database.Schema))
                    Engine.Database.Compact(table);
                return true;
            default:
                Engine.Dispose();
                Engine = Open(operation.Text);
                return true;
        }
    }

    /// <summary>Serves it.</summary>
    public async Task<CassandraConnection> ServeAsync()
    {
        _server ??= DatabaseServer.Start(Engine, new DatabaseServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        return Connection ??= await CassandraConnection.ConnectAsync(new CassandraOptions { ContactPoints = [$"127.0.0.1:{_server.EndPoint.Port}"], Consistency = ConsistencyLevel.One, ConnectTimeout = TimeSpan.FromSeconds(60) });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Connection?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        Engine.Dispose();
    }

    private QueryEngine Open(string version)
    {
        DatabaseOptions options = new()
        {
            Durability = Durability.Periodic,
            AnswersSystemTables = true,
            CompactionThreads = 0,
            CacheSizeBytes = 8 << 20,
            CommitLogSegmentBytes = 1 << 20,
            SSTableVersion = SSTableVersion.OfName(version),
        };
        return QueryEngine.Open(Path, _clock is null ? options : options with { Clock = _clock });
    }
}
