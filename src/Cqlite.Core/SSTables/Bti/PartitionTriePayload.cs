using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>What a leaf of Partitions.db says: where its partition is, and eight bits of its key's hash.</summary>
/// <param name="Position">Offset in Rows.db of the partition's entry or, complemented, in the data file of the partition itself.</param>
/// <param name="HashBits">The last eight bits of the key's bloom filter hash; -1 where the trie was written without.</param>
/// <remarks>
/// <code>
/// payload bits 1 to 7    position in as many bytes, signed
/// payload bits 8 to 15   hash byte, position in (bits - 7) bytes, signed
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/bti/PartitionIndex.java.
/// </remarks>
internal readonly record struct PartitionTriePayload(long Position, int HashBits)
{
    private const int WithHash = 8;

    /// <summary>Whether the partition has an entry in Rows.db.</summary>
    public bool HasRowIndex => Position >= 0;

    /// <summary>Offset in the data file of a partition without an entry in Rows.db.</summary>
    public long DataPosition => ~Position;

    /// <summary>The hash bits of a partition key.</summary>
    public static byte HashOf(ReadOnlySpan<byte> key)
    {
        Murmur3.Hash128(key, 0, out _, out ulong second);
        return (byte)second;
    }

    /// <summary>Whether a key of that hash can be the leaf's.</summary>
    public bool CanBe(byte hashBits) => HashBits < 0 || HashBits == hashBits;

    /// <summary>Reads the payload of a node that has one.</summary>
    public static PartitionTriePayload Read(in TrieNode node)
    {
        int bits = node.PayloadBits;
        int hashBytes = bits >= WithHash ? 1 : 0;
        int positionBytes = bits >= WithHash ? bits - WithHash + 1 : bits;
        ReadOnlySpan<byte> payload = node.Payload;
        if (payload.Length < hashBytes + positionBytes)
            node.Throw($"a payload of {hashBytes + positionBytes} bytes is cut off by the end of its page.");
        return new PartitionTriePayload(SizedInteger.Read(payload.Slice(hashBytes, positionBytes)), hashBytes == 0 ? -1 : payload[0]);
    }

    /// <summary>The payload as it is stored, with a hash.</summary>
    public TriePayload ToStored()
    {
        int positionBytes = SizedInteger.Length(Position);
        TriePayload stored = new(WithHash + positionBytes - 1, 1 + positionBytes);
        Span<byte> bytes = stored.Bytes;
        bytes[0] = (byte)HashBits;
        SizedInteger.Write(bytes[1..], Position);
        return stored;
    }
}
