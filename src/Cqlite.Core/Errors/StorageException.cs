namespace Cqlite.Core.Errors;

/// <summary>What it is about the surroundings that refuses.</summary>
public enum StorageProblem
{
    /// <summary>Something else, such as a device that fails; the text tells.</summary>
    Other,

    /// <summary>A file or folder is missing.</summary>
    NotFound,

    /// <summary>The user may not.</summary>
    PermissionDenied,

    /// <summary>The disk, or the user's share of it, is full.</summary>
    DiskFull,

    /// <summary>Another process holds it.</summary>
    Locked,

    /// <summary>Something is there already.</summary>
    Occupied,

    /// <summary>It can only be read, by its nature or since its disk failed.</summary>
    ReadOnly,
}

/// <summary>
/// The surroundings refuse: a file or folder is missing, not permitted, locked by another process, or the disk is full.
/// Nothing is wrong with the data; the same call may succeed once the cause is removed.
/// </summary>
public sealed class StorageException : CqliteException
{
    /// <summary>Creates the error for a path.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="text">What is wrong, as it goes on after the path and a colon.</param>
    /// <param name="inner">What the platform said, which tells the problem where <see cref="Problem"/> is not set.</param>
    public StorageException(string path, string text, Exception? inner = null)
        : base($"{path}: {text}", inner)
    {
        Path = path;
        Problem = ProblemOf(inner);
    }

    /// <summary>The file or folder in question.</summary>
    public string Path { get; }

    /// <summary>What refuses.</summary>
    public StorageProblem Problem { get; init; }

    /// <summary>Whether an error of the platform says that the disk, or the user's share of it, is full.</summary>
    internal static bool IsDiskFull(IOException error)
    {
        const int noSpaceUnix = 28;
        const int overQuotaLinux = 122;
        const int overQuotaMac = 69;
        const int handleDiskFull = unchecked((int)0x80070027);
        const int diskFull = unchecked((int)0x80070070);
        return error.HResult is noSpaceUnix or handleDiskFull or diskFull
            || (OperatingSystem.IsLinux() && error.HResult == overQuotaLinux)
            || (OperatingSystem.IsMacOS() && error.HResult == overQuotaMac);
    }

    private static StorageProblem ProblemOf(Exception? inner) => inner switch
    {
        FileNotFoundException or DirectoryNotFoundException => StorageProblem.NotFound,
        UnauthorizedAccessException => StorageProblem.PermissionDenied,
        StorageException storage => storage.Problem,
        IOException io when IsDiskFull(io) => StorageProblem.DiskFull,
        _ => StorageProblem.Other,
    };
}
