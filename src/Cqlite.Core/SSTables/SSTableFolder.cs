using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables;

/// <summary>Finds SSTables below a path: a component, a table's folder, a keyspace's, a node's data directory, a snapshot.</summary>
/// <remarks>Source: org/apache/cassandra/db/Directories.java, db/lifecycle/LogAwareFileLister.java.</remarks>
public static class SSTableFolder
{
    /// <summary>
    /// The SSTables at or below a path, by folder, then by id. Snapshots and backups below the path are passed over (a path that
    /// leads into one is not); what an unfinished or a finished transaction made void is left out.
    /// </summary>
    /// <exception cref="UnsupportedFormatException">A file is named as an SSTable's, but of an unknown version.</exception>
    /// <exception cref="CorruptDataException">A transaction log does not fit the files.</exception>
    public static IReadOnlyList<SSTableDescriptor> Find(IFileSystem files, string path)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.FileExists(path))
            return [SSTableDescriptor.Parse(path)];
        if (!files.DirectoryExists(path))
            throw new StorageException(path, "no such file or folder.");

        List<SSTableDescriptor> found = [];
        Collect(files, Path.GetFullPath(path), found);
        return found;
    }

    /// <summary>The SSTables directly in one folder, by id.</summary>
    public static IReadOnlyList<SSTableDescriptor> FindIn(IFileSystem files, string directory)
    {
        ArgumentNullException.ThrowIfNull(files);
        Dictionary<string, SSTableDescriptor> byPrefix = new(StringComparer.Ordinal);
        List<string> transactionLogs = [];
        IReadOnlyList<string> paths = files.ListFiles(directory);
        foreach (string path in paths)
        {
            if (TransactionLog.IsLogName(Path.GetFileName(path)))
                transactionLogs.Add(path);
            else if (!path.EndsWith(".tmp", StringComparison.Ordinal) && SSTableDescriptor.TryParse(path, out SSTableDescriptor? descriptor, out _))
                byPrefix.TryAdd(descriptor.FilePrefix, descriptor);
        }

        foreach (string log in transactionLogs)
        {
            foreach (string prefix in TransactionLog.Read(files, log).VoidPrefixes(paths))
                byPrefix.Remove(prefix);
        }

        return [.. byPrefix.Values.OrderBy(d => d.Id).ThenBy(d => d.FilePrefix, StringComparer.Ordinal)];
    }

    private static void Collect(IFileSystem files, string directory, List<SSTableDescriptor> found)
    {
        found.AddRange(FindIn(files, directory));
        foreach (string child in files.ListDirectories(directory))
        {
            if (Path.GetFileName(child) is not ("snapshots" or "backups"))
                Collect(files, child, found);
        }
    }
}
