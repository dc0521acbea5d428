using Cqlite.Core.Files;

namespace Cqlite.Core.Rewriting;

/// <summary>Files as they are but for what has been put right in memory. Nothing can be written through it: an input is never touched.</summary>
internal sealed class RepairedFileSystem(IFileSystem below) : ReadOnlyFileSystem(below)
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
    public override IReadableFile OpenRead(string path)
    {
        if (_contents.TryGetValue(path, out byte[]? content))
            return new MemoryFile(path, content);
        IReadableFile file = base.OpenRead(path);
        bool isFlipped = _flips.TryGetValue(path, out List<(long Offset, byte Mask)>? flips);
        bool isShorter = _lengths.TryGetValue(path, out long length);
        return isFlipped || isShorter ? new MendedFile(file, flips ?? [], isShorter ? length : file.Length) : file;
    }

    /// <inheritdoc/>
    public override bool FileExists(string path) => !_hidden.Contains(path) && (_contents.ContainsKey(path) || base.FileExists(path));

    /// <inheritdoc/>
    public override long GetLength(string path) => _contents.TryGetValue(path, out byte[]? content) ? content.Length : _lengths.TryGetValue(path, out long length) ? length : base.GetLength(path);

    /// <inheritdoc/>
    public override IReadOnlyList<string> ListFiles(string directory) =>
        [.. base.ListFiles(directory).Union(_contents.Keys.Where(p => Path.GetDirectoryName(p) == directory), StringComparer.Ordinal).Where(p => !_hidden.Contains(p))];

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
