using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// Which consistency levels a statement can be executed with. One database is always as consistent as any level asks for; only what makes no sense
/// anywhere is refused, in Cassandra's words.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/ConsistencyLevel.java, cql3/statements/{SelectStatement,ModificationStatement,BatchStatement}.java, service/StorageProxy.java (cas).</remarks>
internal static class ConsistencyRules
{
    /// <summary>Refuses a level that does not go with a statement.</summary>
    /// <exception cref="InvalidQueryException">It does not.</exception>
    public static void Check(StatementPlan plan, QueryParameters parameters)
    {
        switch (plan)
        {
            case SelectPlan when parameters.Consistency == ConsistencyLevel.Any:
                throw new InvalidQueryException("ANY ConsistencyLevel is only supported for writes");
            case ModificationPlan modification:
                CheckWrite(!modification.Conditions.IsNone, modification.Table.IsCounter ? modification.Table.Name : null, parameters);
                break;
            case BatchPlan batch:
                CheckBatch(batch.Statements, parameters);
                break;
        }
    }

    /// <summary>Refuses a level that does not go with the statements of a batch.</summary>
    /// <exception cref="InvalidQueryException">It does not.</exception>
    public static void CheckBatch(IEnumerable<ModificationPlan> statements, QueryParameters parameters) =>
        CheckWrite(statements.Any(s => !s.Conditions.IsNone), statements.FirstOrDefault(s => s.Table.IsCounter)?.Table.Name, parameters);

    private static void CheckWrite(bool isConditional, string? counterTable, QueryParameters parameters)
    {
        ConsistencyLevel level = parameters.Consistency;
        if (isConditional)
        {
            if (parameters.SerialConsistency is { } serial && !serial.IsSerial())
                throw new InvalidQueryException("Invalid consistency for conditional update. Must be one of SERIAL or LOCAL_SERIAL");
            if (level.IsSerial())
            {
                throw new InvalidQueryException(
                    $"{level.Name()} is not supported as conditional update commit consistency. Use ANY if you mean \"make sure it is accepted but I don't care how many replicas commit it for non-SERIAL reads\"");
            }

            return;
        }

        if (counterTable is not null && level == ConsistencyLevel.Any)
            throw new InvalidQueryException($"Consistency level ANY is not yet supported for counter table {counterTable}");
        if (counterTable is not null && level.IsSerial())
            throw new InvalidQueryException("Counter operations are inherently non-serializable");
        if (level.IsSerial())
            throw new InvalidQueryException("You must use conditional updates for serializable writes");
    }
}
