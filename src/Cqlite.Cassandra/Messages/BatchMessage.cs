using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>Kinds of batches; the numbers are the protocol's.</summary>
internal enum BatchKind : byte
{
    /// <summary>All or, in the end, nothing.</summary>
    Logged = 0,

    /// <summary>Each statement for itself.</summary>
    Unlogged = 1,

    /// <summary>Counters only.</summary>
    Counter = 2,
}

/// <summary>A statement of a batch: text or the id of a prepared one.</summary>
internal readonly record struct BatchStatement(string? Query, ReadOnlyMemory<byte> StatementId, IReadOnlyList<BoundValue> Values);

/// <summary>BATCH: execute several statements as one.</summary>
/// <remarks><code>
/// [byte] kind: 0 logged, 1 unlogged, 2 counter
/// [short] count; each:
///   [byte] 0 and [long string] statement, or 1 and [short bytes] id of a prepared one
///   [short] count of [value]
/// parameters    see QueryParameters, without values
/// source        org/apache/cassandra/transport/messages/BatchMessage.java
/// </code></remarks>
internal sealed record BatchMessage(BatchKind Kind, IReadOnlyList<BatchStatement> Statements, QueryParameters Parameters) : Message
{
    /// <summary>What a statement takes at least: its kind, an empty id, a count.</summary>
    private const int MinimumStatementBytes = 1 + sizeof(ushort) + sizeof(ushort);

    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Batch;

    /// <summary>Reads the message.</summary>
    public static BatchMessage Read(ref NotationReader reader, ProtocolVersion version)
    {
        byte kind = reader.ReadByte();
        int count = reader.ReadUInt16();
        var statements = new List<BatchStatement>(Math.Min(count, reader.Remaining / MinimumStatementBytes));
        for (int i = 0; i < count; i++)
            statements.Add(ReadStatement(ref reader, version));
        var parameters = QueryParameters.Read(ref reader, version);

        // The last thing that is looked at, as in Cassandra.
        if (kind > (byte)BatchKind.Counter)
            ProtocolException.Throw($"Invalid BATCH message type {(sbyte)kind}");
        return new((BatchKind)kind, statements, parameters);
    }

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteByte((byte)Kind);
        output.WriteCount(Statements.Count);
        foreach (BatchStatement statement in Statements)
        {
            output.WriteBoolean(statement.Query is null);
            if (statement.Query is null)
                output.WriteShortBytes(statement.StatementId.Span);
            else
                output.WriteLongString(statement.Query);
            QueryParameters.WriteValues(output, statement.Values, names: null);
        }

        Parameters.Write(output, version);
    }

    private static BatchStatement ReadStatement(ref NotationReader reader, ProtocolVersion version)
    {
        byte kind = reader.ReadByte();
        if (kind > 1)
            ProtocolException.Throw($"Invalid query kind in BATCH messages. Must be 0 or 1 but got {(sbyte)kind}");
        string? query = kind == 0 ? reader.ReadLongString() : null;
        ReadOnlyMemory<byte> id = kind == 1 ? reader.ReadShortBytes() : default;
        return new(query, id, QueryParameters.ReadValues(ref reader, version, hasNames: false, out _));
    }
}
