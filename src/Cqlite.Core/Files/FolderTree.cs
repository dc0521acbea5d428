using Cqlite.Core.Errors;

namespace Cqlite.Core.Files;

/// <summary>Folders with all that is below them.</summary>
internal static class FolderTree
{
    /// <summary>Full paths of all files below a folder.</summary>
    public static IEnumerable<string> FilesBelow(this IFileSystem files, string directory)
    {
        foreach (string file in files.ListFiles(directory))
            yield return file;
        foreach (string child in files.ListDirectories(directory))
        {
            foreach (string file in files.FilesBelow(child))
                yield return file;
        }
    }

    /// <summary>Deletes a folder with all that is below it; nothing where there is none.</summary>
    public static void DeleteTree(this IFileSystem files, string directory)
    {
        if (!files.DirectoryExists(directory))
            return;
        foreach (string file in files.ListFiles(directory))
            files.DeleteFile(file);
        foreach (string child in files.ListDirectories(directory))
            files.DeleteTree(child);
        files.DeleteDirectory(directory);
    }

    /// <summary>The same where another failure is to be told of: what can't be deleted stays.</summary>
    public static void TryDeleteTree(this IFileSystem files, string directory)
    {
        try
        {
            files.DeleteTree(directory);
        }
        catch (StorageException)
        {
            // Whoever comes next deletes it.
        }
    }

    /// <summary>Makes the names below a folder durable, and its own.</summary>
    public static void SyncTree(this IFileSystem files, string directory)
    {
        foreach (string child in files.ListDirectories(directory))
            files.SyncTree(child);
        files.SyncDirectory(directory);
    }

    /// <summary>Makes a durable file of a text.</summary>
    public static void WriteDurably(this IFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        using IWritableFile file = files.Create(path);
        file.Write(content);
        file.Sync();
    }

    /// <summary>Whether a folder is there and holds anything.</summary>
    public static bool HoldsAnything(this IFileSystem files, string directory) =>
        files.DirectoryExists(directory) && files.ListFiles(directory).Concat(files.ListDirectories(directory)).Any();
}
