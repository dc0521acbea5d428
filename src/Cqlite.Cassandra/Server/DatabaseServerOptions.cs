using System.Collections.Immutable;
using System.Net;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Schema;

namespace Cqlite.Cassandra.Server;

/// <summary>Where and how a database is served. Immutable.</summary>
internal sealed record DatabaseServerOptions
{
    /// <summary>The port that Cassandra's clients expect.</summary>
    public const int DefaultPort = 9042;

    /// <summary>Address and port; port 0 for any that is free. Default 127.0.0.1:9042, which only this machine reaches.</summary>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>With it all connections are TLS; null for plain ones. Stays its owner's.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>Whether clients must log in as a role of the database. Default false; true is needed where others can reach the address.</summary>
    public bool RequiresAuthentication { get; init; }

    /// <summary>Whether writes and definitions are refused. Default false.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The tokens of this node on a ring of several; empty for a ring of its own, which has all partitions.</summary>
    public ImmutableArray<Token> Tokens { get; init; } = [];

    /// <summary>The other nodes of the ring, of which clients are told. Nodes do not ask each other: what lies in another one's ranges is refused.</summary>
    public IReadOnlyList<RingMember> Peers { get; init; } = [];

    /// <summary>Limits.</summary>
    public ServerOptions Limits { get; init; } = ServerOptions.Default;
}
