using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>Files to be read, of which every byte of data counts as progress and against the limit of throughput.</summary>
internal sealed class MeteredFileSystem(IFileSystem below, ThroughputLimit limit, Action<long> onRead, CancellationToken cancellation) : IFileSystem
{
    /// <inheritdoc/>
    public IReadableFile OpenRead(string path)
    {
        IReadableFile file = below.OpenRead(path);
        return path.EndsWith(SSTableComponent.Data.Name, StringComparison.Ordinal) ? new MeteredFile(file, this) : file;
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => below.FileExists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => below.DirectoryExists(path);

    /// <inheritdoc/>
    public long GetLength(string path) => below.GetLength(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => below.ListFiles(directory);

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

    private static NotSupportedException NotWritten() => new("An SSTable that is compacted is never written to.");

    private sealed class MeteredFile(IReadableFile file, MeteredFileSystem owner) : IReadableFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination)
        {
            owner.Meter(destination.Length);
            return file.Read(offset, destination);
        }

        public void Dispose() => file.Dispose();
    }

    private void Meter(int bytes)
    {
        limit.Take(bytes, cancellation);
        onRead(bytes);
    }
}
