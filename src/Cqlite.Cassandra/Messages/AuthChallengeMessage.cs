using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>AUTH_CHALLENGE: the server's next step of authentication.</summary>
/// <remarks><code>
/// [bytes] token, which may be null
/// source org/apache/cassandra/transport/messages/AuthChallenge.java
/// </code></remarks>
internal sealed record AuthChallengeMessage(ReadOnlyMemory<byte>? Token) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.AuthChallenge;

    /// <summary>Reads the message.</summary>
    public static AuthChallengeMessage Read(ref NotationReader reader) => new(reader.ReadBytes());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version) => output.WriteBytes(Token);
}
