namespace Cqlite.Core.Errors;

/// <summary>
/// The surroundings refuse: a file or folder is missing, not permitted, locked by another process, or the disk is full.
/// Nothing is wrong with the data; the same call may succeed once the cause is removed.
/// </summary>
public sealed class StorageException : CqliteException
{
    /// <summary>Creates the error for a path.</summary>
    public StorageException(string path, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner) => Path = path;

    /// <summary>The file or folder in question.</summary>
    public string Path { get; }
}
