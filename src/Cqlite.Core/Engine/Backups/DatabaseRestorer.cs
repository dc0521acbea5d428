using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Backups;

/// <summary>
/// Makes a database of a backup. The files are copied beside the target, compared with the manifest's checksums, and every SSTable is read from beginning to
/// end; only then does the folder get its name. What an attempt that was interrupted has copied is taken over by the next.
/// </summary>
public static class DatabaseRestorer
{
    private const string ReplacedSuffix = ".cqlite-replaced";

    /// <summary>Restores.</summary>
    /// <param name="backup">The backup's folder.</param>
    /// <param name="target">The database's folder.</param>
    /// <param name="replace">Whether what is at the target may be replaced; else it must not exist or be empty.</param>
    /// <param name="progress">Told of every megabyte.</param>
    /// <param name="files">The file system; the machine's own by default.</param>
    /// <param name="cancellation">Ends it; the target is as it was.</param>
    /// <exception cref="StorageException">The target is occupied or open elsewhere, or the disk refuses; the target is as it was.</exception>
    /// <exception cref="CorruptDataException">A file is not as the manifest says, or an SSTable is damaged; the target is as it was.</exception>
    /// <exception cref="UnsupportedFormatException">The folder is no backup.</exception>
    public static RestoreResult Restore(
        string backup,
        string target,
        bool replace = false,
        IProgress<BackupProgress>? progress = null,
        IFileSystem? files = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(backup);
        ArgumentException.ThrowIfNullOrEmpty(target);
        files ??= PhysicalFileSystem.Instance;
        backup = Path.TrimEndingDirectorySeparator(Path.GetFullPath(backup));
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        BackupManifest manifest = BackupManifest.Read(files, backup);
        FinishReplacement(files, target);
        bool isOccupied = files.FileExists(target) || files.HoldsAnything(target);
        if (isOccupied && !(replace && files.DirectoryExists(target)))
            throw new StorageException(target, "is not empty; name another folder, or ask for it to be replaced.") { Problem = StorageProblem.Occupied };
        if (isOccupied && !files.FileExists(DatabaseFile.PathIn(target)))
            throw new StorageException(target, "holds something that is no database of this product, which is never replaced.") { Problem = StorageProblem.Occupied };

        string partial = target + BackupWriter.PartialSuffix;
        files.CreateDirectory(partial);
        Copy(files, backup, manifest, partial, progress, cancellation);
        (int sstables, long partitions, long rows) = Verify(files, partial, manifest, progress, cancellation);
        files.CreateDirectory(Path.Combine(partial, "data"));
        files.CreateDirectory(Path.Combine(partial, "commitlog"));

        // It is another database from now on: its counters and its log are its own.
        new DatabaseFile(Guid.NewGuid(), manifest.Settings).Write(files, partial);
        files.SyncTree(partial);
        Publish(files, partial, target, isOccupied);
        return new RestoreResult(target, manifest, sstables, partitions, rows);
    }

    private static void Copy(IFileSystem files, string backup, BackupManifest manifest, string partial, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        HashSet<string> wanted = [.. manifest.Files.Select(f => InFolder(partial, f.Path))];
        foreach (string left in files.FilesBelow(partial).Where(f => !wanted.Contains(f)).ToArray())
            files.DeleteFile(left);
        FileDigest digest = new(files, progress, cancellation) { TotalBytes = manifest.Bytes };
        foreach (BackupFile file in manifest.Files)
        {
            string source = InFolder(backup, file.Path);
            string copy = InFolder(partial, file.Path);
            if (files.FileExists(copy))
            {
                if (files.GetLength(copy) == file.Bytes && digest.Of(copy) == file.Sha256)
                    continue;
                files.DeleteFile(copy);
            }

            if (!files.FileExists(source))
                throw new CorruptDataException(source, -1, "is missing in the backup; its manifest names it.");
            if (files.GetLength(source) != file.Bytes)
                throw new CorruptDataException(source, -1, $"has {files.GetLength(source):N0} bytes; the backup's manifest says {file.Bytes:N0}.");
            files.CreateDirectory(Path.GetDirectoryName(copy)!);
            string sha256 = digest.Copy(source, copy);
            if (sha256 != file.Sha256)
            {
                files.DeleteFile(copy);
                throw new CorruptDataException(source, -1, $"has the SHA-256 {sha256}; the backup's manifest says {file.Sha256}.");
            }
        }
    }

    private static (int SSTables, long Partitions, long Rows) Verify(
        IFileSystem files,
        string partial,
        BackupManifest manifest,
        IProgress<BackupProgress>? progress,
        CancellationToken cancellation)
    {
        int count = 0;
        long partitions = 0;
        long rows = 0;
        long done = 0;
        string data = Path.Combine(partial, "data");
        foreach (SSTableDescriptor sstable in files.DirectoryExists(data) ? SSTableFolder.Find(files, data) : [])
        {
            VerificationFinding? error = null;
            long before = done;
            VerificationSummary summary = new SSTableVerifier(files, sstable).Verify(
                finding => error ??= finding.Severity == FindingSeverity.Error ? finding : null,
                progress is null ? null : new Forward(p => progress.Report(new BackupProgress(BackupStep.Verifying, Math.Min(before + p.DoneBytes, manifest.Bytes), manifest.Bytes))),
                cancellation);
            if (error is not null)
                throw new CorruptDataException(error.File, error.Offset, $"the backup holds a damaged SSTable, and is not restored: {error.Text}");
            done += files.GetLength(sstable.PathOf(SSTableComponent.Data));
            count++;
            partitions += summary.PartitionCount;
            rows += summary.RowCount;
        }

        return (count, partitions, rows);
    }

    private static void Publish(IFileSystem files, string partial, string target, bool isOccupied)
    {
        string parent = Path.GetDirectoryName(target) ?? target;
        string replaced = target + ReplacedSuffix;
        if (isOccupied)
        {
            using (DatabaseFile.Lock(files, target, "close it before it is replaced."))
            {
                // A folder with an open file in it can't be renamed everywhere: the lock is given back just before.
            }

            files.Rename(target, replaced);
        }
        else if (files.DirectoryExists(target))
        {
            files.DeleteDirectory(target);
        }

        bool isPublished = false;
        try
        {
            files.Rename(partial, target);
            isPublished = true;
        }
        finally
        {
            if (!isPublished && isOccupied)
                files.Rename(replaced, target);
        }

        files.SyncDirectory(parent);
        if (isOccupied)
            files.TryDeleteTree(replaced);
    }

    /// <summary>After a crash between the two renamings of a replacement: the old database gets its name back; after them it goes.</summary>
    private static void FinishReplacement(IFileSystem files, string target)
    {
        string replaced = target + ReplacedSuffix;
        if (!files.DirectoryExists(replaced) || !files.FileExists(DatabaseFile.PathIn(replaced)))
            return;
        if (files.DirectoryExists(target))
            files.DeleteTree(replaced);
        else
            files.Rename(replaced, target);
    }

    private static string InFolder(string folder, string path) => Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Reports at once, on the thread that works.</summary>
    private sealed class Forward(Action<VerificationProgress> report) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => report(value);
    }
}
