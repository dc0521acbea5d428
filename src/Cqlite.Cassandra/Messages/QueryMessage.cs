using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>QUERY: execute a statement given as text.</summary>
/// <remarks><code>
/// [long string] statement
/// parameters    see QueryParameters
/// source        org/apache/cassandra/transport/messages/QueryMessage.java
/// </code></remarks>
internal sealed record QueryMessage(string Query, QueryParameters Parameters) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Query;

    /// <summary>Reads the message.</summary>
    public static QueryMessage Read(ref NotationReader reader, ProtocolVersion version) => new(reader.ReadLongString(), QueryParameters.Read(ref reader, version));

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteLongString(Query);
        Parameters.Write(output, version);
    }
}
