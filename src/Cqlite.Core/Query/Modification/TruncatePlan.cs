using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Views;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>TRUNCATE: removes all rows of a table.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/TruncateStatement.java.</remarks>
internal sealed record TruncatePlan(TableMetadata Table) : StatementPlan
{
    /// <inheritdoc/>
    public override (string Keyspace, string Table) Target => (Table.Keyspace, Table.Name);

    /// <inheritdoc/>
    public override bool Writes => true;

    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values)
    {
        switch (Table.Kind)
        {
            case TableKind.View:
                throw new InvalidQueryException("Cannot TRUNCATE materialized view directly; must truncate base table instead");
            case TableKind.Virtual:
                throw new InvalidQueryException($"Truncation is not supported by table {Table}");
        }

        context.Database.Truncate(Table);
        foreach (ViewPlan view in ViewPlan.Of(context.Database.Schema, Table))
            context.Database.Truncate(view.Table);
        return StatementResult.Done([]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"TRUNCATE {Table}\n";
}
