using System.Buffers.Binary;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>
/// <c>counter</c>. As a value of CQL it is a total in eight bytes, which is what this type reads and writes; what cells hold is a
/// <see cref="CounterContext"/>.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/CounterColumnType.java, serializers/CounterSerializer.java.</remarks>
internal sealed class CounterType() : NativeType("counter", "CounterColumnType")
{
    /// <inheritdoc/>
    public override bool IsCounter => true;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <summary>Cassandra never orders by counters; their bytes decide, so that there is an order.</summary>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value) => CqlTypes.BigInt.Validate(value);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value) => CqlTypes.BigInt.Decode(value);

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output) => CqlTypes.BigInt.Encode(value, output);

    /// <summary>Takes the bytes in hexadecimal, as Cassandra does.</summary>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output) => CqlTypes.Blob.ParseText(text, output);

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => MarshalError.Throw("A counter can't be set to a value, only incremented or decremented.");

    /// <summary>Writes the bytes in hexadecimal, as Cassandra does.</summary>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => Hex.Write(value, output);

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            output.Write("null"u8);
        else
            WriteJson(value, output);
    }

    /// <summary>
    /// Writes the first eight bytes as a number: of a value all of it. Of a context, which sstabledump passes here, Cassandra
    /// prints its beginning as a number too, which tells nothing but is what the tool shows.
    /// </summary>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
        {
            output.Write("\"\""u8);
            return;
        }

        if (value.Length < 8)
            Validate(value);
        output.WriteFormatted(BinaryPrimitives.ReadInt64BigEndian(value));
    }

    /// <summary>Has no meaning for what is not ordered; the bytes serve.</summary>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteEscaped(value, output);
}
