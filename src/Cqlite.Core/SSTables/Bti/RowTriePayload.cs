using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>What a separator of a row index leads to: a block, or the end of the last one.</summary>
/// <param name="Offset">Offset of the block from the partition's start in the data file.</param>
/// <param name="OpenDeletion">The range deletion that is open where the block starts; live for none.</param>
/// <remarks>
/// <code>
/// payload bits 0 to 2    bytes of the offset, which is a signed integer
/// payload bit 3          whether a FlaggedDeletionTime follows
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/bti/RowIndexReader.java.
/// </remarks>
internal readonly record struct RowTriePayload(long Offset, DeletionTime OpenDeletion)
{
    private const int WithDeletion = 8;
    private const int MaxOffsetBytes = 7;

    /// <summary>Reads the payload of a node that has one.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rows">Rows.db, for errors.</param>
    public static RowTriePayload Read(in TrieNode node, PagedFile rows)
    {
        int bits = node.PayloadBits;
        SpanReader reader = new(node.Payload, rows.Path, node.PayloadPosition);
        int offsetBytes = bits & ~WithDeletion;
        if (offsetBytes == 0)
            reader.Throw("a block has no offset.");
        long offset = SizedInteger.Read(reader.ReadBytes(offsetBytes));
        return new RowTriePayload(offset, (bits & WithDeletion) == 0 ? DeletionTime.Live : FlaggedDeletionTime.Read(ref reader));
    }

    /// <summary>The payload as it is stored.</summary>
    /// <param name="scratch">A buffer for the deletion.</param>
    public TriePayload ToStored(BufferWriter scratch)
    {
        int offsetBytes = SizedInteger.Length(Offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offsetBytes, MaxOffsetBytes, nameof(Offset));
        scratch.Clear();
        if (!OpenDeletion.IsLive)
            FlaggedDeletionTime.Write(OpenDeletion, scratch);
        TriePayload stored = new(offsetBytes | (scratch.Length == 0 ? 0 : WithDeletion), offsetBytes + scratch.Length);
        Span<byte> bytes = stored.Bytes;
        SizedInteger.Write(bytes[..offsetBytes], Offset);
        scratch.WrittenSpan.CopyTo(bytes[offsetBytes..]);
        return stored;
    }
}
