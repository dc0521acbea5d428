using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Encoding;

/// <summary>Cassandra's hashes: its own variant of MurmurHash3 (x64, 128 bits), and MurmurHash2 (64 bits) for cardinality.</summary>
/// <remarks>
/// <code>
/// both hashes   little-endian blocks as published, but the bytes of the last, incomplete block are taken as signed:
///               a byte >= 0x80 also flips every bit above itself (all bits up to 63, past the end of the key too)
/// source        org/apache/cassandra/utils/MurmurHash.java, dht/Murmur3Partitioner.java
/// </code>
/// </remarks>
internal static class Murmur3
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    /// <summary>
    /// The token that Murmur3Partitioner gives a partition key: the first half of the hash, <see cref="long.MaxValue"/> in place of
    /// <see cref="long.MinValue"/>, which is kept for the empty key.
    /// </summary>
    public static long Token(ReadOnlySpan<byte> partitionKey)
    {
        if (partitionKey.IsEmpty)
        {
            return long.MinValue;
        }

        Hash128(partitionKey, 0, out ulong first, out _);
        long token = (long)first;
        return token == long.MinValue ? long.MaxValue : token;
    }

    /// <summary>The 128-bit hash as two numbers, in Cassandra's order. Bloom filters take both, with seed 0.</summary>
    public static void Hash128(ReadOnlySpan<byte> data, ulong seed, out ulong first, out ulong second)
    {
        ulong h1 = seed;
        ulong h2 = seed;
        ReadOnlySpan<byte> rest = data;
        while (rest.Length >= 16)
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(rest));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
            rest = rest[16..];
        }

        if (rest.Length > 8)
        {
            h2 ^= Mix2(SignedTail(rest[8..]));
            h1 ^= Mix1(SignedTail(rest[..8]));
        }
        else if (rest.Length != 0)
        {
            h1 ^= Mix1(SignedTail(rest));
        }

        h1 ^= (uint)data.Length;
        h2 ^= (uint)data.Length;
        h1 += h2;
        h2 += h1;
        h1 = Finish(h1);
        h2 = Finish(h2);
        h1 += h2;
        h2 += h1;
        first = h1;
        second = h2;
    }

    /// <summary>MurmurHash2 of 64 bits, with which Statistics.db counts distinct partition keys (HyperLogLog++, seed 0).</summary>
    public static ulong Hash2(ReadOnlySpan<byte> data, uint seed)
    {
        const ulong M = 0xc6a4a7935bd1e995;
        ulong hash = seed ^ (M * (uint)data.Length);
        while (data.Length >= 8)
        {
            ulong block = BinaryPrimitives.ReadUInt64LittleEndian(data) * M;
            block = (block ^ (block >> 47)) * M;
            hash = (hash ^ block) * M;
            data = data[8..];
        }

        if (!data.IsEmpty)
        {
            hash = (hash ^ SignedTail(data)) * M;
        }

        hash = (hash ^ (hash >> 47)) * M;
        return hash ^ (hash >> 47);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix1(ulong block) => BitOperations.RotateLeft(block * C1, 31) * C2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix2(ulong block) => BitOperations.RotateLeft(block * C2, 33) * C1;

    private static ulong Finish(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }

    /// <summary>1 to 8 bytes, little-endian, each extended by its sign and put in by exclusive or.</summary>
    private static ulong SignedTail(ReadOnlySpan<byte> tail)
    {
        ulong raw;
        if (tail.Length == 8)
        {
            raw = BinaryPrimitives.ReadUInt64LittleEndian(tail);
        }
        else if (tail.Length >= 4)
        {
            // Two reads that overlap; the high one is shifted to where its bytes belong.
            ulong high = BinaryPrimitives.ReadUInt32LittleEndian(tail[^4..]);
            raw = BinaryPrimitives.ReadUInt32LittleEndian(tail) | (high << ((tail.Length - 4) * 8));
        }
        else
        {
            raw = tail[0] | ((ulong)tail[tail.Length >> 1] << ((tail.Length >> 1) * 8)) | ((ulong)tail[^1] << ((tail.Length - 1) * 8));
        }

        // A byte is flipped once for each negative byte below it: the parity of a prefix sum, for eight bytes at once.
        ulong negative = (raw >> 7) & 0x0101010101010101;
        negative ^= negative << 8;
        negative ^= negative << 16;
        negative ^= negative << 32;
        return raw ^ ((negative << 8) * 0xFF);
    }
}
