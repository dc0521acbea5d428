using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>OPTIONS: asks for SUPPORTED. Has no body.</summary>
internal sealed record OptionsMessage : Message
{
    private OptionsMessage()
    {
    }

    /// <summary>The one there is.</summary>
    public static OptionsMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Options;

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
    }
}
