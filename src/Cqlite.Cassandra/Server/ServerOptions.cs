using Cqlite.Cassandra.Frames;

namespace Cqlite.Cassandra.Server;

/// <summary>What each connection of a server, and all together, may use. Immutable.</summary>
internal sealed record ServerOptions
{
    /// <summary>The defaults.</summary>
    public static ServerOptions Default { get; } = new();

    /// <summary>How long messages may be.</summary>
    public FrameLimits Limits { get; init; } = FrameLimits.Server;

    /// <summary>Requests of one connection that are executed at once; others wait, or are answered with OVERLOADED where the client asked for that. Default 256.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Bytes of answers that a client has not read yet, beyond which no more of its requests are taken. Default 16 MiB.</summary>
    public int MaxPendingBytes { get; init; } = 16 << 20;

    /// <summary>How long one answer may be in bytes; pages are made shorter to fit. Default 128 MiB, half of what drivers take.</summary>
    public int MaxAnswerBytes { get; init; } = 128 << 20;

    /// <summary>Memory in bytes for the requests and answers of all connections, beyond which requests are answered with OVERLOADED. Default a quarter of the machine's.</summary>
    public long MaxMemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>Statements that are kept prepared; the next one puts those out that were not used for longest. Default 10,000.</summary>
    public int MaxPreparedStatements { get; init; } = 10_000;

    /// <summary>How long a client may take until it has authenticated itself. Default 30 seconds.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a message may take to arrive, from its first bytes to its last; a client that takes longer is let go. Default 60 seconds.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request may take; then it ends with READ_TIMEOUT. Default 60 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections at once; more are closed at once. Default 4,096.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>How long a stop waits for requests that are being executed. Default 10 seconds.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The version of CQL in SUPPORTED, which clients send back in STARTUP. Default that of Cassandra 5.0.</summary>
    public string CqlVersion { get; init; } = "3.4.7";
}
