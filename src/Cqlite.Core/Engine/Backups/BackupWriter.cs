using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Backups;

/// <summary>
/// Makes a backup of a database while it is written: all SSTables of one moment, by hard links where the file systems allow, else by copies. It takes form
/// beside its destination and gets its name when it is whole, so that there is either nothing or a whole backup.
/// </summary>
/// <remarks>
/// <code>
/// DESTINATION/data/KEYSPACE/TABLE-ID/nb-1-big-Data.db ...   as in the database, system_schema too
/// DESTINATION/schema.cql                                     what DESCRIBE prints, ids included
/// DESTINATION/manifest.json                                  see BackupManifest
/// </code>
/// A folder of this form can be opened as it is, for reading. SSTables never change, so that links are as good as copies, but for damage of the disk.
/// </remarks>
internal sealed class BackupWriter
{
    /// <summary>What an unfinished backup or restoration is called.</summary>
    public const string PartialSuffix = ".cqlite-partial";

    private const string StagingName = ".backup";
    private readonly IFileSystem _files;
    private readonly string _database;
    private readonly string _destination;
    private readonly string _partial;
    private readonly string _staging;
    private readonly BackupPredecessor? _previous;
    private readonly FileDigest _digest;
    private readonly List<Item> _items = [];
    private int _reused;
    private int _copied;

    /// <summary>Prepares a backup.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="database">The database's folder.</param>
    /// <param name="destination">The backup's folder, which must not exist or be empty.</param>
    /// <param name="previous">The backup whose files are taken over; null for none.</param>
    /// <param name="progress">Told of every megabyte.</param>
    /// <param name="cancellation">Ends it; nothing is left then.</param>
    public BackupWriter(IFileSystem files, string database, string destination, BackupPredecessor? previous, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        _files = files;
        _database = database;
        _destination = destination;
        _partial = destination + PartialSuffix;
        _staging = Path.Combine(database, StagingName);
        _previous = previous;
        _digest = new FileDigest(files, progress, cancellation);
    }

    /// <summary>Makes it.</summary>
    /// <param name="file">The database's id and settings.</param>
    /// <param name="whileSettled">Runs something while no SSTable comes or goes.</param>
    /// <param name="content">Then: the schema, and all SSTables.</param>
    /// <exception cref="StorageException">The destination is not empty, or can't be written; nothing is left there.</exception>
    public BackupResult Write(DatabaseFile file, Action<Action> whileSettled, Func<(DatabaseSchema Schema, IEnumerable<SSTableDescriptor> SSTables)> content)
    {
        if (_files.FileExists(_destination) || _files.HoldsAnything(_destination))
            throw new StorageException(_destination, "is not empty; a backup is made in a folder of its own.") { Problem = StorageProblem.Occupied };
        if ((_destination + Path.DirectorySeparatorChar).StartsWith(Path.Combine(_database, "data") + Path.DirectorySeparatorChar, PathNames.Comparison))
            throw new StorageException(_destination, "is within the database's own data; a backup is made elsewhere.") { Problem = StorageProblem.Occupied };
        _files.DeleteTree(_partial);
        _files.DeleteTree(_staging);
        bool isWhole = false;
        try
        {
            _files.CreateDirectory(_partial);
            DatabaseSchema? schema = null;
            whileSettled(() =>
            {
                (schema, IEnumerable<SSTableDescriptor> sstables) = content();
                foreach (SSTableDescriptor sstable in sstables)
                    Secure(sstable);
            });
            BackupManifest manifest = Complete(file, schema!);
            Publish();
            isWhole = true;
            return new BackupResult(_destination, manifest, _reused, _copied, _items.Where(i => !i.IsReused).Sum(i => i.Bytes));
        }
        finally
        {
            _files.TryDeleteTree(_staging);
            if (!isWhole)
                _files.TryDeleteTree(_partial);
        }
    }

