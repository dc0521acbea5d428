using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>SUPPORTED: what the server can do.</summary>
/// <remarks><code>
/// [string multimap] PROTOCOL_VERSIONS, COMPRESSION, CQL_VERSION; clients take the CQL version listed first
/// source org/apache/cassandra/transport/messages/SupportedMessage.java
/// </code></remarks>
internal sealed record SupportedMessage(IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Options) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Supported;

    /// <summary>Reads the message.</summary>
    public static SupportedMessage Read(ref NotationReader reader) => new(reader.ReadStringMultimap());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version) => output.WriteStringMultimap(Options);
}
