using System.Net;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>What a server that serves the database says of itself: <c>system.local</c> and <c>system_views.clients</c> show it. Immutable.</summary>
internal sealed record NodeDescription
{
    /// <summary>A database that no server serves.</summary>
    public static NodeDescription Embedded { get; } = new();

    /// <summary>Where clients connect to.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port that clients connect to.</summary>
    public int Port { get; init; } = 9042;

    /// <summary>This node's own place on a declared ring; null where it is a ring of its own.</summary>
    public RingMember? Member { get; init; }

    /// <summary>The other nodes of the declared ring.</summary>
    public IReadOnlyList<RingMember> Peers { get; init; } = [];

    /// <summary>The declared ring; null where this node is a ring of its own.</summary>
    public DeclaredRing? Ring => Member is { } self && Peers.Count > 0 ? field ??= new DeclaredRing(self, Peers) : null;

    /// <summary>Gives the clients that are connected at the moment.</summary>
    public Func<IEnumerable<ConnectedClient>> Clients { get; init; } = () => [];
}

/// <summary>A client of a server. Immutable.</summary>
internal sealed record ConnectedClient(IPAddress Address, int Port)
{
    /// <summary>Its name; null where it is not known.</summary>
    public string? HostName { get; init; }

    /// <summary>The role it has logged in as; null without authentication.</summary>
    public string? User { get; init; }

    /// <summary>How far its handshake is: <c>establishing</c>, <c>authenticating</c> or <c>ready</c>.</summary>
    public string Stage { get; init; } = "ready";

    /// <summary>The protocol's version.</summary>
    public int ProtocolVersion { get; init; }

    /// <summary>What it said in STARTUP.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Requests so far.</summary>
    public long RequestCount { get; init; }

    /// <summary>The keyspace that USE has set; null for none.</summary>
    public string? Keyspace { get; init; }
}
