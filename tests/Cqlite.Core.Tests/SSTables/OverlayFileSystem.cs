using Cqlite.Core.Files;

namespace Cqlite.Core.Tests.SSTables;

/// <summary>The machine's files, one of which has other content in memory. Nothing can be written.</summary>
internal sealed class OverlayFileSystem(string path, byte[] content, bool hideCrc = false) : IFileSystem
{
    private static readonly PhysicalFileSystem s_below = PhysicalFileSystem.Instance;

    public IReadableFile OpenRead(string path) => IsOverlaid(path) ? new Overlaid(path, content) : s_below.OpenRead(path);

    public bool FileExists(string path) => s_below.FileExists(path);

    public bool DirectoryExists(string path) => s_below.DirectoryExists(path);

    public long GetLength(string path) => IsOverlaid(path) ? content.Length : s_below.GetLength(path);

    public IReadOnlyList<string> ListFiles(string directory) =>
        [.. s_below.ListFiles(directory).Where(p => !hideCrc || !p.EndsWith("-CRC.db", StringComparison.Ordinal))];

    public IReadOnlyList<string> ListDirectories(string directory) => s_below.ListDirectories(directory);

    public IWritableFile Create(string path) => throw new NotSupportedException();

    public void CreateDirectory(string path) => throw new NotSupportedException();

    public void Rename(string from, string to) => throw new NotSupportedException();

    public void CreateHardLink(string existing, string link) => throw new NotSupportedException();

    public void DeleteFile(string path) => throw new NotSupportedException();

    public void DeleteDirectory(string path) => throw new NotSupportedException();

    public void SyncDirectory(string path) => throw new NotSupportedException();

    public IDisposable? TryLock(string path) => throw new NotSupportedException();

    private bool IsOverlaid(string other) => string.Equals(Path.GetFullPath(other), Path.GetFullPath(path), StringComparison.Ordinal);

    private sealed class Overlaid(string path, byte[] content) : IReadableFile
    {
        public string Path => path;

        public long Length => content.Length;

        public int Read(long offset, Span<byte> destination)
        {
            int length = (int)Math.Clamp(content.Length - offset, 0, destination.Length);
            content.AsSpan((int)Math.Min(offset, content.Length), length).CopyTo(destination);
            return length;
        }

        public void Dispose()
        {
        }
    }
}
