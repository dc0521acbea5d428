using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Guardrails;
using Cqlite.Core.Query.Views;

namespace Cqlite.Core.Query.Modification;

/// <summary>The one way from statements to the database: what guardrails and indexes refuse is refused, and views follow.</summary>
internal static class Writes
{
    /// <summary>Applies mutations of a statement or batch.</summary>
    /// <param name="context">What it is executed in.</param>
    /// <param name="mutations">The mutations. Whoever holds partition locks already holds those of all tables among them that have views.</param>
    /// <exception cref="Errors.InvalidQueryException">A guardrail or an index refuses a value; nothing was applied.</exception>
    /// <exception cref="Engine.SchemaChangedException">A table was defined anew since; nothing was applied.</exception>
    public static void Apply(QueryContext context, params Mutation[] mutations)
    {
        if (context.Guard is { } guard)
            StatementGuardrails.Check(guard, mutations);
        IndexedVectors.Check(mutations);
        ViewMaintenance.Apply(context.Database, mutations, context.NowSeconds);
    }
}
