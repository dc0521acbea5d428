using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>What an ERROR of some codes says beyond its text.</summary>
/// <remarks>Source: org/apache/cassandra/transport/messages/ErrorMessage.java.</remarks>
internal abstract record ErrorDetails
{
    /// <summary>Appends the details.</summary>
    public abstract void Write(BufferWriter output, ProtocolVersion version);
}

/// <summary>UNAVAILABLE: [consistency], [int] required, [int] alive.</summary>
internal sealed record UnavailableDetails(ConsistencyLevel Consistency, int Required, int Alive) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static UnavailableDetails Read(ref NotationReader reader) => new(reader.ReadConsistency(), reader.ReadInt32(), reader.ReadInt32());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteConsistency(Consistency);
        output.WriteInt32(Required);
        output.WriteInt32(Alive);
    }
}

/// <summary>WRITE_TIMEOUT: [consistency], [int] received, [int] required, [string] type of the write; of type CAS from version 5 on [short] contentions.</summary>
internal sealed record WriteTimeoutDetails(ConsistencyLevel Consistency, int Received, int Required, string WriteType, ushort? Contentions = null) : ErrorDetails
{
    /// <summary>The type of a conditional write.</summary>
    public const string Conditional = "CAS";

    /// <summary>Reads the details.</summary>
    public static WriteTimeoutDetails Read(ref NotationReader reader, ProtocolVersion version)
    {
        WriteTimeoutDetails read = new(reader.ReadConsistency(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadString());
        return version.HasConditionalWriteErrors && read.WriteType == Conditional && reader.Remaining > 0 ? read with { Contentions = reader.ReadUInt16() } : read;
    }

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteConsistency(Consistency);
        output.WriteInt32(Received);
        output.WriteInt32(Required);
        output.WriteString(WriteType);
        if (version.HasConditionalWriteErrors && Contentions is { } contentions)
            output.WriteUInt16(contentions);
    }
}

/// <summary>READ_TIMEOUT: [consistency], [int] received, [int] required, [byte] whether data was among what was received.</summary>
internal sealed record ReadTimeoutDetails(ConsistencyLevel Consistency, int Received, int Required, bool IsDataPresent) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static ReadTimeoutDetails Read(ref NotationReader reader) => new(reader.ReadConsistency(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadByte() != 0);

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteConsistency(Consistency);
        output.WriteInt32(Received);
        output.WriteInt32(Required);
        output.WriteBoolean(IsDataPresent);
    }
}

/// <summary>Failures by node: [int] count; from version 5 on each [inetaddr] node and [short] reason.</summary>
/// <param name="Count">How many nodes failed.</param>
/// <param name="Reasons">By node; empty before version 5.</param>
internal readonly record struct NodeFailures(int Count, IReadOnlyList<KeyValuePair<IPAddress, ushort>> Reasons)
{
    private const int MinimumBytes = 1 + 4 + sizeof(ushort);

    /// <summary>Reads the failures.</summary>
    public static NodeFailures Read(ref NotationReader reader, ProtocolVersion version)
    {
        int count = reader.ReadInt32();
        if (!version.HasFailureReasons)
            return new(count, []);
        var reasons = new KeyValuePair<IPAddress, ushort>[reader.CheckCount(count, MinimumBytes)];
        for (int i = 0; i < reasons.Length; i++)
            reasons[i] = new(reader.ReadAddress(), reader.ReadUInt16());
        return new(count, reasons);
    }

    /// <summary>Appends the failures.</summary>
    public void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteInt32(version.HasFailureReasons ? Reasons.Count : Count);
        if (!version.HasFailureReasons)
            return;
        foreach ((IPAddress node, ushort reason) in Reasons)
        {
            output.WriteAddress(node);
            output.WriteUInt16(reason);
        }
    }
}

/// <summary>READ_FAILURE: [consistency], [int] received, [int] required, failures, [byte] whether data was among what was received.</summary>
internal sealed record ReadFailureDetails(ConsistencyLevel Consistency, int Received, int Required, NodeFailures Failures, bool IsDataPresent) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static ReadFailureDetails Read(ref NotationReader reader, ProtocolVersion version) =>
        new(reader.ReadConsistency(), reader.ReadInt32(), reader.ReadInt32(), NodeFailures.Read(ref reader, version), reader.ReadByte() != 0);

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteConsistency(Consistency);
        output.WriteInt32(Received);
        output.WriteInt32(Required);
        Failures.Write(output, version);
        output.WriteBoolean(IsDataPresent);
    }
}

/// <summary>WRITE_FAILURE: [consistency], [int] received, [int] required, failures, [string] type of the write.</summary>
internal sealed record WriteFailureDetails(ConsistencyLevel Consistency, int Received, int Required, NodeFailures Failures, string WriteType) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static WriteFailureDetails Read(ref NotationReader reader, ProtocolVersion version) =>
        new(reader.ReadConsistency(), reader.ReadInt32(), reader.ReadInt32(), NodeFailures.Read(ref reader, version), reader.ReadString());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteConsistency(Consistency);
        output.WriteInt32(Received);
        output.WriteInt32(Required);
        Failures.Write(output, version);
        output.WriteString(WriteType);
    }
}

/// <summary>FUNCTION_FAILURE: [string] keyspace, [string] name, [string list] argument types.</summary>
internal sealed record FunctionFailureDetails(string Keyspace, string Function, IReadOnlyList<string> ArgumentTypes) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static FunctionFailureDetails Read(ref NotationReader reader) => new(reader.ReadString(), reader.ReadString(), reader.ReadStringList());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteString(Keyspace);
        output.WriteString(Function);
        output.WriteStringList(ArgumentTypes);
    }
}

/// <summary>CAS_WRITE_UNKNOWN: [consistency], [int] received, [int] required.</summary>
internal sealed record CasWriteUnknownDetails(ConsistencyLevel Consistency, int Received, int Required) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static CasWriteUnknownDetails Read(ref NotationReader reader) => new(reader.ReadConsistency(), reader.ReadInt32(), reader.ReadInt32());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteConsistency(Consistency);
        output.WriteInt32(Received);
        output.WriteInt32(Required);
    }
}

/// <summary>ALREADY_EXISTS: [string] keyspace, [string] table, empty where the keyspace is meant.</summary>
internal sealed record AlreadyExistsDetails(string Keyspace, string Table) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static AlreadyExistsDetails Read(ref NotationReader reader) => new(reader.ReadString(), reader.ReadString());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        output.WriteString(Keyspace);
        output.WriteString(Table);
    }
}

/// <summary>UNPREPARED: [short bytes] the id that is not known.</summary>
internal sealed record UnpreparedDetails(ReadOnlyMemory<byte> StatementId) : ErrorDetails
{
    /// <summary>Reads the details.</summary>
    public static UnpreparedDetails Read(ref NotationReader reader) => new(reader.ReadShortBytes());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version) => output.WriteShortBytes(StatementId.Span);
}
