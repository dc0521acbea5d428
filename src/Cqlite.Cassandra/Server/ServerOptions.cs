using Cqlite.Cassandra.Frames;

namespace Cqlite.Cassandra.Server;

/// <summary>What each connection of a server may use. Immutable.</summary>
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

    /// <summary>How long a client may take until it has authenticated itself. Default 30 seconds.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections at once; more are closed at once. Default 4,096.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>How long a stop waits for requests that are being executed. Default 10 seconds.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The version of CQL in SUPPORTED, which clients send back in STARTUP. Default that of Cassandra 5.0.</summary>
    public string CqlVersion { get; init; } = "3.4.7";
}
