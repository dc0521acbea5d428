using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>A table's folder, or one snapshot of it, with its SSTables.</summary>
/// <param name="Keyspace">The keyspace's name, by the folders; of loose files what the folder above is called.</param>
/// <param name="Table">The table's name, by the folder.</param>
/// <param name="Id">The table's id, where the folder's name has it.</param>
/// <param name="Path">The folder that holds the SSTables.</param>
/// <param name="SSTables">The SSTables, by id.</param>
internal sealed record TableFolder(string Keyspace, string Table, Guid? Id, string Path, IReadOnlyList<SSTableDescriptor> SSTables);

/// <summary>
/// What lies below a path: a database or Cassandra node, its data directory, a keyspace's or a table's folder, snapshots at any of
/// these levels, or a folder of loose SSTables.
/// </summary>
/// <remarks>
/// Source: org/apache/cassandra/db/Directories.java.
/// <code>
/// [NODE/]data/KEYSPACE/TABLE-ID/nb-1-big-Data.db
/// [NODE/]commitlog/CommitLog-7-1700000000000.log
/// [NODE/]data/KEYSPACE/TABLE-ID/snapshots/NAME/{nb-1-big-Data.db,schema.cql,manifest.json}
/// </code>
/// </remarks>
internal sealed class DatabaseLayout
{
    private const int DeepestTable = 2;
    private const int DeepestSearch = 8;
    private readonly IFileSystem _files;
    private readonly string? _snapshot;
    private readonly List<TableFolder> _tables = [];
    private readonly List<string> _passed = [];
    private readonly List<(string Folder, IReadOnlyList<string> Snapshots)> _unchosen = [];
    private readonly SortedSet<string> _snapshots = new(StringComparer.Ordinal);

    private DatabaseLayout(IFileSystem files, string root, string? snapshot)
    {
        _files = files;
        Root = root;
        _snapshot = snapshot;
        Snapshot = snapshot;
    }

    /// <summary>The folder below which tables were found: the data directory of a node.</summary>
    public string Root { get; }

    /// <summary>The snapshot that the tables' SSTables are of: the one that was asked for, or the only one of folders that have nothing else; null for the tables' own, and where the path leads into one.</summary>
    public string? Snapshot { get; private set; }

    /// <summary>The tables' folders, by keyspace, then table.</summary>
    public IReadOnlyList<TableFolder> Tables => _tables;

    /// <summary>Folders with SSTables that are those of no table, by their place: within a table's folder, or too deep. Snapshots, backups and indexes are not among them.</summary>
    public IReadOnlyList<string> Passed => _passed;

    /// <summary>The node's commit log; null where none belongs to what was opened: no node or data directory, or a snapshot.</summary>
    public string? CommitLogDirectory { get; private init; }

    /// <summary>Finds the tables at or below a path.</summary>
    /// <exception cref="StorageException">There is no such folder.</exception>
    /// <exception cref="UnsupportedFormatException">It holds nothing of Cassandra's.</exception>
    public static DatabaseLayout Discover(IFileSystem files, string path, string? snapshot)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (files.FileExists(full))
            throw new UnsupportedFormatException(full, "is a file; a database is a folder: a node's, its data directory, a snapshot or a folder of SSTables.");
        if (!files.DirectoryExists(full))
            throw new StorageException(full, "no such folder.");

