using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Settings;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using CqlitePS.Objects;
using CqlitePS.Values;

namespace CqlitePS.Sessions;

/// <summary>What a side of a comparison is: found on the thread of the pipeline, and opened, once or several times, on any.</summary>
internal sealed class OpenOperand
{
    private readonly CassandraConnection? _connection;
    private readonly QueryEngine? _engine;
    private readonly string _folder = "";
    private readonly string? _snapshot;

    private OpenOperand(CassandraConnection connection) => _connection = connection;

    private OpenOperand(CqliteDatabase database)
    {
        _engine = database.Engine;
        _folder = database.Path;
    }

    private OpenOperand(string folder, string? snapshot)
    {
        _folder = folder;
        _snapshot = snapshot;
    }

    private OperandKind Kind => OperandKinds.Of(_folder, PhysicalFileSystem.Instance);

    /// <summary>A cluster.</summary>
    public static OpenOperand Of(CassandraConnection connection) => new(connection);

    /// <summary>A database that is open, and stays so.</summary>
    public static OpenOperand Of(CqliteDatabase database) => new(database);

    /// <summary>What lies in a folder; where this session has it open for writing, that.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="snapshot">The snapshot that is read there; null for none.</param>
    /// <exception cref="StorageException">Nothing has that name.</exception>
    public static OpenOperand At(string folder, string? snapshot)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        if (snapshot is null && OpenDatabases.Current.LastFirst.FirstOrDefault(d => PathNames.AreSame(d.Path, folder) && !d.IsReadOnly && d.AsOf is null) is { } open)
            return Of(open);
        if (!Directory.Exists(folder) && !File.Exists(folder))
            throw new StorageException(folder, "does not exist. A cluster is given as the connection that Connect-Cassandra returns.") { Problem = StorageProblem.NotFound };
        return new OpenOperand(folder, snapshot);
    }

    /// <summary>What a user has named.</summary>
    /// <param name="operand">It.</param>
    /// <param name="snapshot">The snapshot that is read of a folder; null for none.</param>
    /// <param name="resolve">Makes a path of PowerShell one of the file system.</param>
    /// <exception cref="ArgumentException">There is a snapshot, and no folder.</exception>
    /// <exception cref="NoConnectionException">A result names a cluster that is not connected any more.</exception>
    public static OpenOperand Find(MigrationOperand operand, string? snapshot, Func<string, string> resolve) => operand switch
    {
        { Path: null } when snapshot is not null => throw new ArgumentException($"A snapshot is of a folder: '{snapshot}' can't be read of {operand}, which is not given as a path."),
        { Connection: { } connection } => Of(connection),
        { Database: { } database } => Of(database),
        { Path: { } path } => At(resolve(path), snapshot),
        { Described: { Kind: OperandKind.Cluster } cluster } => Of(OpenConnections.Current.Named(cluster.ClusterName) ?? throw new NoConnectionException()),
        _ => At(operand.Described!.Address, operand.Described.Snapshot),
    };

    /// <summary>Opens it to be read; the caller disposes of it.</summary>
    public IMigrationSource Read() =>
        _connection is not null ? new ClusterSource(_connection)
        : _engine is not null ? new StoredSource(_engine, Kind)
        : StoredSource.Open(_folder, Options);

    /// <summary>Opens it to be read and written; the caller disposes of the engine, if there is one.</summary>
    /// <param name="writing">How a cluster is written.</param>
    /// <exception cref="InvalidQueryException">It can't be written.</exception>
    public (IMigrationSource Source, IMigrationTarget Target, QueryEngine? Opened) Write(ClusterWriting writing)
    {
        if (_connection is not null)
            return (new ClusterSource(_connection), new ClusterTarget(_connection, writing), null);
        if (Kind != OperandKind.Database || _snapshot is not null)
            throw new InvalidQueryException($"{_folder}{(_snapshot is null ? "" : $" (snapshot {_snapshot})")} is not a database: only databases and clusters are written.");
        QueryEngine engine = _engine ?? QueryEngine.Open(_folder, Options);
        engine.Database.CheckWritable();
        return (new StoredSource(engine, OperandKind.Database), new DatabaseTarget(engine), _engine is null ? engine : null);
    }

    private DatabaseOptions Options => DatabaseSettings.OfDatabase(_folder).Apply(DatabaseOptions.Default with { Snapshot = _snapshot });
}
