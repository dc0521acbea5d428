using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables;

/// <summary>Tells of most keys that are not in an SSTable that they are not.</summary>
/// <remarks>
/// <code>
/// int          number of hashes
/// int          number of 8-byte words
/// words        bit n is bit n % 8 of byte n / 8; up to me the bytes of each word are reversed
/// </code>
/// Bit i of a key is at |(second + i * first) % bits| of the two halves of its 128-bit Murmur3 hash. Source:
/// org/apache/cassandra/utils/{BloomFilter,BloomFilterSerializer}.java, utils/obs/OffHeapBitSet.java.
/// </remarks>
internal sealed class BloomFilter
{
    private const int HeadLength = 2 * sizeof(int);
    private const int MostHashes = 64;
    private readonly byte[] _bits;
    private readonly int _hashCount;

    private BloomFilter(byte[] bits, int hashCount)
    {
        _bits = bits;
        _hashCount = hashCount;
    }

    /// <summary>Number of hashes a key.</summary>
    public int HashCount => _hashCount;

    /// <summary>Number of bits.</summary>
    public long BitCount => (_bits.Length - HeadLength) * 8L;

    /// <summary>Reads Filter.db.</summary>
    public static BloomFilter Read(IFileSystem files, string path, SSTableVersion version)
    {
        byte[] content = files.ReadAll(path, Array.MaxLength);
        if (content.Length == 0)
            throw new CorruptDataException(path, -1, "is empty.");
        SpanReader reader = new(content, path);
        int hashCount = reader.ReadInt32();
        long words = reader.ReadInt32();
        if (hashCount is < 0 or > MostHashes || words < 0 || words * sizeof(long) != reader.Remaining)
            throw new CorruptDataException(path, 0, $"{hashCount} hashes and {words:N0} words do not fit the {reader.Remaining:N0} bytes that follow.");
        if (version.HasSwappedFilterBytes)
        {
            for (int i = HeadLength; i < content.Length; i += sizeof(long))
                content.AsSpan(i, sizeof(long)).Reverse();
        }

        return new BloomFilter(content, hashCount);
    }

    /// <summary>A filter of the same shape without any key, to fill anew and compare with.</summary>
    public BloomFilter Emptied() => new(new byte[_bits.Length], _hashCount);

    /// <summary>Adds a key.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        long bits = BitCount;
        if (bits == 0)
            return;
        Murmur3.Hash128(key, 0, out ulong first, out ulong second);
        long position = (long)second;
        for (int i = 0; i < _hashCount; i++)
        {
            long bit = Math.Abs(position % bits);
            _bits[HeadLength + (bit >> 3)] |= (byte)(1 << (int)(bit & 7));
            position = unchecked(position + (long)first);
        }
    }

    /// <summary>The offset in Filter.db of the first byte in which another filter of the same shape differs; -1 where none does.</summary>
    public int FirstDifference(BloomFilter other)
    {
        int common = _bits.AsSpan(HeadLength).CommonPrefixLength(other._bits.AsSpan(HeadLength));
        return HeadLength + common < _bits.Length ? HeadLength + common : -1;
    }

    /// <summary>False when the key is certainly not there.</summary>
    public bool MightContain(ReadOnlySpan<byte> key)
    {
        long bits = BitCount;
        if (bits == 0)
            return true;
        Murmur3.Hash128(key, 0, out ulong first, out ulong second);
        long position = (long)second;
        for (int i = 0; i < _hashCount; i++)
        {
            long bit = Math.Abs(position % bits);
            if ((_bits[HeadLength + (bit >> 3)] >> (int)(bit & 7) & 1) == 0)
                return false;
            position = unchecked(position + (long)first);
        }

        return true;
    }
}
