using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>REGISTER: asks to be told of events.</summary>
/// <remarks><code>
/// [string list] TOPOLOGY_CHANGE, STATUS_CHANGE, SCHEMA_CHANGE
/// source org/apache/cassandra/transport/messages/RegisterMessage.java
/// </code></remarks>
internal sealed record RegisterMessage(IReadOnlyList<EventKind> Kinds) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Register;

    /// <summary>Reads the message.</summary>
    public static RegisterMessage Read(ref NotationReader reader)
    {
        var kinds = new EventKind[reader.ReadCount(sizeof(ushort))];
        for (int i = 0; i < kinds.Length; i++)
            kinds[i] = EventKinds.Read(ref reader);
        return new(kinds);
    }

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteCount(Kinds.Count);
        foreach (EventKind kind in Kinds)
            output.WriteString(kind.Name());
    }
}
