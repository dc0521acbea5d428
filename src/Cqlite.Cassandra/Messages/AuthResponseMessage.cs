using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>AUTH_RESPONSE: the client's step of authentication.</summary>
/// <remarks><code>
/// [bytes] token; of SASL PLAIN: identity to act as, zero byte, user name, zero byte, password
/// source org/apache/cassandra/transport/messages/AuthResponse.java
/// </code></remarks>
internal sealed record AuthResponseMessage(ReadOnlyMemory<byte>? Token) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.AuthResponse;

    /// <summary>Reads the message.</summary>
    public static AuthResponseMessage Read(ref NotationReader reader) => new(reader.ReadBytes());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version) => output.WriteBytes(Token);
}
