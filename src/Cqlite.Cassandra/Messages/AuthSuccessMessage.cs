using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>AUTH_SUCCESS: the connection takes requests.</summary>
/// <remarks><code>
/// [bytes] token, null from Cassandra
/// source org/apache/cassandra/transport/messages/AuthSuccess.java
/// </code></remarks>
internal sealed record AuthSuccessMessage(ReadOnlyMemory<byte>? Token) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.AuthSuccess;

    /// <summary>Reads the message.</summary>
    public static AuthSuccessMessage Read(ref NotationReader reader) => new(reader.ReadBytes());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version) => output.WriteBytes(Token);
}
