using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>Writes an index file, block after block, under a temporary name; it is there as a whole after <see cref="Publish"/>, or not at all.</summary>
/// <remarks>The bytes are drawn on <see cref="IndexFile"/>.</remarks>
internal sealed class IndexFileWriter : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly string _temporary;
    private readonly IndexStamp _stamp;
    private readonly IndexKind _kind;
    private readonly IWritableFile _file;
    private bool _isPublished;

    /// <summary>Creates the file under its temporary name; one that somebody has left there is deleted.</summary>
    /// <exception cref="Errors.StorageException">The disk refuses.</exception>
    public IndexFileWriter(IFileSystem files, string path, IndexKind kind, IndexStamp stamp)
    {
        _files = files;
        _path = path;
        _kind = kind;
        _stamp = stamp;
        _temporary = path + IndexFileName.TemporarySuffix;
        if (files.FileExists(_temporary))
            files.DeleteFile(_temporary);
        _file = files.Create(_temporary);
        BufferWriter head = new(IndexFile.HeadLength);
        WriteMark(head);
        _file.Write(head.WrittenSpan);
    }

    /// <summary>Bytes written so far.</summary>
    public long Position => _file.Position;

    /// <summary>The file system, for what has to be put aside while the file is made; in files whose names are <see cref="ScratchPath"/>, a point, anything, and <c>.tmp</c>.</summary>
    public IFileSystem Files => _files;

    /// <summary>What the names of files begin with that are needed only until this one is published.</summary>
    public string ScratchPath => _path;

    /// <summary>Appends a block with its checksum.</summary>
    public BlockRef WriteBlock(ReadOnlySpan<byte> block)
    {
        BlockRef place = new(_file.Position, block.Length);
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.Compute(block));
        _file.Write(block);
        _file.Write(checksum);
        return place;
    }

    /// <summary>Ends the file with the block from which all others are found, and gives it its name once it is on stable storage.</summary>
    public void Publish(ReadOnlySpan<byte> root)
    {
        BlockRef place = WriteBlock(root);
        BufferWriter foot = new(IndexFile.FootLength);
        foot.WriteInt64(place.Offset);
        foot.WriteInt32(place.LengthBytes);
        WriteMark(foot);
        _file.Write(foot.WrittenSpan);
        _file.Sync();
        _file.Dispose();
        _files.Rename(_temporary, _path);
        _isPublished = true;
        _files.SyncDirectory(Path.GetDirectoryName(_path)!);
    }

    /// <summary>Deletes the file unless it was published.</summary>
    public void Dispose()
    {
        if (_isPublished)
            return;
        _isPublished = true;
        _file.Dispose();
        IndexFile.TryDelete(_files, _temporary);
    }

    private void WriteMark(BufferWriter output)
    {
        int start = output.Length;
        output.Write(IndexFile.Magic);
        output.WriteByte(IndexFile.Version);
        output.WriteByte(_kind.Id);
        output.WriteByte(_kind.Version);
        output.WriteByte(0);
        output.WriteInt64((long)_stamp.Definition);
        output.WriteInt64((long)_stamp.SSTable);
        output.WriteInt32((int)Crc32.Compute(output.WrittenSpan[start..]));
    }
}
