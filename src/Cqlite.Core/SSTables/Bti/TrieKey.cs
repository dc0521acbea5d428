using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// Partition keys and clusterings as byte strings whose unsigned order is the order of what they stand for, and of which none is a
/// prefix of another: what the tries of a BTI SSTable are made of.
/// </summary>
/// <remarks>
/// <code>
/// partition key   0x40 token  0x40 key, escaped  0x38
/// ring position   0x40 token [0x40 key, escaped] 0x20 (before) or 0x60 (after)
/// clustering      (0x40 value | 0x3e null | 0x3f or, reversed, 0x41 a value that the type writes as nothing) ...
///                 0x38 row, 0x18 static row, 0x20 before the prefix, 0x60 after it
/// </code>
/// Source: org/apache/cassandra/db/DecoratedKey.java, db/ClusteringComparator.java (ByteComparableClustering),
/// utils/bytecomparable/ByteSource.java; version OSS50.
/// </remarks>
internal static class TrieKey
{
    private const byte Excluded = 0x18;
    private const byte Before = 0x20;
    private const byte NextEmpty = 0x3F;
    private const byte NextEmptyReversed = 0x41;
    private const byte After = 0x60;

    /// <summary>Appends a partition key's form.</summary>
    public static void WriteKey(Partitioner partitioner, Token token, ReadOnlySpan<byte> key, BufferWriter output)
    {
        WriteToken(partitioner, token, key, output);
        output.WriteByte(ByteComparable.NextComponent);
        ByteComparable.WriteEscaped(key, output);
        output.WriteByte(ByteComparable.Terminator);
    }

    /// <summary>Appends a ring position's form. The position's token must be one of the partitioner's.</summary>
    public static void WritePosition(Partitioner partitioner, in RingPosition position, BufferWriter output)
    {
        WriteToken(partitioner, position.Token, position.Key is { } named ? named.Span : default, output);
        if (position.Key is { } key)
        {
            output.WriteByte(ByteComparable.NextComponent);
            ByteComparable.WriteEscaped(key.Span, output);
        }

        output.WriteByte(position.Side == 0 ? ByteComparable.Terminator : position.Side < 0 ? Before : After);
    }

    /// <summary>Appends the form of a clustering, or of a bound.</summary>
    public static void WriteClustering(IReadOnlyList<CqlType> types, in ClusteringView clustering, BufferWriter output)
    {
        for (int i = 0; i < clustering.Count; i++)
        {
            if (clustering.IsNull(i))
            {
                output.WriteByte(ByteComparable.NextComponentNull);
                continue;
            }

            CqlType type = types[i];
            int start = output.Length;
            output.WriteByte(ByteComparable.NextComponent);
            type.WriteByteComparable(clustering[i], output);
            if (output.Length == start + 1)
                output.Patch(start, 1)[0] = type.IsReversed ? NextEmptyReversed : NextEmpty;
        }

        output.WriteByte(clustering.Kind switch
        {
            ClusteringKind.Static => Excluded,
            ClusteringKind.Clustering => ByteComparable.Terminator,
            ClusteringKind.ExclusiveEnd or ClusteringKind.InclusiveStart or ClusteringKind.ExclusiveEndInclusiveStart => Before,
            _ => After,
        });
    }

    private static void WriteToken(Partitioner partitioner, Token token, ReadOnlySpan<byte> key, BufferWriter output)
    {
        if (partitioner.KeyType is { } keyType)
        {
            ByteComparable.WriteComponent(keyType, key, output);
            return;
        }

        output.WriteByte(ByteComparable.NextComponent);
        if (partitioner.TokensAreKeys)
        {
            ByteComparable.WriteEscaped(key, output);
        }
        else if (ReferenceEquals(partitioner, Partitioner.Random))
        {
            WriteVarInt(token.Value, output);
        }
        else
        {
            output.WriteInt64((long)token.Value ^ long.MinValue);
        }
    }

    /// <summary>Appends a number that is not negative in the form of varint values (IntegerType.asComparableBytes).</summary>
    /// <remarks>
    /// <code>
    /// up to 6 bytes    as many leading ones as bytes, a zero, the number in the bits left (so that some take one byte more)
    /// more             0xFF, bytes - 7, the bytes
    /// </code>
    /// </remarks>
    private static void WriteVarInt(Int128 value, BufferWriter output)
    {
        int valueBytes = (128 - (int)Int128.LeadingZeroCount(value) + 7) >> 3;
        if (valueBytes < 7)
        {
            ByteComparable.WriteVariableLength((long)value, output);
            return;
        }

        output.WriteByte(0xFF);
        output.WriteByte((byte)(valueBytes - 7));
        Span<byte> whole = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt128BigEndian(whole, value);
        output.Write(whole[(16 - valueBytes)..]);
    }
}
