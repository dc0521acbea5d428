using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Backups;

/// <summary>An earlier backup of a database, whose files a later one takes over.</summary>
internal sealed class BackupPredecessor
{
    private static readonly string[] s_telling = ["-Statistics.db", "-Digest.crc32"];
    private readonly Dictionary<string, BackupFile> _files;

    private BackupPredecessor(string folder, BackupManifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
        _files = manifest.Files.ToDictionary(f => f.Path, StringComparer.Ordinal);
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>What it consists of.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>The youngest backup of a database beside a new one; null where there is none.</summary>
    public static BackupPredecessor? Find(IFileSystem files, string destination, Guid databaseId)
    {
        string? parent = Path.GetDirectoryName(destination);
        if (parent is null || !files.DirectoryExists(parent))
            return null;
        BackupPredecessor? youngest = null;
        foreach (string folder in files.ListDirectories(parent))
        {
            if (PathNames.AreSame(folder, destination) || !files.FileExists(Path.Combine(folder, BackupManifest.FileName)) || TryRead(files, folder) is not { } manifest)
                continue;
            if (manifest.DatabaseId == databaseId && !(youngest?.Manifest.CreatedAt >= manifest.CreatedAt))
                youngest = new BackupPredecessor(folder, manifest);
        }

        return youngest;
    }

    /// <summary>The full path of one of its files.</summary>
    public string PathOf(string path) => Path.Combine(Folder, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>
    /// The checksums of an SSTable's files if this backup has the very same SSTable; else null. Names and lengths do not tell alone, for ids come again when a
    /// table was emptied: statistics (with times, and the origin) and the data's checksum do.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Match(IReadOnlyList<(string Source, string Path, long Bytes)> components, FileDigest digest)
    {
        Dictionary<string, string> known = new(StringComparer.Ordinal);
        foreach ((_, string path, long bytes) in components)
        {
            if (!_files.TryGetValue(path, out BackupFile? file) || file.Bytes != bytes)
                return null;
            known.Add(path, file.Sha256);
        }

        foreach (string telling in s_telling)
        {
            string? path = known.Keys.FirstOrDefault(p => p.EndsWith(telling, StringComparison.Ordinal));
            if (path is null || digest.Of(components.First(c => c.Path == path).Source) != known[path])
                return null;
        }

        return known;
    }

    private static BackupManifest? TryRead(IFileSystem files, string folder)
    {
        try
        {
            return BackupManifest.Read(files, folder);
        }
        catch (CqliteException)
        {
            // Another program's manifest, or a damaged one: no predecessor. A whole backup is made then.
            return null;
        }
    }
}
