using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>Partition keys in the order of their tokens, as clusterings of the hidden tables of secondary indexes are; no key comes first.</summary>
/// <remarks>
/// <code>
/// byte-comparable   40 token 40 escaped key 38
/// token             Murmur3Partitioner: 8 bytes, first bit inverted; RandomPartitioner: as a varint's
/// </code>
/// Source: org/apache/cassandra/db/marshal/PartitionerDefinedOrder.java, db/DecoratedKey.java.
/// </remarks>
internal sealed class PartitionerOrderType : CqlType
{
    private readonly bool _isMurmur3;
    private readonly CqlType? _keyType;

    /// <summary>Creates the order of a partitioner.</summary>
    /// <param name="partitioner">Class name of the Murmur3 or the Random partitioner; the byte-ordered one's order is <c>blob</c>'s.</param>
    /// <param name="keyType">The partition key's type, where it is told.</param>
    public PartitionerOrderType(string partitioner, CqlType? keyType)
    {
        _isMurmur3 = partitioner.EndsWith("Murmur3Partitioner", StringComparison.Ordinal);
        _keyType = keyType;
        ClassName = $"{NativeType.Package}PartitionerDefinedOrder({partitioner}{(keyType is null ? "" : ":" + keyType.ClassName)})";
        Name = $"'{ClassName}'";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ClassName { get; }

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        int byToken = _isMurmur3 ? Murmur3.Token(left).CompareTo(Murmur3.Token(right)) : RandomToken(left).CompareTo(RandomToken(right));
        return byToken != 0 ? byToken : left.SequenceCompareTo(right);
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value) => _keyType?.Validate(value);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value) => Inner.Decode(value);

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output) => Inner.Encode(value, output);

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output) => Inner.ParseText(text, output);

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => Inner.ParseJson(value, output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => Hex.Write(value, output);

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => CqlTypes.Blob.WriteLiteral(value, output);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => Inner.WriteJson(value, output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        output.WriteByte(ByteComparable.NextComponent);
        if (_isMurmur3)
        {
            output.WriteInt64(Murmur3.Token(value) ^ long.MinValue);
        }
        else
        {
            BufferWriter token = new(32);
            TwosComplement.Write(RandomToken(value), token);
            CqlTypes.VarInt.WriteByteComparable(token.WrittenSpan, output);
        }

        output.WriteByte(ByteComparable.NextComponent);
        ByteComparable.WriteEscaped(value, output);
        output.WriteByte(ByteComparable.Terminator);
    }

    private CqlType Inner => _keyType ?? CqlTypes.Blob;

    private static BigInteger RandomToken(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(key, digest);
        return BigInteger.Abs(BinaryPrimitives.ReadInt128BigEndian(digest));
    }
}
