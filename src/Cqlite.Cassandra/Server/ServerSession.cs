using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;

namespace Cqlite.Cassandra.Server;

/// <summary>What is known of a client.</summary>
internal sealed class ServerSession(ProtocolVersion version, StartupMessage startup, EndPoint? client)
{
    /// <summary>The version that the connection speaks.</summary>
    public ProtocolVersion Version { get; } = version;

    /// <summary>What the client told of itself.</summary>
    public StartupMessage Startup { get; } = startup;

    /// <summary>Where the client is, if anywhere.</summary>
    public EndPoint? Client { get; } = client;

    /// <summary>The role it has authenticated as; null where none is asked for.</summary>
    public string? User { get; set; }

    /// <summary>The keyspace of USE; null before.</summary>
    public string? Keyspace { get; set; }

    /// <summary>Whether the client has been told what can go wrong with USE and prepared statements.</summary>
    public bool IsWarnedOfUse { get; set; }
}
