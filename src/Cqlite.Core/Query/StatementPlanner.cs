using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Access;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query;

/// <summary>Makes a plan of any parsed statement.</summary>
internal static class StatementPlanner
{
    /// <summary>Plans a statement against a schema.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="keyspace">The keyspace of names without one; null for none.</param>
    /// <param name="unmask">Whether masked columns are seen as they are.</param>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    public static StatementPlan Plan(Statement statement, DatabaseSchema schema, string? keyspace, bool unmask = true) => statement switch
    {
        SelectStatement select => SelectPlanner.Plan(select, schema, keyspace, unmask),
        ModificationStatement modification => ModificationPlanner.Plan(modification, schema, keyspace),
        BatchStatement batch => ModificationPlanner.Plan(batch, schema, keyspace),
        TruncateStatement truncate => ModificationPlanner.Plan(truncate, schema, keyspace),
        UseStatement use => new UsePlan(use.Keyspace.Text),
        DescribeStatement describe => DescribePlan.Create(describe),
        _ when RolePlan.IsOfRoles(statement) => new RolePlan(statement),
        _ when DdlApplier.IsDefinition(statement) => new DefinitionPlan(statement),
        _ => throw new InvalidQueryException($"{statement.GetType().Name} can't be executed in this database."),
    };
}