        string data = System.IO.Path.Combine(full, "data");
        bool isNode = files.DirectoryExists(data) && SSTableFolder.FindIn(files, full).Count == 0;
        string root = isNode ? data : full;
        string? commitLog = System.IO.Path.GetFileName(root) == "data" ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(root) ?? root, "commitlog") : null;
        var layout = new DatabaseLayout(files, root, snapshot)
        {
            CommitLogDirectory = snapshot is null && commitLog is not null && files.DirectoryExists(commitLog) ? commitLog : null,
        };
        layout.Walk(layout.Root, depth: 0);
        layout.ChooseSnapshots();
        layout.CheckNames();
        if (layout._tables.Count == 0 && !isNode)
        {
            throw new UnsupportedFormatException(
                full,
                "holds no SSTables; expected a node's folder with data/, a data directory, a keyspace's or a table's folder, a snapshot, or a folder of SSTables.");
        }

        layout._tables.Sort((a, b) => string.CompareOrdinal(a.Keyspace, b.Keyspace) is var order and not 0 ? order : string.CompareOrdinal(a.Table, b.Table));
        return layout;
    }

    /// <summary>The table that an SSTable is of, and of the data directory that it lies in the tables that hold the schema.</summary>
    public static DatabaseLayout Around(IFileSystem files, SSTableDescriptor sstable)
    {
        string table = sstable.Snapshot is not null ? Above(Above(sstable.Directory)) : sstable.IsBackup ? Above(sstable.Directory) : sstable.Directory;
        bool isOfNode = HasId(System.IO.Path.GetFileName(table));
        var layout = new DatabaseLayout(files, isOfNode ? Above(Above(table)) : sstable.Directory, snapshot: null);
        string schema = System.IO.Path.Combine(layout.Root, SystemKeyspaces.Schema);
        if (isOfNode && files.DirectoryExists(schema))
            layout.Walk(schema, depth: 1);
        if (!layout._tables.Exists(t => t.Path == sstable.Directory))
            layout.Add(sstable.Directory, [sstable]);
        return layout;

        static string Above(string folder) => System.IO.Path.GetDirectoryName(folder) ?? folder;
    }

    private void Walk(string folder, int depth)
    {
        string name = System.IO.Path.GetFileName(folder);
        IReadOnlyList<SSTableDescriptor> sstables = SSTableFolder.FindIn(_files, folder);
        IReadOnlyList<string> snapshots = SnapshotsOf(folder);
        _snapshots.UnionWith(snapshots);
        bool isSnapshot = _files.FileExists(System.IO.Path.Combine(folder, "manifest.json")) || ParentName(folder) == "snapshots";
        if (sstables.Count == 0 && snapshots.Count == 0 && !isSnapshot && !HasId(name))
        {
            if (depth > DeepestTable)
            {
                Pass(folder, depth);
                return;
            }

            foreach (string child in _files.ListDirectories(folder))
            {
                if (!System.IO.Path.GetFileName(child).StartsWith('.'))
                    Walk(child, depth + 1);
            }

            return;
        }

        if (!isSnapshot)
            Pass(folder, depth);

        if (_snapshot is not null && !isSnapshot)
        {
            string chosen = System.IO.Path.Combine(folder, "snapshots", _snapshot);
            if (_files.DirectoryExists(chosen))
                Add(chosen, SSTableFolder.FindIn(_files, chosen));
        }
        else if (sstables.Count == 0 && snapshots.Count > 0)
        {
            _unchosen.Add((folder, snapshots));
        }
        else
        {
            Add(folder, sstables);
        }
    }

    // Nobody looks for a table there; who put SSTables there is to know.
    private void Pass(string folder, int depth)
    {
        foreach (string child in depth < DeepestSearch ? _files.ListDirectories(folder) : [])
        {
            if (System.IO.Path.GetFileName(child) is "snapshots" or "backups" or ['.', ..])
                continue;
            if (SSTableFolder.FindIn(_files, child).Count > 0)
                _passed.Add(child);
            Pass(child, depth + 1);
        }
    }

    private IReadOnlyList<string> SnapshotsOf(string folder)
    {
        string snapshots = System.IO.Path.Combine(folder, "snapshots");
        return _files.DirectoryExists(snapshots) ? [.. _files.ListDirectories(snapshots).Select(System.IO.Path.GetFileName)!] : [];
    }

    // Folders without SSTables of their own are those of empty tables of a node, or all there is of a snapshot that was copied out of one.
    private void ChooseSnapshots()
    {
        if (_snapshot is not null && _tables.Count == 0)
        {
            string there = _snapshots.Count > 0 ? $"there are {string.Join(", ", _snapshots)}" : "there are no snapshots";
            throw new StorageException(Root, $"no table has a snapshot '{_snapshot}'; {there}.") { Problem = StorageProblem.NotFound };
        }

        bool onlySnapshots = _tables.TrueForAll(t => t.SSTables.Count == 0);
        string[] names = [.. _unchosen.SelectMany(u => u.Snapshots).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (onlySnapshots && names.Length > 1)
        {
            throw new UnsupportedFormatException(
                Root,
                $"holds nothing but snapshots, of several names: {string.Join(", ", names)}. Name one: --snapshot {names[^1]} (in PowerShell -Snapshot); of a comparison's target --target-snapshot (-TargetSnapshot).");
        }

        if (onlySnapshots && names.Length == 1)
            Snapshot = names[0];
        foreach ((string folder, _) in _unchosen)
        {
            string chosen = onlySnapshots ? System.IO.Path.Combine(folder, "snapshots", names[0]) : folder;
            if (_files.DirectoryExists(chosen))
                Add(chosen, SSTableFolder.FindIn(_files, chosen));
        }
    }

    private void CheckNames()
    {
        foreach (IGrouping<(string, string), TableFolder> same in _tables.GroupBy(t => (t.Keyspace, t.Table)).Where(g => g.Count() > 1).ToList())
        {
            if (same.Any(t => t.Id is null) || same.Select(t => t.Id).Distinct().Count() < same.Count())
                throw new UnsupportedFormatException(Root, $"has several folders of one table ({string.Join(", ", same.Select(t => t.Path))}); open one of them.");
        }
    }

    private void Add(string folder, IReadOnlyList<SSTableDescriptor> sstables)
    {
        string table = folder;
        if (ParentName(folder) == "snapshots")
            table = System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(folder)) ?? folder;
        else if (System.IO.Path.GetFileName(folder) == "backups" && HasId(ParentName(folder)))
            table = System.IO.Path.GetDirectoryName(folder)!;
        string name = System.IO.Path.GetFileName(table);
        Guid? id = null;
        if (HasId(name))
        {
            id = Guid.ParseExact(name[^32..], "N");
            name = name[..^33];
        }

        _tables.Add(new TableFolder(ParentName(table), name, id, folder, sstables));
    }

    private static string ParentName(string folder) => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(folder) ?? "");

    private static bool HasId(string name) =>
        name.Length > 33 && name[^33] == '-' && UInt128.TryParse(name.AsSpan(name.Length - 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
}
