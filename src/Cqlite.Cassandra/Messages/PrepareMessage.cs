using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>PREPARE: parse a statement and keep it.</summary>
/// <remarks><code>
/// [long string] statement
/// [int] flags         version 5
/// [string] keyspace   flag 0x01: the keyspace of names without one
/// source              org/apache/cassandra/transport/messages/PrepareMessage.java
/// </code></remarks>
internal sealed record PrepareMessage(string Query, string? Keyspace = null) : Message
{
    private const int KeyspaceFlag = 0x01;

    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Prepare;

    /// <summary>Reads the message.</summary>
    public static PrepareMessage Read(ref NotationReader reader, ProtocolVersion version)
    {
        string query = reader.ReadLongString();
        bool hasKeyspace = version.HasPrepareFlags && (reader.ReadInt32() & KeyspaceFlag) != 0;
        return new(query, hasKeyspace ? reader.ReadString() : null);
    }

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteLongString(Query);
        if (!version.HasPrepareFlags)
            return;
        output.WriteInt32(Keyspace is null ? 0 : KeyspaceFlag);
        if (Keyspace is not null)
            output.WriteString(Keyspace);
    }
}
