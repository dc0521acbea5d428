using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;

namespace Cqlite.Cli.Validation;

/// <summary>One side of a comparison: a folder of any kind, or a cluster.</summary>
internal sealed class Operand : IDisposable
{
    private readonly string? _path;
    private readonly DatabaseOptions? _options;
    private readonly CassandraConnection? _connection;
    private readonly ClusterReading _reading;
    private readonly QueryEngine? _engine;
    private IMigrationSource? _source;

    private Operand(string? path, DatabaseOptions? options, CassandraConnection? connection, ClusterReading reading, QueryEngine? engine)
    {
        _path = path;
        _options = options;
        _connection = connection;
        _reading = reading;
        _engine = engine;
    }

    /// <summary>The side, open until this is disposed of.</summary>
    public IMigrationSource Source => _source ??= Open();

    /// <summary>A folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to open it.</param>
    public static Operand OfFolder(string path, DatabaseOptions options) => new(path, options, connection: null, ClusterReading.Default, engine: null);

    /// <summary>A database that will be written too.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="options">How to open it.</param>
    public static Operand OfDatabase(string path, DatabaseOptions options) => new(path, options, connection: null, ClusterReading.Default, QueryEngine.Open(path, options));

    /// <summary>A cluster.</summary>
    /// <param name="connection">The connection, which is disposed of with this.</param>
    /// <param name="reading">How it is read.</param>
    public static Operand OfCluster(CassandraConnection connection, ClusterReading reading) => new(path: null, options: null, connection, reading, engine: null);

    /// <summary>Opens the side anew, as it is now; the caller disposes of it.</summary>
    public IMigrationSource Open() => _connection is not null ? new ClusterSource(_connection, _reading)
        : _engine is not null ? new StoredSource(_engine, OperandKind.Database)
        : StoredSource.Open(_path!, _options);

    /// <summary>The side as one that is written.</summary>
    /// <param name="writing">How a cluster is written.</param>
    /// <exception cref="UsageException">It is a folder that is never written.</exception>
    public IMigrationTarget OpenTarget(ClusterWriting writing) => _connection is not null ? new ClusterTarget(_connection, writing)
        : _engine is not null ? new DatabaseTarget(_engine)
        : throw NeverWritten(_path);

    /// <summary>What a folder is that can't be corrected.</summary>
    public static UsageException NeverWritten(string? path) => new($"{path} is no database of this product, and is never written: only databases and clusters can be corrected.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _source?.Dispose();
        _engine?.Dispose();
        _connection?.Dispose();
    }
}
