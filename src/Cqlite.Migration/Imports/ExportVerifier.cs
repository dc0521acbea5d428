using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
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

    /// <summary>Requires that every file of an export is as its manifest says; how many there are.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The export's folder.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CorruptDataException">One is not.</exception>
    public static int RequireAll(IFileSystem files, string folder, CancellationToken cancellation)
    {
        ExportManifest manifest = ManifestFile.Read(files, folder);
        FileDigest digest = new(files, null, cancellation);
        ExportFile[] all = [manifest.Schema, .. manifest.Tables.SelectMany(t => t.Files)];
        foreach (ExportFile file in all)
            Require(files, folder, file, digest);
        return all.Length;
    }

    /// <summary>Where a file lies.</summary>
    public static string PathOf(string folder, ExportFile file) => Path.Combine(folder, file.Path.Replace('/', Path.DirectorySeparatorChar));
}
