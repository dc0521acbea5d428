using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Guardrails;
using Cqlite.Core.Query.Views;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE, ALTER or DROP: applied to whatever the schema is when it is executed.</summary>
internal sealed record DefinitionPlan(Statement Statement) : StatementPlan
{
    /// <inheritdoc/>
    public override bool Writes => true;

    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values)
    {
        DdlResult result = Execute(context, [Statement])[0];
        return StatementResult.Changed(result.Change, result.Warnings);
    }

    /// <summary>Makes one change of the schema of definitions, each of which is applied to what those before it have made.</summary>
    /// <exception cref="Errors.InvalidQueryException">One can't be applied; the schema stays as it was.</exception>
    public static IReadOnlyList<DdlResult> Execute(QueryContext context, IReadOnlyList<Statement> statements)
    {
        List<DdlResult> results = new(statements.Count);
        DdlSettings settings = DdlSettings.Strict with
        {
            Partitioner = context.Database.Partitioner,
            NowMicros = context.Database.NextMicros,
            NewTableOptions = context.Database.NewTableOptions,
            KeepsFunctions = context.Database.KeepsFunctions,
            AllowsVectorParameters = context.Database.AllowsVectorParameters,
        };
        context.Database.ChangeSchema(schema =>
        {
            results.Clear();
            foreach (Statement given in statements)
            {
                Statement statement = context.Guard is { } guard ? DefinitionGuardrails.Check(guard, given, schema, context.Session.Keyspace) : given;
                results.Add(DdlApplier.Apply(schema, statement, context.Session.Keyspace, settings, []));
                schema = results[^1].Schema;
            }

            return schema;
        });
        for (int i = 0; i < results.Count; i++)
        {
            if (statements[i] is CreateViewStatement && results[i].Change is { } created)
                ViewBuild.Complete(context.Database, created.Keyspace);
        }

        return results;
    }

    /// <inheritdoc/>
    public override string ToString() => $"define {Statement.GetType().Name}\n";
}
