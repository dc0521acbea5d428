namespace Cqlite.Core.Files;

/// <summary>Files of another file system, through which nothing is written: what derives from it changes how they are read.</summary>
internal abstract class ReadOnlyFileSystem(IFileSystem below) : IFileSystem
{
    /// <summary>The file system with the files.</summary>
    protected IFileSystem Below => below;

    /// <inheritdoc/>
    public virtual IReadableFile OpenRead(string path) => below.OpenRead(path);

    /// <inheritdoc/>
    public virtual bool FileExists(string path) => below.FileExists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => below.DirectoryExists(path);

    /// <inheritdoc/>
    public virtual long GetLength(string path) => below.GetLength(path);

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> ListFiles(string directory) => below.ListFiles(directory);

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

    private static NotSupportedException NotWritten() => new("These files are only read.");
}
