namespace Cqlite.Core.Files;

/// <summary>
/// The one seam through which files are read, written, made durable, renamed and deleted, so that a test can tear writes
/// and pull the plug. Paths are absolute or relative as the platform has them. Failures that the platform reports
/// (missing, not permitted, full, locked) are <see cref="Errors.StorageException"/>.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens an existing file for positional reads.</summary>
    IReadableFile OpenRead(string path);

    /// <summary>Creates a file that must not exist, for appending.</summary>
    IWritableFile Create(string path);

    /// <summary>
    /// Creates a file that must not exist, for many small appends that are each synced. Room may be reserved ahead, so that a sync need not
    /// change the file's length: until it is closed, and after a crash, the file may then end in zeroes that nobody wrote.
    /// </summary>
    IWritableFile CreateLog(string path) => Create(path);

    /// <summary>Whether a file of that name exists.</summary>
    bool FileExists(string path);

    /// <summary>Whether a folder of that name exists.</summary>
    bool DirectoryExists(string path);

    /// <summary>Length of a file in bytes.</summary>
    long GetLength(string path);

    /// <summary>When a file was last changed, in milliseconds since 1970; 0 where that is not kept.</summary>
    long GetLastChangeMillis(string path) => 0;

    /// <summary>Bytes that can still be written below a folder; <see cref="long.MaxValue"/> where there is no telling.</summary>
    long GetAvailableBytes(string directory) => long.MaxValue;

    /// <summary>Full paths of the files directly in a folder, in ordinal order.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Full paths of the folders directly in a folder, in ordinal order.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>Creates a folder and its parents where missing.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a file, replacing one of that name, or a folder to a name that nothing has, atomically.</summary>
    void Rename(string from, string to);

    /// <summary>Makes a second name for a file's content.</summary>
    void CreateHardLink(string existing, string link);

    /// <summary>Deletes a file.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes an empty folder.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes creations, renames and deletions in a folder durable (nothing to do on Windows).</summary>
    void SyncDirectory(string path);

    /// <summary>Takes an exclusive lock by a file that is created where missing; null when another process holds it. Disposing gives it back.</summary>
    IDisposable? TryLock(string path);

    /// <summary>Id of the process that holds a lock; null where that can't be told.</summary>
    int? LockHolder(string path) => null;
}

/// <summary>A file open for reading at any position, from any thread.</summary>
public interface IReadableFile : IDisposable
{
    /// <summary>The path it was opened by.</summary>
    string Path { get; }

    /// <summary>Its length in bytes when it was opened.</summary>
    long Length { get; }

    /// <summary>Reads bytes at an offset until the destination is full or the file ends; returns how many.</summary>
    int Read(long offset, Span<byte> destination);
}

/// <summary>A file open for appending, by one thread at a time.</summary>
public interface IWritableFile : IDisposable
{
    /// <summary>The path it was created by.</summary>
    string Path { get; }

    /// <summary>Bytes written so far.</summary>
    long Position { get; }

    /// <summary>Appends bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Returns when all that was written is on stable storage. Once it has failed the file must not be trusted again.</summary>
    void Sync();
}
