using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>How a cluster is read. Immutable.</summary>
public sealed record ClusterReading
{
    /// <summary>The defaults.</summary>
    public static ClusterReading Default { get; } = new();

    /// <summary>Rows of a page; default 5,000. Less is asked for where pages take too long.</summary>
    public int PageSize { get; init; } = 5000;

    /// <summary>How often a page that did not come is asked for again, beside what the connection itself tries; each time is waited for longer. Default 6.</summary>
    public int PageRetries { get; init; } = 6;

    /// <summary>The longest wait before a page is asked for again. Default 5 seconds.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time of what has one that CQL does not tell, in microseconds since 1970, and the moment from which TTLs count; null, the default, for the moment
    /// at which the source is made. Who goes on with an export gives the time at which it began.
    /// </summary>
    public long? ReadAtMicros { get; init; }
}

/// <summary>A cluster as a source: its tables are read by ranges of tokens, from the nodes that have them.</summary>
public sealed class ClusterSource : IMigrationSource
{
    private readonly CassandraConnection _connection;
    private readonly ClusterReading _reading;

    /// <summary>Reads a cluster over a connection, which stays its owner's.</summary>
    /// <param name="connection">The connection, whose consistency counts.</param>
    /// <param name="reading">How to read.</param>
    public ClusterSource(CassandraConnection connection, ClusterReading? reading = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _reading = reading ?? ClusterReading.Default;
        ReadAtMicros = _reading.ReadAtMicros ?? (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        Description = Describe(connection);
    }

    /// <inheritdoc/>
    public OperandDescription Description { get; }

    /// <inheritdoc/>
    public IQueryTarget Queries => _connection;

    /// <inheritdoc/>
    public long ReadAtMicros { get; }

    /// <inheritdoc/>
    public IMigrationSource At(long readAtMicros) => new ClusterSource(_connection, _reading with { ReadAtMicros = readAtMicros });

    /// <inheritdoc/>
    public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => _connection.ReadSchemaAsync(cancellation);

    /// <inheritdoc/>
    public async Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        ClusterSelect select = ClusterSelect.Of(table, ClusterSelect.TellsElementTimes(_connection.OldestVersion));
        CassandraStatement statement = await _connection.PrepareAsync(select.Text, cancellation: cancellation).ConfigureAwait(false);
        return new ClusterTable(_connection, select, statement, _reading, ReadAtMicros);
    }

    /// <summary>Nothing to give back: the connection is its owner's.</summary>
    public void Dispose()
    {
    }

    internal static OperandDescription Describe(CassandraConnection connection) =>
        new(OperandKind.Cluster, string.Join(",", connection.Options.ContactPoints), connection.Partitioner.ClassName)
        {
            ClusterName = connection.ClusterName,
            Release = connection.OldestRelease,
            Consistency = connection.Options.Consistency.Name(),
            ProtocolVersion = connection.ProtocolVersion,
        };
}
