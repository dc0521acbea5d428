using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cqlite.Core.Files;

namespace Cqlite.Migration.Exports;

/// <summary>Takes the SHA-256 of every file on its way to the disk, so that it need not be read again: it tells what was meant to be written.</summary>
internal sealed class DigestingFileSystem(IFileSystem files) : IFileSystem
{
    private readonly ConcurrentDictionary<string, ExportFile> _digests = new(StringComparer.Ordinal);

    /// <summary>Length and digest of a file that was written and closed.</summary>
    public ExportFile DigestOf(string path) => _digests[path];

    /// <inheritdoc/>
    public IWritableFile Create(string path) => new DigestingFile(files.Create(path), this);

    /// <inheritdoc/>
    public IReadableFile OpenRead(string path) => files.OpenRead(path);

    /// <inheritdoc/>
    public bool FileExists(string path) => files.FileExists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => files.DirectoryExists(path);

    /// <inheritdoc/>
    public long GetLength(string path) => files.GetLength(path);

    /// <inheritdoc/>
    public long GetLastChangeMillis(string path) => files.GetLastChangeMillis(path);

    /// <inheritdoc/>
    public long GetAvailableBytes(string directory) => files.GetAvailableBytes(directory);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => files.ListFiles(directory);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => files.ListDirectories(directory);

    /// <inheritdoc/>
    public void CreateDirectory(string path) => files.CreateDirectory(path);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        files.Rename(from, to);
        if (_digests.TryRemove(from, out ExportFile? digest))
            _digests[to] = digest;
    }

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link) => files.CreateHardLink(existing, link);

    /// <inheritdoc/>
    public void DeleteFile(string path) => files.DeleteFile(path);

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => files.DeleteDirectory(path);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => files.SyncDirectory(path);

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => files.TryLock(path);

    private sealed class DigestingFile(IWritableFile file, DigestingFileSystem owner) : IWritableFile
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private bool _isDisposed;

        public string Path => file.Path;

        public long Position => file.Position;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            file.Write(bytes);
            _hash.AppendData(bytes);
        }

        public void Sync() => file.Sync();

        public void Dispose()
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            owner._digests[Path] = new ExportFile(Path, Position, Convert.ToHexStringLower(_hash.GetHashAndReset()));
            file.Dispose();
            _hash.Dispose();
        }
    }
}
