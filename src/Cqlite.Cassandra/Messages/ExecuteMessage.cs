using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>EXECUTE: execute a prepared statement.</summary>
/// <remarks><code>
/// [short bytes] id of the statement
/// [short bytes] id of the result's metadata that the client knows    version 5
/// parameters                                                         see QueryParameters
/// source        org/apache/cassandra/transport/messages/ExecuteMessage.java
/// </code></remarks>
internal sealed record ExecuteMessage(ReadOnlyMemory<byte> StatementId, ReadOnlyMemory<byte> ResultMetadataId, QueryParameters Parameters) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Execute;

    /// <summary>Reads the message.</summary>
    public static ExecuteMessage Read(ref NotationReader reader, ProtocolVersion version)
    {
        ReadOnlyMemory<byte> id = reader.ReadShortBytes();
        ReadOnlyMemory<byte> metadataId = version.HasResultMetadataId ? reader.ReadShortBytes() : default;
        return new(id, metadataId, QueryParameters.Read(ref reader, version));
    }

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteShortBytes(StatementId.Span);
        if (version.HasResultMetadataId)
            output.WriteShortBytes(ResultMetadataId.Span);
        Parameters.Write(output, version);
    }
}
