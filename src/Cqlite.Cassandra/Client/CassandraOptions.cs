using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Client;

/// <summary>How to reach a cluster, and how to ask it. Immutable.</summary>
public sealed record CassandraOptions
{
    /// <summary>The port that Cassandra listens on unless told otherwise.</summary>
    public const int DefaultPort = 9042;

    /// <summary>Names or addresses of some nodes, each perhaps with <c>:port</c>; the others are found through them. Default 127.0.0.1.</summary>
    public IReadOnlyList<string> ContactPoints { get; init; } = ["127.0.0.1"];

    /// <summary>The port of contact points that name none. Default 9042.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Name and password; null where the cluster does not ask.</summary>
    public CassandraCredentials? Credentials { get; init; }

    /// <summary>How TLS is spoken; null for none.</summary>
    public CassandraTls? Tls { get; init; }

    /// <summary>How many replicas must answer. Default LOCAL_QUORUM.</summary>
    public ConsistencyLevel Consistency { get; init; } = ConsistencyLevel.LocalQuorum;

    /// <summary>How many replicas must take part in the decision of a conditional write; null, the default, for SERIAL.</summary>
    public ConsistencyLevel? SerialConsistency { get; init; }

    /// <summary>The keyspace of names without one; null for none.</summary>
    public string? Keyspace { get; init; }

    /// <summary>How long a node may take to answer a request. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a node may take until it takes requests: socket, TLS and handshake. Default 5 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether what is sent is compressed with LZ4. Default false.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Connections to each node; each carries up to 2,048 requests at once. Default 2.</summary>
    public int PoolSize { get; init; } = 2;

    /// <summary>Bytes that the socket keeps to be sent, and as many that were received; null, the default, for as many as the machine thinks right.</summary>
    public int? SocketBufferBytes { get; init; }

    /// <summary>Whether small requests are sent at once, and do not wait for others to go with them. Default true.</summary>
    public bool IsNoDelay { get; init; } = true;

    /// <summary>The datacenter whose nodes are asked; null for that of the first node that answers.</summary>
    public string? LocalDatacenter { get; init; }

    /// <summary>Rows that are fetched at once; the next page is on its way while one is read. Default 5,000.</summary>
    public int PageSize { get; init; } = 5000;

    /// <summary>How often a statement that may be executed twice is tried on another node after a failure. Default 2.</summary>
    public int MaxRetries { get; init; } = 2;

    /// <summary>After which time a statement that may be executed twice is sent to a second node too, and the first answer counts; null for never. Default null.</summary>
    public TimeSpan? SpeculativeDelay { get; init; }

    /// <summary>How long to wait before the first try to reach a lost node again; doubled with each try, with jitter. Default 500 ms.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between tries to reach a lost node. Default 60 seconds.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fails where a value makes no sense.</summary>
    /// <exception cref="ArgumentException">One does; the text names it.</exception>
    internal void Validate()
    {
        if (ContactPoints.Count == 0)
            throw new ArgumentException("At least one contact point is needed.");
        Require(Port is > 0 and <= ushort.MaxValue, nameof(Port), Port);
        Require(PoolSize is > 0 and <= 64, nameof(PoolSize), PoolSize);
        Require(PageSize > 0, nameof(PageSize), PageSize);
        Require(SocketBufferBytes is null or (> 0 and <= 64 << 20), nameof(SocketBufferBytes), SocketBufferBytes);
        Require(SerialConsistency is null || SerialConsistency.Value.IsSerial(), nameof(SerialConsistency), SerialConsistency);
        Require(MaxRetries >= 0, nameof(MaxRetries), MaxRetries);
        Require(Timeout > TimeSpan.Zero, nameof(Timeout), Timeout);
        Require(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), ConnectTimeout);
        Require(SpeculativeDelay is null || SpeculativeDelay >= TimeSpan.Zero, nameof(SpeculativeDelay), SpeculativeDelay);
        Require(ReconnectDelay > TimeSpan.Zero && MaxReconnectDelay >= ReconnectDelay, nameof(ReconnectDelay), ReconnectDelay);
    }

    private static void Require(bool isGood, string name, object? value)
    {
        if (!isGood)
            throw new ArgumentException($"{name} can't be {value}.");
    }
}
