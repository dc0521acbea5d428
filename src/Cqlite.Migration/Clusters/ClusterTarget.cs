using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// A cluster as a target: rows become prepared statements with their own times and TTLs, those of a partition together as unlogged batches for a replica. Lists
/// are written after a look at what is there; a counter is brought to its value by adding what is missing.
/// </summary>
public sealed class ClusterTarget : IMigrationTarget
{
    /// <summary>From here on a statement's TTL of 0 means none; before, a table's default took its place (CASSANDRA-11207).</summary>
    private static readonly Version s_ownTtlSince = new(3, 6);
    private readonly CassandraConnection _connection;
    private readonly ClusterWriting _writing;

    /// <summary>Writes over a connection, which stays its owner's.</summary>
    /// <param name="connection">The connection, whose consistency counts.</param>
    /// <param name="writing">How to write.</param>
    public ClusterTarget(CassandraConnection connection, ClusterWriting? writing = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _writing = writing ?? ClusterWriting.Default;
        OperandDescription described = ClusterSource.Describe(connection);
        Description = described with { Consistency = _writing.Consistency?.Name() ?? described.Consistency };
    }

    /// <inheritdoc/>
    public OperandDescription Description { get; }

    /// <inheritdoc/>
    public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => _connection.ReadSchemaAsync(cancellation);

    /// <inheritdoc/>
    public async Task DefineAsync(string cql, CancellationToken cancellation) =>
        (await _connection.ExecuteAsync(cql, options: new QueryOptions { Cancellation = cancellation }).ConfigureAwait(false)).Dispose();

    /// <inheritdoc/>
    public async Task<ITableTarget> OpenAsync(TableMetadata table, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.IsCompact)
            throw new InvalidQueryException($"table {table} has COMPACT STORAGE; rows are written into ordinary tables only.");
        if (table.Options.DefaultTimeToLiveSeconds > 0 && _connection.Versions.Any(v => v < s_ownTtlSince))
        {
            throw new InvalidQueryException(
                $"table {table} has default_time_to_live = {table.Options.DefaultTimeToLiveSeconds}, which nodes before Cassandra 3.6 also give to what is written to have no TTL: "
                + "such rows would end. Set it to 0 (ALTER TABLE) while rows are written, and back afterwards.");
        }

        ClusterTableTarget target = new(_connection, table, _writing);
        await target.ForgetWorkWhereEmptyAsync(cancellation).ConfigureAwait(false);
        return target;
    }
}
