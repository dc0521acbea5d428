using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Transfer;

/// <summary>Where an export goes: a stream, or a file that appears under its name when it is whole and synced; until then it has another one, and given up it is deleted.</summary>
internal sealed class ExportTarget : IDisposable
{
    private const int FlushAtBytes = 256 << 10;
    private readonly Stream? _stream;
    private readonly IFileSystem? _files;
    private readonly string _path = "";
    private IWritableFile? _file;

    /// <summary>Writes to a stream, which stays its owner's.</summary>
    public ExportTarget(Stream stream) => _stream = stream;

    /// <summary>Writes to a file.</summary>
    /// <exception cref="StorageException">There is one of that name, and it is not to be replaced; or the file can't be written.</exception>
    public ExportTarget(IFileSystem files, string path, bool overwrite)
    {
        _files = files;
        _path = Path.GetFullPath(path);
        if (files.DirectoryExists(_path))
            throw new StorageException(_path, "is a folder; a file's name is needed.");
        if (!overwrite && files.FileExists(_path))
            throw new StorageException(_path, "there is a file of this name already.");
        _file = files.Create($"{_path}.{Guid.NewGuid():n}.tmp");
    }

    /// <summary>What to write to; call <see cref="Pulse"/> now and then.</summary>
    public BufferWriter Buffer { get; } = new(FlushAtBytes + (64 << 10));

    /// <summary>Bytes passed on so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Passes on what there is if it is much.</summary>
    public void Pulse()
    {
        if (Buffer.Length >= FlushAtBytes)
            Flush();
    }

    /// <summary>Passes on the rest; a file gets its name.</summary>
    public void Complete()
    {
        Flush();
        _stream?.Flush();
        if (_file is not { } file)
            return;
        string temporary = file.Path;
        file.Sync();
        file.Dispose();
        _file = null;
        _files!.Rename(temporary, _path);
        _files.SyncDirectory(Path.GetDirectoryName(_path) ?? _path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file is not { } file)
            return;
        file.Dispose();
        _files!.DeleteFile(file.Path);
        _file = null;
    }

    private void Flush()
    {
        _file?.Write(Buffer.WrittenSpan);
        _stream?.Write(Buffer.WrittenSpan);
        Bytes += Buffer.Length;
        Buffer.Clear();
    }
}
