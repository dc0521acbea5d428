using System.Security.Cryptography;
using System.Text;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>The result of PREPARE.</summary>
/// <remarks><code>
/// [short bytes] id of the statement
/// [short bytes] id of the result's metadata    from version 5 on
/// markers                                      see MarkerMetadata
/// the result's metadata                        see ResultMetadata
/// source org/apache/cassandra/transport/messages/ResultMessage.java (Prepared)
/// </code></remarks>
internal sealed record PreparedResult(ReadOnlyMemory<byte> StatementId, ReadOnlyMemory<byte> ResultMetadataId, MarkerMetadata Markers, ResultMetadata Metadata) : ResultMessage
{
    /// <inheritdoc/>
    public override ResultKind Kind => ResultKind.Prepared;

    /// <summary>The id that Cassandra gives a statement, so that drivers' caches outlive a move: MD5 of the keyspace, where the statement does not name its own, and the text.</summary>
    /// <remarks>Source: org/apache/cassandra/cql3/QueryProcessor.java (computeId).</remarks>
    public static byte[] ComputeId(string query, string? keyspace) => MD5.HashData(Encoding.UTF8.GetBytes(keyspace + query));

    /// <summary>Reads what follows the kind.</summary>
    public static PreparedResult ReadPrepared(ref NotationReader reader, ProtocolVersion version)
    {
        ReadOnlyMemory<byte> id = reader.ReadShortBytes();
        ReadOnlyMemory<byte> metadataId = version.HasResultMetadataId ? reader.ReadShortBytes() : default;
        return new(id, metadataId, MarkerMetadata.Read(ref reader, version), ResultMetadata.Read(ref reader, version));
    }

    /// <inheritdoc/>
    protected override void WriteContent(BufferWriter output, ProtocolVersion version)
    {
        output.WriteShortBytes(StatementId.Span);
        if (version.HasResultMetadataId)
            output.WriteShortBytes(ResultMetadataId.Span);
        Markers.Write(output, version);
        Metadata.Write(output, version);
    }
}
