using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>Refuses consistency levels that a statement can't be executed with, in Cassandra's words; where none is given, everything is allowed.</summary>
/// <remarks>
/// Source: org/apache/cassandra/db/ConsistencyLevel.java, locator/ReplicaPlans.java (assureSufficientLiveReplicas),
/// service/StorageProxy.java (read, cas), cql3/statements/{SelectStatement,ModificationStatement}.java. A batch is not asked whether it is SERIAL, there as here.
/// </remarks>
internal static class ConsistencyRules
{
    /// <summary>Refuses what no SELECT can have.</summary>
    /// <exception cref="InvalidQueryException">It is ANY.</exception>
    public static void CheckRead(QueryOptions options)
    {
        if (options.Consistency == ConsistencyLevel.Any)
            throw new InvalidQueryException("ANY ConsistencyLevel is only supported for writes");
    }

    /// <summary>Refuses a read of partitions for which there are too few replicas.</summary>
    /// <param name="context">What it is executed in.</param>
    /// <param name="table">The table.</param>
    /// <param name="partitions">How many partitions are read by key at once; null for a range.</param>
    /// <exception cref="InvalidQueryException">There are too few, or SERIAL is asked of several partitions.</exception>
    public static void CheckReplicasToRead(QueryContext context, TableMetadata table, int? partitions)
    {
        if (context.Options.Consistency is not { } level || table.Kind == TableKind.Virtual || partitions == 0)
            return;
        if (level.IsSerial() && partitions is { } count)
        {
            if (count > 1)
                throw new InvalidQueryException("SERIAL/LOCAL_SERIAL consistency may only be requested for one partition at a time");
            level = QuorumOf(level);
        }

        CheckReplicas(context, table, level);
    }

    /// <summary>Refuses what a single statement without conditions can't have.</summary>
    /// <exception cref="InvalidQueryException">It is a serial level; or ANY, of a counter or of a statement that reads first.</exception>
    public static void CheckWrite(QueryOptions options, TableMetadata table, bool requiresRead)
    {
        if (options.Consistency is not { } level)
            return;
        if (table.IsCounter && level == ConsistencyLevel.Any)
            throw new InvalidQueryException($"Consistency level ANY is not yet supported for counter table {table.Name}");
        if (level.IsSerial())
            throw new InvalidQueryException(table.IsCounter ? "Counter operations are inherently non-serializable" : "You must use conditional updates for serializable writes");
        if (requiresRead && level == ConsistencyLevel.Any)
            throw new InvalidQueryException("Write operation require a read but consistency ANY is not supported on reads");
    }

    /// <summary>Refuses a write for which there are too few replicas.</summary>
    /// <exception cref="InvalidQueryException">There are.</exception>
    public static void CheckReplicasToWrite(QueryContext context, TableMetadata table)
    {
        if (context.Options.Consistency is { } level and not ConsistencyLevel.Any)
            CheckReplicas(context, table, level);
    }

    /// <summary>Refuses levels that a conditional write can't have.</summary>
    /// <exception cref="InvalidQueryException">It is not decided serially, or is committed so; or there are too few replicas.</exception>
    public static void CheckConditional(QueryContext context, TableMetadata table)
    {
        ConsistencyLevel serial = context.Options.SerialConsistency ?? ConsistencyLevel.Serial;
        if (!serial.IsSerial())
            throw new InvalidQueryException("Invalid consistency for conditional update. Must be one of SERIAL or LOCAL_SERIAL");
        if (context.Options.Consistency is not { } level)
            return;
        if (level.IsSerial())
        {
            throw new InvalidQueryException(
                $"{level.Name()} is not supported as conditional update commit consistency. Use ANY if you mean "
                + "\"make sure it is accepted but I don't care how many replicas commit it for non-SERIAL reads\"");
        }

        KeyspaceReplicas replicas = KeyspaceReplicas.Of(context.Database.Schema.Keyspaces[table.Keyspace]);
        if (level == ConsistencyLevel.EachQuorum && !replicas.HasDatacenters)
            throw new InvalidQueryException($"consistency level EACH_QUORUM not compatible with replication strategy ({replicas.Strategy})");
        replicas.Check(QuorumOf(serial));
        replicas.Check(level);
    }

    private static void CheckReplicas(QueryContext context, TableMetadata table, ConsistencyLevel level) =>
        KeyspaceReplicas.Of(context.Database.Schema.Keyspaces[table.Keyspace]).Check(level);

    // What is decided serially is read by a quorum.
    private static ConsistencyLevel QuorumOf(ConsistencyLevel serial) =>
        serial == ConsistencyLevel.LocalSerial ? ConsistencyLevel.LocalQuorum : ConsistencyLevel.Quorum;
}
