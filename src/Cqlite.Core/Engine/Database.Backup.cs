using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine;

/// <summary>Backups of a database that is open.</summary>
public sealed partial class Database
{
    /// <summary>
    /// Flushes, and makes a backup of all that is stored at one moment, while writes go on: by hard links where possible, else by copies. An incremental one
    /// takes from the youngest backup beside it what has not changed, and is whole by itself all the same.
    /// </summary>
    /// <param name="destination">The backup's folder, which must not exist or be empty.</param>
    /// <param name="incremental">Whether files are taken over from the youngest backup of this database beside the destination.</param>
    /// <param name="progress">Told of every megabyte.</param>
    /// <param name="cancellation">Ends it; nothing is left then.</param>
    /// <exception cref="StorageException">The destination is not empty, or can't be written; nothing is left there.</exception>
    /// <exception cref="InvalidQueryException">The database is open for reading only.</exception>
    public BackupResult Backup(string destination, bool incremental = false, IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        DatabaseWriter writer = Writer;
        destination = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(destination));
        BackupPredecessor? previous = incremental ? BackupPredecessor.Find(_options.Files, destination, _file!.HostId) : null;
        return new BackupWriter(_options.Files, Path, destination, previous, progress, cancellation).Write(
            _file!,
            writer.WhileSettled,
            () =>
            {
                var schema = Schema;
                return (schema, schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews).SelectMany(t => OpenTable(t).SSTables).Select(s => s.Descriptor));
            });
    }
}
