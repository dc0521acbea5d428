using System.Security.Cryptography;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Backups;

/// <summary>Reads files from beginning to end for their SHA-256, and copies them on the way.</summary>
/// <param name="files">The file system.</param>
/// <param name="progress">Told of every block; null for nobody.</param>
/// <param name="cancellation">Ends it between two blocks.</param>
internal sealed class FileDigest(IFileSystem files, IProgress<BackupProgress>? progress, CancellationToken cancellation)
{
    private const int BlockBytes = 1 << 20;
    private readonly byte[] _block = new byte[BlockBytes];
    private long _doneBytes;

    /// <summary>Bytes that there are to read, for the progress.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Counts bytes that need not be read.</summary>
    public void Skip(long bytes) => Report(bytes);

    /// <summary>The SHA-256 of a file, in lower-case hex.</summary>
    public string Of(string path)
    {
        using IReadableFile file = files.OpenRead(path);
        return Read(file, target: null);
    }

    /// <summary>Copies a file, durably; the SHA-256 of what was read.</summary>
    public string Copy(string from, string to)
    {
        using IReadableFile source = files.OpenRead(from);
        using IWritableFile target = files.Create(to);
        string digest = Read(source, target);
        target.Sync();
        return digest;
    }

    private string Read(IReadableFile source, IWritableFile? target)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long offset = 0; offset < source.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = source.Read(offset, _block);
            if (length == 0)
                throw new CorruptDataException(source.Path, offset, $"ends here; {source.Length:N0} bytes are expected.");
            hash.AppendData(_block, 0, length);
            target?.Write(_block.AsSpan(0, length));
            offset += length;
            Report(length);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Report(long bytes)
    {
        _doneBytes += bytes;
        progress?.Report(new BackupProgress(BackupStep.Copying, _doneBytes, Math.Max(TotalBytes, _doneBytes)));
    }
}
