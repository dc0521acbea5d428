using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>What events are of.</summary>
internal enum EventKind
{
    /// <summary>Nodes come to the cluster and leave it.</summary>
    TopologyChange,

    /// <summary>Nodes go up and down.</summary>
    StatusChange,

    /// <summary>Schema objects change.</summary>
    SchemaChange,

    /// <summary>A trace is complete; may be asked for, and never comes.</summary>
    TraceComplete,
}

/// <summary>What happened to a node.</summary>
internal enum NodeChange
{
    /// <summary>Topology: it joined.</summary>
    NewNode,

    /// <summary>Topology: it left.</summary>
    RemovedNode,

    /// <summary>Topology: its tokens changed.</summary>
    MovedNode,

    /// <summary>Status: it is up.</summary>
    Up,

    /// <summary>Status: it is down.</summary>
    Down,
}

/// <summary>The names of kinds of events.</summary>
internal static class EventKinds
{
    private static readonly string[] s_names = ["TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE", "TRACE_COMPLETE"];

    /// <summary>The protocol's name: <c>SCHEMA_CHANGE</c>.</summary>
    public static string Name(this EventKind kind) => s_names[(int)kind];

    /// <summary>Reads a name.</summary>
    public static EventKind Read(ref NotationReader reader) => (EventKind)reader.ReadName(s_names, "Type");
}

/// <summary>EVENT: the server tells of a change, on stream -1.</summary>
/// <remarks>
/// <code>
/// [string] kind
/// TOPOLOGY_CHANGE   [string] NEW_NODE, REMOVED_NODE or MOVED_NODE; [inet] the node
/// STATUS_CHANGE     [string] UP or DOWN; [inet] the node
/// SCHEMA_CHANGE     see SchemaChange
/// source            org/apache/cassandra/transport/Event.java
/// </code>
/// </remarks>
internal abstract record EventMessage : Message
{
    /// <inheritdoc/>
    public sealed override Opcode Opcode => Opcode.Event;

    /// <summary>What the event is of.</summary>
    public abstract EventKind Kind { get; }

    /// <summary>Reads the message.</summary>
    public static EventMessage Read(ref NotationReader reader) => EventKinds.Read(ref reader) switch
    {
        EventKind.SchemaChange => new SchemaEvent(SchemaChange.Read(ref reader)),
        EventKind.TraceComplete => throw new ProtocolException("Event TRACE_COMPLETE has no body that is known"),
        EventKind kind => NodeEvent.Read(ref reader, kind),
    };
}

/// <summary>A node came, left, moved, went up or down.</summary>
internal sealed record NodeEvent(NodeChange Change, IPEndPoint Node) : EventMessage
{
    private static readonly string[] s_names = ["NEW_NODE", "REMOVED_NODE", "MOVED_NODE", "UP", "DOWN"];

    /// <inheritdoc/>
    public override EventKind Kind => Change < NodeChange.Up ? EventKind.TopologyChange : EventKind.StatusChange;

    /// <summary>Reads what follows the kind.</summary>
    public static NodeEvent Read(ref NotationReader reader, EventKind kind)
    {
        bool isStatus = kind == EventKind.StatusChange;
        int first = isStatus ? (int)NodeChange.Up : 0;
        int index = reader.ReadName(isStatus ? s_names.AsSpan(first) : s_names.AsSpan(0, (int)NodeChange.Up), isStatus ? "Status" : "Change");
        return new((NodeChange)(first + index), reader.ReadEndPoint());
    }

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteString(Kind.Name());
        output.WriteString(s_names[(int)Change]);
        output.WriteEndPoint(Node);
    }
}

/// <summary>A schema object changed.</summary>
internal sealed record SchemaEvent(SchemaChange Change) : EventMessage
{
    /// <inheritdoc/>
    public override EventKind Kind => EventKind.SchemaChange;

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteString(Kind.Name());
        Change.Write(output, version);
    }
}