    /// <summary>What <c>schema.cql</c> says: every keyspace that is not the system's own, as DESCRIBE prints it.</summary>
    public static string SchemaText(DatabaseSchema schema)
    {
        System.Text.StringBuilder text = new();
        foreach (KeyspaceMetadata keyspace in schema.Keyspaces.Values.Where(k => !SystemKeyspaces.IsSystem(k.Name)))
        {
            foreach (DescribedElement element in SchemaDescriber.Elements(keyspace, withInternals: true))
                text.Append(element.CreateStatement).Append("\n\n");
        }

        return text.ToString();
    }

    /// <summary>Gives an SSTable names that stay when the database deletes it: in the backup, else in the database's staging folder; else copies it at once.</summary>
    private void Secure(SSTableDescriptor sstable)
    {
        string folder = Path.GetRelativePath(_database, sstable.Directory).Replace(Path.DirectorySeparatorChar, '/');
        List<(string Source, string Path, long Bytes)> components = [];
        foreach (SSTableComponent component in SSTable.ListComponents(_files, sstable))
        {
            string source = sstable.PathOf(component);
            components.Add((source, $"{folder}/{Path.GetFileName(source)}", _files.GetLength(source)));
        }

        IReadOnlyDictionary<string, string>? known = _previous?.Match(components, _digest);
        foreach ((string source, string path, long bytes) in components)
        {
            Item item = new(path, bytes) { Sha256 = known?[path], IsReused = known is not null };
            string target = InFolder(_partial, path);
            _files.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!(known is not null && TryLink(_previous!.PathOf(path), target)) && !TryLink(source, target))
            {
                string staged = InFolder(_staging, path);
                _files.CreateDirectory(Path.GetDirectoryName(staged)!);
                if (TryLink(source, staged))
                    item.Staged = staged;
                else
                    item.Sha256 = _digest.Copy(source, target);
                _copied++;
            }

            if (item.IsReused)
                _reused++;
            _items.Add(item);
        }
    }

    private BackupManifest Complete(DatabaseFile file, DatabaseSchema schema)
    {
        _digest.TotalBytes = _items.Sum(i => i.Bytes);
        foreach (Item item in _items)
        {
            string target = InFolder(_partial, item.Path);
            if (item.Staged is { } staged)
                item.Sha256 = _digest.Copy(staged, target);
            else if (item.Sha256 is null)
                item.Sha256 = _digest.Of(target);
            else
                _digest.Skip(item.Bytes);
        }

        string schemaPath = Path.Combine(_partial, "schema.cql");
        byte[] text = System.Text.Encoding.UTF8.GetBytes(SchemaText(schema));
        _files.WriteDurably(schemaPath, text);
        BackupManifest manifest = new()
        {
            CreatedAt = DateTimeOffset.UtcNow,
            DatabaseId = file.HostId,
            Previous = _previous is null ? null : Path.GetFileName(_previous.Folder),
            Settings = file.Settings,
            Files = [.. _items.Select(i => new BackupFile(i.Path, i.Bytes, i.Sha256!)).Append(new BackupFile("schema.cql", text.Length, _digest.Of(schemaPath))).OrderBy(f => f.Path, StringComparer.Ordinal)],
        };
        manifest.Write(_files, _partial);
        _files.SyncTree(_partial);
        return manifest;
    }

    private void Publish()
    {
        if (_files.DirectoryExists(_destination))
            _files.DeleteDirectory(_destination);
        _files.Rename(_partial, _destination);
        if (Path.GetDirectoryName(_destination) is { } parent)
            _files.SyncDirectory(parent);
    }

    private bool TryLink(string existing, string link)
    {
        try
        {
            _files.CreateHardLink(existing, link);
            return true;
        }
        catch (StorageException)
        {
            // Another disk, a file system without links, too many links: a copy does as well, and tells if it can't be made either.
            return false;
        }
    }

    private static string InFolder(string folder, string path) => Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));

    private sealed record Item(string Path, long Bytes)
    {
        public string? Sha256 { get; set; }

        public string? Staged { get; set; }

        public bool IsReused { get; init; }
    }
}
