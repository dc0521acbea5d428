using System.Collections.Concurrent;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Writing;

/// <summary>Where and how a database's SSTables are written: the tables' folders, ids that are free in them, and the writers' options. Serves all threads.</summary>
/// <param name="options">How the database was opened.</param>
/// <param name="dataDirectory">The folder of the keyspaces' folders.</param>
/// <param name="hostId">Id that SSTables name as their origin.</param>
/// <param name="hasLateTimes">Whether times past 2038 may come, which SSTables must then have room for.</param>
internal sealed class TableFolders(DatabaseOptions options, string dataDirectory, Guid hostId, bool hasLateTimes)
{
    private readonly IFileSystem _files = options.Files;
    private readonly ConcurrentDictionary<Guid, SSTableIdSource> _ids = new();

    /// <summary>The folder of a table's SSTables.</summary>
    public string PathOf(TableMetadata table) => Path.Combine(dataDirectory, table.Keyspace, $"{table.Name}-{table.Id:N}");

    /// <summary>The next free id of a table's SSTables.</summary>
    public SSTableId NextId(TableStore store) => _ids.GetOrAdd(store.Table.Id, _ => new SSTableIdSource(ExistingIds(store), useUuids: false)).Next();

    /// <summary>How SSTables of a table are written.</summary>
    public SSTableWriterOptions WriterOptions(TableMetadata table, EncodingStats stats) => SSTableWriterOptions.For(table, SerializationHeader.Of(table, stats)) with
    {
        Version = hasLateTimes && !options.SSTableVersion.HasUIntDeletionTime ? SSTableVersion.OfName("oa") : options.SSTableVersion,
        OriginatingHostId = hostId,
    };

    /// <summary>Requires that a keyspace's name can be that of a folder, before anything is written that would find no place.</summary>
    /// <exception cref="InvalidQueryException">Windows has a device of that name.</exception>
    public static void RequireName(string keyspace)
    {
        if (OperatingSystem.IsWindows() && WindowsPath.IsDevice(keyspace))
            throw new InvalidQueryException($"keyspace {keyspace} can't be stored on Windows, for which '{keyspace}' is a device and no folder.");
    }

    /// <summary>Makes a table's folder where it is missing, durably.</summary>
    public void Ensure(string directory)
    {
        if (_files.DirectoryExists(directory))
            return;
        _files.CreateDirectory(directory);
        string keyspace = Path.GetDirectoryName(directory)!;
        _files.SyncDirectory(keyspace);
        _files.SyncDirectory(dataDirectory);
    }

    /// <summary>Makes an empty file beside a table's SSTables, durably.</summary>
    public void CreateFile(TableStore store, string name)
    {
        string directory = store.Directory!;
        Ensure(directory);
        using (IWritableFile file = _files.Create(Path.Combine(directory, name)))
            file.Sync();
        _files.SyncDirectory(directory);
    }

    /// <summary>Deletes what a table has in its folder, which nobody uses any more. Snapshots and backups stay.</summary>
    public void Delete(TableStore store)
    {
        _ids.TryRemove(store.Table.Id, out _);
        string directory = store.Directory!;
        if (!_files.DirectoryExists(directory))
            return;
        foreach (string path in _files.ListFiles(directory))
            _files.DeleteFile(path);
        if (_files.ListDirectories(directory).Count == 0)
            _files.DeleteDirectory(directory);
    }

    private IEnumerable<SSTableId> ExistingIds(TableStore store)
    {
        if (!_files.DirectoryExists(store.Directory!))
            yield break;
        foreach (string path in _files.ListFiles(store.Directory!))
        {
            if (SSTableDescriptor.TryParse(path, out SSTableDescriptor? descriptor, out _))
                yield return descriptor.Id;
        }
    }
}
