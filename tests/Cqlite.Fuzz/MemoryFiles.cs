using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Fuzz;

/// <summary>One folder of files in memory, read-only but for the damage that one file takes at a time.</summary>
internal sealed class MemoryFiles : IFileSystem
{
    private readonly string _folder;
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private string? _damaged;
    private byte[] _content = [];
    private int _length;

    /// <summary>Takes a copy of the files that begin with a prefix.</summary>
    public MemoryFiles(string folder, string prefix)
    {
        _folder = folder;
        foreach (string path in Directory.EnumerateFiles(folder, prefix + "*"))
            _files.Add(path, File.ReadAllBytes(path));
    }

    /// <summary>The files as they were.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Damages a file; undoes the damage before.</summary>
    public void Apply(in Damage damage)
    {
        byte[] original = _files[damage.File];
        if (_damaged != damage.File)
        {
            _damaged = damage.File;
            _content = original.AsSpan().ToArray();
        }
        else
        {
            original.CopyTo(_content, 0);
        }

        _length = original.Length;
        switch (damage.Kind)
        {
            case DamageKind.Bit:
                _content[damage.Offset] ^= (byte)(1 << (damage.Offset % 8));
                break;
            case DamageKind.Byte:
                _content[damage.Offset] ^= 0xFF;
                break;
            case DamageKind.Cut:
                _length = damage.Offset;
                break;
            default:
                _length = -1;
                break;
        }
    }

    /// <summary>Undoes the damage.</summary>
    public void Restore() => _damaged = null;

    /// <inheritdoc/>
    public IReadableFile OpenRead(string path) => Find(path) is { } file
        ? new MemoryFile(path, file.Content, file.Length)
        : throw new StorageException(path, "no such file.");

    /// <inheritdoc/>
    public bool FileExists(string path) => Find(path) is not null;

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => path == _folder;

    /// <inheritdoc/>
    public long GetLength(string path) => Find(path)?.Length ?? throw new StorageException(path, "no such file.");

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => [.. _files.Keys.Where(FileExists)];

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => [];

    /// <inheritdoc/>
    public IWritableFile Create(string path) => throw ReadOnly(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path) => throw ReadOnly(path);

    /// <inheritdoc/>
    public void Rename(string from, string to) => throw ReadOnly(from);

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link) => throw ReadOnly(existing);

    /// <inheritdoc/>
    public void DeleteFile(string path) => throw ReadOnly(path);

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => throw ReadOnly(path);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => throw ReadOnly(path);

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => throw ReadOnly(path);

    /// <summary>Nothing that reads may write: this ends the run as a crash.</summary>
    private static InvalidOperationException ReadOnly(string path) => new($"{path} was to be changed by reading.");

    private (byte[] Content, int Length)? Find(string path)
    {
        if (!_files.TryGetValue(path, out byte[]? content))
            return null;
        if (path != _damaged)
            return (content, content.Length);
        return _length < 0 ? null : (_content, _length);
    }

    private sealed class MemoryFile(string path, byte[] content, int length) : IReadableFile
    {
        public string Path => path;

        public long Length => length;

        public int Read(long offset, Span<byte> destination)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            int count = (int)Math.Clamp(length - offset, 0, destination.Length);
            if (count > 0)
                content.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }

        public void Dispose()
        {
        }
    }
}
