using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// SSTables of one folder that come into being, and others that go, all at once: a log beside them says which, and readers (ours and
/// Cassandra's) leave the new ones out until the log has its commit record, and the old ones from then on.
/// </summary>
/// <remarks>
/// <code>
/// create log, sync            new SSTables do not count
/// write SSTables, sync
/// append COMMIT, sync         new SSTables count, old ones do not
/// delete old files, sync      then the log
/// </code>
/// The log's bytes are drawn on <see cref="TransactionLog"/>. Source: org/apache/cassandra/db/lifecycle/LogTransaction.java.
/// </remarks>
internal sealed class SSTableTransaction : IDisposable
{
    private const int ComponentCount = 8;
    private readonly IFileSystem _files;
    private readonly string _logPath;
    private readonly IWritableFile _log;
    private readonly List<SSTableDescriptor> _added = [];
    private readonly List<SSTableDescriptor> _removed = [];
    private bool _ended;

    /// <summary>Begins a transaction: creates its log.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="directory">The folder, which must exist.</param>
    /// <param name="version">Version of the SSTables.</param>
    /// <param name="operation">What is done, as Cassandra names it in the log's name: <c>flush</c>, <c>compaction</c>, <c>write</c>, <c>scrub</c>.</param>
    public SSTableTransaction(IFileSystem files, string directory, SSTableVersion version, string operation)
    {
        _files = files;
        Directory = Path.GetFullPath(directory);
        string prefix = version.IsBti ? $"{version.Format}-{version.Name}" : version.Name;
        _logPath = Path.Combine(Directory, $"{prefix}_txn_{operation}_{TimeUuid.Next():D}.log");
        _log = files.Create(_logPath);
        files.SyncDirectory(Directory);
    }

    /// <summary>Full path of the folder.</summary>
    public string Directory { get; }

    /// <summary>Notes an SSTable that will be written; before its files are created.</summary>
    public void Add(SSTableDescriptor sstable)
    {
        Append(TransactionLog.FormatRecord("ADD", PathOf(sstable), 0, ComponentCount));
        _added.Add(sstable);
    }

    /// <summary>Notes an SSTable that goes with the commit.</summary>
    /// <param name="sstable">The SSTable.</param>
    public void Remove(SSTableDescriptor sstable)
    {
        // Cassandra compares number and time of the files when it opens the folder, and takes nothing for granted that differs.
        List<string> files = FilesOf(sstable);
        long lastChangeMillis = files.Count == 0 ? 0 : files.Max(_files.GetLastChangeMillis);
        Append(TransactionLog.FormatRecord("REMOVE", PathOf(sstable), lastChangeMillis, files.Count));
        _removed.Add(sstable);
    }

    /// <summary>Gives up one of the SSTables that were to be written, whose files are closed.</summary>
    public void Discard(SSTableDescriptor sstable)
    {
        DeleteFiles(sstable);
        _added.Remove(sstable);
    }

    /// <summary>Whether the new SSTables count. While <see cref="Publish"/> has failed it is false, but only the log can tell, to whoever opens the folder next.</summary>
    public bool IsPublished { get; private set; }

    /// <summary>Whether <see cref="Publish"/> has failed where SSTables go, so that the next to open the folder finds either the old SSTables or the new ones.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Makes the new SSTables count, and deletes the old ones.</summary>
    public void Commit()
    {
        Publish();
        Tidy();
    }

    /// <summary>Makes the new SSTables count instead of the old ones, whose files stay until <see cref="Tidy"/>, for those who read them.</summary>
    /// <exception cref="StorageException">
    /// The log could not be written or synced. Whether its last record is on disk can't be told. Where SSTables go, nothing may be deleted from now on, neither
    /// old nor new (<see cref="IsInDoubt"/>); where none go, the new ones can be given up all the same.
    /// </exception>
    public void Publish()
    {
        IsInDoubt = _ended = _removed.Count > 0;
        try
        {
            Append(TransactionLog.FormatRecord("COMMIT", "", 0, 0));
        }
        finally
        {
            _log.Dispose();
        }

        _ended = true;
        IsInDoubt = false;
        IsPublished = true;
    }

    /// <summary>
    /// Deletes the old SSTables, then the log. When that fails, or never comes, nothing is wrong but that files stay: the log says that they do not count,
    /// and <see cref="Recover"/> deletes them.
    /// </summary>
    public void Tidy() => DeleteFilesThenLog(_removed);

    /// <summary>Without a commit: deletes the new SSTables, whose files are closed.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _log.Dispose();
        try
        {
            DeleteFilesThenLog(_added);
        }
        catch (StorageException)
        {
            // What is left does not count, as the log says, which is there as long as it is. The failure that led here is the one to tell of.
        }
    }

    /// <summary>Finishes what a process left that died: deletes what does not count, and the logs that say so.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="directory">A folder of SSTables in which nobody writes.</param>
    public static void Recover(IFileSystem files, string directory)
    {
        IReadOnlyList<string> paths = files.ListFiles(directory);
        foreach (string log in paths.Where(p => TransactionLog.IsLogName(Path.GetFileName(p))))
        {
            foreach (string prefix in TransactionLog.Read(files, log).VoidPrefixes(paths))
            {
                foreach (string path in paths.Where(p => IsOf(p, prefix)))
                    files.DeleteFile(path);
            }

            files.SyncDirectory(directory);
            files.DeleteFile(log);
            files.SyncDirectory(directory);
        }
    }

    /// <summary>A record's path ends where components' names begin. One with a comma can't stand in a record, which readers match by name alone.</summary>
    private static string PathOf(SSTableDescriptor sstable)
    {
        string path = Path.Combine(sstable.Directory, sstable.FilePrefix);
        return path.Contains(',', StringComparison.Ordinal) ? sstable.FilePrefix : path;
    }

    private void Append(string record)
    {
        BufferWriter line = new();
        line.WriteText(record);
        line.WriteByte((byte)'\n');
        _log.Write(line.WrittenSpan);
        _log.Sync();
    }

    /// <summary>The log goes when the files are gone for good: a disk may make deletions durable in any order, and without its log a file that is still there counts.</summary>
    private void DeleteFilesThenLog(List<SSTableDescriptor> sstables)
    {
        foreach (SSTableDescriptor sstable in sstables)
            DeleteFiles(sstable);
        if (sstables.Count > 0)
            _files.SyncDirectory(Directory);
        _files.DeleteFile(_logPath);
        _files.SyncDirectory(Directory);
    }

    private List<string> FilesOf(SSTableDescriptor sstable) =>
        [.. _files.ListFiles(Directory).Where(p => Path.GetFileName(p).StartsWith(sstable.FilePrefix, StringComparison.Ordinal))];

    private void DeleteFiles(SSTableDescriptor sstable)
    {
        foreach (string path in _files.ListFiles(Directory).Where(p => IsOf(p, sstable.FilePrefix)))
            _files.DeleteFile(path);
    }

    // What we have beside an SSTable goes with it, though records do not count it: a node does not know it.
    private static bool IsOf(string path, string prefix)
    {
        ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
        if (name.StartsWith(SSTableDescriptor.CompanionMark, StringComparison.Ordinal))
            name = name[SSTableDescriptor.CompanionMark.Length..];
        return name.StartsWith(prefix, StringComparison.Ordinal);
    }
}
