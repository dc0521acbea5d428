using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>An index file open for reading: the frame that all kinds of structures share. Any thread may read.</summary>
/// <remarks>
/// <code>
/// mark             28 bytes
/// block, CRC32:4   any number; what is in them is the kind's own
/// root, CRC32:4    the block from which the others are found
/// root's offset:8, root's length:4
/// mark             the same 28 bytes again: a file without them was not finished
///
/// mark             "cqIX", version:1 (1), kind:1, kind's version:1, 0, definition:8, sstable:8, CRC32:4 of the 24 bytes before
/// </code>
/// Our own format, big-endian; Cassandra has nothing like it.
/// </remarks>
internal sealed class IndexFile : IDisposable
{
    /// <summary>Version of the frame.</summary>
    public const byte Version = 1;

    /// <summary>Length of a mark.</summary>
    public const int HeadLength = 28;

    /// <summary>Length of what stands behind the root.</summary>
    public const int FootLength = sizeof(long) + sizeof(int) + HeadLength;

    private const int LargestBlockBytes = 1 << 30;
    private readonly IReadableFile _file;

    private IndexFile(IReadableFile file, BlockRef root)
    {
        _file = file;
        Root = root;
    }

    /// <summary>What a mark begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "cqIX"u8;

    /// <summary>Full path.</summary>
    public string Path => _file.Path;

    /// <summary>Length in bytes.</summary>
    public long LengthBytes => _file.Length;

    /// <summary>The block from which all others are found.</summary>
    public BlockRef Root { get; }

    /// <summary>Opens a file; null when it is not there, is not whole, or was made of something else.</summary>
    /// <exception cref="StorageException">It can't be read.</exception>
    public static IndexFile? TryOpen(IFileSystem files, string path, IndexKind kind, IndexStamp stamp)
    {
        if (!files.FileExists(path))
            return null;
        IReadableFile file = files.OpenRead(path);
        if (TryReadFoot(file, kind, stamp) is { } root)
            return new IndexFile(file, root);
        file.Dispose();
        return null;
    }

    /// <summary>Deletes a file that is of no use any more, if it can be deleted; nothing depends on that.</summary>
    public static void TryDelete(IFileSystem files, string path)
    {
        try
        {
            if (files.FileExists(path))
                files.DeleteFile(path);
        }
        catch (StorageException)
        {
            // Somebody has it open, or the disk refuses: the next look at the folder finds it again.
        }
    }

    /// <summary>Reads a block.</summary>
    /// <exception cref="CorruptDataException">It is not within the file, or does not match its checksum.</exception>
    /// <exception cref="StorageException">It can't be read.</exception>
    public ReadOnlySpan<byte> ReadBlock(BlockRef place)
    {
        byte[] memory = [];
        return ReadBlock(place, ref memory);
    }

    /// <summary>Reads a block into memory that the caller has, which is exchanged where it is too small.</summary>
    /// <exception cref="CorruptDataException">It is not within the file, or does not match its checksum.</exception>
    /// <exception cref="StorageException">It can't be read.</exception>
    public ReadOnlySpan<byte> ReadBlock(BlockRef place, scoped ref byte[] memory)
    {
        if (place.Offset < HeadLength || place.LengthBytes is < 0 or > LargestBlockBytes || place.Offset + place.LengthBytes + sizeof(uint) > _file.Length - FootLength)
            throw new CorruptDataException(Path, place.Offset, $"a block of {place.LengthBytes:N0} bytes is not within the file, which has {_file.Length:N0}.");
        int length = place.LengthBytes + sizeof(uint);
        if (memory.Length < length)
            memory = new byte[length];
        _file.ReadExactly(place.Offset, memory.AsSpan(0, length));
        ReadOnlySpan<byte> block = memory.AsSpan(0, place.LengthBytes);
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(memory.AsSpan(place.LengthBytes));
        uint found = Crc32.Compute(block);
        return found == expected ? block : throw new CorruptDataException(Path, place.Offset, $"the block's checksum is {found:x8}; {expected:x8} is stored.");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static BlockRef? TryReadFoot(IReadableFile file, IndexKind kind, IndexStamp stamp)
    {
        if (file.Length < HeadLength + sizeof(uint) + FootLength)
            return null;
        Span<byte> head = stackalloc byte[HeadLength];
        Span<byte> foot = stackalloc byte[FootLength];
        file.ReadExactly(0, head);
        file.ReadExactly(file.Length - FootLength, foot);
        if (!IsMark(head, kind, stamp) || !foot[(sizeof(long) + sizeof(int))..].SequenceEqual(head))
            return null;
        BlockRef root = new(BinaryPrimitives.ReadInt64BigEndian(foot), BinaryPrimitives.ReadInt32BigEndian(foot[sizeof(long)..]));
        return root.LengthBytes >= 0 && root.Offset >= HeadLength && root.Offset + root.LengthBytes + sizeof(uint) == file.Length - FootLength ? root : null;
    }

    private static bool IsMark(ReadOnlySpan<byte> mark, IndexKind kind, IndexStamp stamp) =>
        mark.StartsWith(Magic)
        && mark[4] == Version && mark[5] == kind.Id && mark[6] == kind.Version
        && BinaryPrimitives.ReadUInt64BigEndian(mark[8..]) == stamp.Definition
        && BinaryPrimitives.ReadUInt64BigEndian(mark[16..]) == stamp.SSTable
        && BinaryPrimitives.ReadUInt32BigEndian(mark[24..]) == Crc32.Compute(mark[..24]);
}
