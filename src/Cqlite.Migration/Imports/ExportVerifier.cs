using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Migration.Exports;

namespace Cqlite.Migration.Imports;

/// <summary>Compares the files of an export with its manifest.</summary>
internal static class ExportVerifier
{
    /// <summary>Requires that a file is as the manifest says.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The export's folder.</param>
    /// <param name="file">The file.</param>
    /// <param name="digest">Reads files; null where lengths are enough.</param>
    /// <exception cref="CorruptDataException">It is not.</exception>
    public static void Require(IFileSystem files, string folder, ExportFile file, FileDigest? digest)
    {
        string path = PathOf(folder, file);
        if (!files.FileExists(path))
            throw new CorruptDataException(path, -1, "is missing; the export's manifest names it.");
        if (files.GetLength(path) != file.Bytes)
            throw new CorruptDataException(path, -1, $"has {files.GetLength(path):N0} bytes; the export's manifest says {file.Bytes:N0}.");
        if (digest is not null && digest.Of(path) is var actual && actual != file.Sha256)
            throw new CorruptDataException(path, -1, $"has the SHA-256 {actual}; the export's manifest says {file.Sha256}.");
    }

    /// <summary>Requires that the definitions are as the manifest says.</summary>
    /// <exception cref="CorruptDataException">They are not.</exception>
    public static void RequireSchema(IFileSystem files, string folder, ExportManifest manifest, FileDigest? digest)
    {
        // An export that ended while it replaced them may have done so, or not.
        string path = PathOf(folder, manifest.Schema);
        bool isNext = manifest.NextSchema is { } next && files.FileExists(path) && files.GetLength(path) == next.Bytes && (digest is null || digest.Of(path) == next.Sha256);
        if (!isNext)
            Require(files, folder, manifest.Schema, digest);
    }

    /// <summary>Requires that a table's folder has no SSTables, and no logs of any, but those that the manifest names.</summary>
    /// <exception cref="CorruptDataException">It has others, which would tell whoever opens the folder of more rows, or of fewer.</exception>
    public static void RequireNothingElse(IFileSystem files, string folder, ExportTable table)
    {
        string path = Path.Combine(folder, table.Folder.Replace('/', Path.DirectorySeparatorChar));
        if (!files.DirectoryExists(path))
            return;
        HashSet<string> named = [.. table.Files.Select(f => PathOf(folder, f))];
        if (files.ListFiles(path).FirstOrDefault(f => !named.Contains(f) && (SSTableDescriptor.TryParse(f, out _, out _) || Path.GetFileName(f).Contains("_txn_", StringComparison.Ordinal))) is { } other)
            throw new CorruptDataException(other, -1, $"the export's manifest does not name it; an export that is gone on with leaves nothing of {table.Keyspace}.{table.Name} but what it names.");
    }

    /// <summary>Requires that every file of an export is as its manifest says; how many there are.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The export's folder.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CorruptDataException">One is not.</exception>
    public static int RequireAll(IFileSystem files, string folder, CancellationToken cancellation)
    {
        ExportManifest manifest = ManifestFile.Read(files, folder);
        FileDigest digest = new(files, null, cancellation);
        RequireSchema(files, folder, manifest, digest);
        int count = 1;
        foreach (ExportTable table in manifest.Tables)
        {
            RequireNothingElse(files, folder, table);
            foreach (ExportFile file in table.Files)
            {
                Require(files, folder, file, digest);
                count++;
            }
        }

        return count;
    }

    /// <summary>Where a file lies.</summary>
    public static string PathOf(string folder, ExportFile file) => Path.Combine(folder, file.Path.Replace('/', Path.DirectorySeparatorChar));
}
