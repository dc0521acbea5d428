using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>AUTHENTICATE: the client must say who it is.</summary>
/// <remarks><code>
/// [string] class of the authenticator, from which clients conclude what to send
/// source org/apache/cassandra/transport/messages/AuthenticateMessage.java
/// </code></remarks>
internal sealed record AuthenticateMessage(string Authenticator) : Message
{
    /// <summary>The authenticator of user name and password (SASL PLAIN).</summary>
    public const string Password = "org.apache.cassandra.auth.PasswordAuthenticator";

    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Authenticate;

    /// <summary>Reads the message.</summary>
    public static AuthenticateMessage Read(ref NotationReader reader) => new(reader.ReadString());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version) => output.WriteString(Authenticator);
}
