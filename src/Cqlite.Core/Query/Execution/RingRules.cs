using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;

namespace Cqlite.Core.Query.Execution;

/// <summary>
/// Refuses what other nodes of a declared ring have. These nodes do not talk to each other: a node that answered for another one would show no rows where there are
/// some, and hide what it is told to write from everybody who asks the right one. What is asked without a consistency level, in this process, is of this database alone.
/// </summary>
internal static class RingRules
{
    /// <summary>Refuses a read of partitions that are another node's.</summary>
    /// <exception cref="InvalidQueryException">Some are, and this node can't reach it: UNAVAILABLE.</exception>
    public static void CheckRead(QueryContext context, SelectPlan plan, BindValues values)
    {
        if (Ring(context, plan.Table) is not { } ring)
            return;
        int replicas = Replicas(context, plan.Table);
        if (plan.Table.Kind == TableKind.View)
            Check(context, ring.OtherOwner(Int128.MinValue, Int128.MaxValue, replicas), $"the rows of view {plan.Table} lie beside those of its table, wherever these are");
        var access = PartitionAccess.Resolve(plan.Where, values);
        foreach (DecoratedKey key in access.Keys ?? [])
            Check(context, ring.OtherOwner(key.Token.Value, key.Token.Value, replicas), $"token {key.Token.Value} of {plan.Table} is not this node's");
        if (access.Keys is not null)
            return;
        Int128 first = access.From == RingPosition.Minimum ? Int128.MinValue : access.From.Token.Value + (access.From.Side > 0 ? 1 : 0);
        Int128 last = access.To == RingPosition.Maximum ? Int128.MaxValue : access.To.Token.Value - (access.To.Side < 0 ? 1 : 0);
        Check(context, ring.OtherOwner(first, last, replicas), $"only a part of {plan.Table} is this node's: restrict token() to one range of the ring");
    }

    /// <summary>Refuses a write into a partition that is another node's.</summary>
    /// <exception cref="InvalidQueryException">It is, and this node can't reach it: UNAVAILABLE.</exception>
    public static void CheckWrite(QueryContext context, TableMetadata table, Token token)
    {
        if (Ring(context, table) is { } ring)
            Check(context, ring.OtherOwner(token.Value, token.Value, Replicas(context, table)), $"token {token.Value} of {table} is not this node's");
    }

    // Cassandra's own keyspaces are each node's own here, as nobody keeps them the same.
    private static DeclaredRing? Ring(QueryContext context, TableMetadata table) =>
        context.Options.Consistency is null || context.Database.Node.Ring is not { } ring || SystemKeyspaces.IsSystem(table.Keyspace) ? null : ring;

    private static int Replicas(QueryContext context, TableMetadata table) => KeyspaceReplicas.Of(context.Database.Schema.Keyspaces[table.Keyspace]).OnRing;

    private static void Check(QueryContext context, RingMember? other, string reason)
    {
        if (other is null)
            return;
        ConsistencyLevel level = context.Options.Consistency ?? ConsistencyLevel.One;
        throw new InvalidQueryException(
            $"Cannot achieve consistency level {level.Name()}: {reason}. {other.Address}:{other.Port} has what was asked for; nodes of a declared ring do not ask each other.",
            new MissingReplicas((int)level, 1, 0));
    }
}
