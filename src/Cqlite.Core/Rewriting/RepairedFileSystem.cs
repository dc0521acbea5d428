using Cqlite.Core.Files;

namespace Cqlite.Core.Rewriting;

/// <summary>Files as they are but for what has been put right in memory. Nothing can be written through it: an input is never touched.</summary>
internal sealed class RepairedFileSystem(IFileSystem below) : IFileSystem
{
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(long Offset, byte Mask)>> _flips = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lengths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hidden = new(StringComparer.Ordinal);

    /// <summary>Gives a file another content.</summary>
    public void Replace(string path, byte[] content) => _contents[path] = content;

    /// <summary>Turns bits of a file around.</summary>
    public void Flip(string path, long offset, byte mask)
    {
        if (!_flips.TryGetValue(path, out List<(long Offset, byte Mask)>? flips))
            _flips.Add(path, flips = []);
        flips.Add((offset, mask));
    }

    /// <summary>Lets a file end earlier.</summary>
    public void Truncate(string path, long length) => _lengths[path] = length;

    /// <summary>Lets a file be missing.</summary>
    public void Hide(string path) => _hidden.Add(path);

    /// <inheritdoc/>
    public IReadableFile OpenRead(string path)
    {
        if (_contents.TryGetValue(path, out byte[]? content))
            return new MemoryFile(path, content);
        IReadableFile file = below.OpenRead(path);
        bool isFlipped = _flips.TryGetValue(path, out List<(long Offset, byte Mask)>? flips);
        bool isShorter = _lengths.TryGetValue(path, out long length);
        return isFlipped || isShorter ? new MendedFile(file, flips ?? [], isShorter ? length : file.Length) : file;
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => !_hidden.Contains(path) && (_contents.ContainsKey(path) || below.FileExists(path));

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => below.DirectoryExists(path);

    /// <inheritdoc/>
    public long GetLength(string path) => _contents.TryGetValue(path, out byte[]? content) ? content.Length : _lengths.TryGetValue(path, out long length) ? length : below.GetLength(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) =>
        [.. below.ListFiles(directory).Union(_contents.Keys.Where(p => Path.GetDirectoryName(p) == directory), StringComparer.Ordinal).Where(p => !_hidden.Contains(p))];

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => below.ListDirectories(directory);

    /// <inheritdoc/>
    public IWritableFile Create(string path) => throw NotWritten();

    /// <inheritdoc/>
    public void CreateDirectory(string path) => throw NotWritten();

    /// <inheritdoc/>
    public void Rename(string from, string to) => throw NotWritten();

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link) => throw NotWritten();

    /// <inheritdoc/>
    public void DeleteFile(string path) => throw NotWritten();

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => throw NotWritten();

    /// <inheritdoc/>
    public void SyncDirectory(string path) => throw NotWritten();

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => throw NotWritten();

    private static NotSupportedException NotWritten() => new("An SSTable that is salvaged is never written to.");

    private sealed class MemoryFile(string path, byte[] content) : IReadableFile
    {
        public string Path => path;

        public long Length => content.Length;

        public int Read(long offset, Span<byte> destination)
        {
            int length = (int)Math.Clamp(content.Length - offset, 0, destination.Length);
            if (length > 0)
                content.AsSpan((int)offset, length).CopyTo(destination);
            return length;
        }

        public void Dispose()
        {
        }
    }

    private sealed class MendedFile(IReadableFile file, List<(long Offset, byte Mask)> flips, long length) : IReadableFile
    {
        public string Path => file.Path;

        public long Length => length;

        public int Read(long offset, Span<byte> destination)
        {
            int read = file.Read(offset, destination[..(int)Math.Clamp(length - offset, 0, destination.Length)]);
            foreach ((long at, byte mask) in flips)
            {
                if (at >= offset && at < offset + read)
                    destination[(int)(at - offset)] ^= mask;
            }

            return read;
        }

        public void Dispose() => file.Dispose();
    }
}
