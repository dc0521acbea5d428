using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>READY: the connection takes requests. Has no body.</summary>
internal sealed record ReadyMessage : Message
{
    private ReadyMessage()
    {
    }

    /// <summary>The one there is.</summary>
    public static ReadyMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Ready;

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
    }
}
