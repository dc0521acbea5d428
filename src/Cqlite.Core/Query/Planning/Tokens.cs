using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>A call of token() on values, as a value.</summary>
internal sealed record TokenTerm(TableMetadata Table, IReadOnlyList<Term> Arguments) : Term
{
    public override bool HasMarker => Arguments.Any(a => a.HasMarker);

    public override bool IsDeferred => Arguments.Any(a => a.IsDeferred);

    public override byte[]? Bind(BindValues values)
    {
        byte[]?[] components = [.. Arguments.Select(a => a.Bind(values))];
        if (Array.Exists(components, c => c is null))
            return null;
        byte[] key = PartitionKeys.Serialize(components);
        return Tokens.Serialize(Table.Partitioner, Table.Partitioner.TokenOf(key), key);
    }

    public override string ToString() => $"token({string.Join(", ", Arguments)})";
}

/// <summary>Tokens as values of CQL: bigint for Murmur3, varint for Random, blob for the byte-ordered partitioner.</summary>
internal static class Tokens
{
    /// <summary>The CQL type of a partitioner's tokens.</summary>
    public static CqlType TypeOf(Partitioner partitioner)
    {
        if (ReferenceEquals(partitioner, Partitioner.Murmur3))
            return CqlTypes.BigInt;
        return ReferenceEquals(partitioner, Partitioner.Random) ? CqlTypes.VarInt : CqlTypes.Blob;
    }

    /// <summary>A token as a value.</summary>
    public static byte[] Serialize(Partitioner partitioner, Token token, ReadOnlySpan<byte> key)
    {
        var output = new BufferWriter(16);
        Write(partitioner, token, key, output);
        return output.ToArray();
    }

    /// <summary>Appends a token as a value.</summary>
    public static void Write(Partitioner partitioner, Token token, ReadOnlySpan<byte> key, BufferWriter output)
    {
        if (partitioner.TokensAreKeys)
            output.Write(key);
        else if (ReferenceEquals(partitioner, Partitioner.Random))
            output.Write(((BigInteger)token.Value).ToByteArray(isBigEndian: true));
        else
            output.WriteInt64((long)token.Value);
    }

    /// <summary>The place on the ring just before (-1) or after (+1) the keys of a token given as a value.</summary>
    public static RingPosition Position(Partitioner partitioner, byte[] value, int side)
    {
        if (partitioner.TokensAreKeys)
            return new RingPosition(default, value, side);
        Int128 number = ReferenceEquals(partitioner, Partitioner.Random)
            ? (Int128)new BigInteger(value, isBigEndian: true)
            : System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(value);
        return RingPosition.OfToken(new Token(number), side);
    }

    /// <summary>Whether a token given as a value is the smallest, which stands for no bound.</summary>
    public static bool IsMinimum(Partitioner partitioner, byte[] value)
    {
        if (partitioner.TokensAreKeys)
            return value.Length == 0;
        return ReferenceEquals(partitioner, Partitioner.Random)
            ? new BigInteger(value, isBigEndian: true) == BigInteger.MinusOne
            : System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(value) == long.MinValue;
    }
}
