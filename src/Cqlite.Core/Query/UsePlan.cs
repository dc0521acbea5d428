using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query;

/// <summary>USE: names without a keyspace are of this one from now on.</summary>
internal sealed record UsePlan(string Keyspace) : StatementPlan
{
    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values) => context.Database.Schema.Keyspaces.ContainsKey(Keyspace)
        ? StatementResult.Using(Keyspace)
        : throw new InvalidQueryException($"Keyspace '{Keyspace}' does not exist");

    /// <inheritdoc/>
    public override string ToString() => $"use {CqlIdentifier.Quote(Keyspace)}\n";
}
