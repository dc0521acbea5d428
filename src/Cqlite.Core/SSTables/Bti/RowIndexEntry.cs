using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>What Rows.db says of a partition whose rows are indexed. The partition index has the entry's position.</summary>
/// <param name="DataPosition">Offset of the partition in the uncompressed data file.</param>
/// <param name="Root">Offset of the root of the partition's row trie, which lies before the entry.</param>
/// <param name="BlockCount">Number of blocks.</param>
/// <param name="PartitionDeletion">The partition's deletion.</param>
/// <remarks>
/// <code>
/// key           unsigned 16-bit length, bytes
/// data position unsigned vint
/// root          vint, relative to the end of the key
/// block count   unsigned vint
/// deletion      FlaggedDeletionTime
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/bti/TrieIndexEntry.java, BtiTableWriter.java (IndexWriter.append).
/// </remarks>
internal readonly record struct RowIndexEntry(long DataPosition, long Root, int BlockCount, DeletionTime PartitionDeletion)
{
    private const int MaxBytesAfterKey = (3 * VInt.MaxLength) + FlaggedDeletionTime.MaxBytes;

    /// <summary>Whether the entry at a position is of a key.</summary>
    public static bool IsOf(PagedFile rows, long position, ReadOnlySpan<byte> key) =>
        ReadKeyLength(rows, position) == key.Length && rows.HasAt(position + 2, key);

    /// <summary>Appends the key of the entry at a position.</summary>
    public static void ReadKey(PagedFile rows, long position, BufferWriter key)
    {
        int length = ReadKeyLength(rows, position);
        rows.Check(position + 2, length);
        rows.Read(position + 2, key.GetSpan(length)[..length]);
        key.Advance(length);
    }

    /// <summary>Reads the entry at a position.</summary>
    /// <param name="rows">Rows.db.</param>
    /// <param name="position">Offset of the entry.</param>
    /// <param name="dataLength">Length of the uncompressed data file, to check against.</param>
    public static RowIndexEntry Read(PagedFile rows, long position, long dataLength)
    {
        long basePosition = position + 2 + ReadKeyLength(rows, position);
        rows.Check(basePosition, 1);
        Span<byte> bytes = stackalloc byte[(int)Math.Min(MaxBytesAfterKey, rows.Length - basePosition)];
        rows.Read(basePosition, bytes);
        SpanReader reader = new(bytes, rows.Path, basePosition);

        ulong dataPosition = reader.ReadUnsignedVInt();
        if (dataPosition >= (ulong)dataLength)
            reader.Throw($"a partition is said to lie at byte {dataPosition:N0} of a data file of {dataLength:N0} bytes.");
        long distance = reader.ReadVInt();
        if (distance >= position - basePosition || distance < -basePosition)
            reader.Throw($"the root of a row index is said to lie {distance:N0} bytes from here; it must be before its entry.");
        int blockCount = reader.ReadUnsignedVInt32();
        DeletionTime deletion = FlaggedDeletionTime.Read(ref reader);
        return new RowIndexEntry((long)dataPosition, basePosition + distance, blockCount, deletion);
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="output">Rows.db's next bytes.</param>
    /// <param name="position">Offset in the file at which the entry will stand.</param>
    /// <param name="key">The partition key.</param>
    public void Write(BufferWriter output, long position, ReadOnlySpan<byte> key)
    {
        output.WriteShortBytes(key);
        output.WriteUnsignedVInt((ulong)DataPosition);
        output.WriteVInt(Root - (position + 2 + key.Length));
        output.WriteUnsignedVInt((ulong)BlockCount);
        FlaggedDeletionTime.Write(PartitionDeletion, output);
    }

    private static int ReadKeyLength(PagedFile rows, long position)
    {
        if (position < 0 || position > rows.Length - 2)
            throw new CorruptDataException(rows.Path, position, $"an entry is said to begin here, in a file of {rows.Length:N0} bytes.");
        Span<byte> bytes = stackalloc byte[2];
        rows.Read(position, bytes);
        return (bytes[0] << 8) | bytes[1];
    }
}
