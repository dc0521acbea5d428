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
        DdlResult? result = null;
        var warnings = new List<string>();
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
            warnings.Clear();
            Statement statement = context.Guard is { } guard ? DefinitionGuardrails.Check(guard, Statement, schema, context.Session.Keyspace) : Statement;
            result = DdlApplier.Apply(schema, statement, context.Session.Keyspace, settings, warnings);
            return result.Schema;
        });
        if (Statement is CreateViewStatement && result!.Change is { } created)
            ViewBuild.Complete(context.Database, created.Keyspace);
        return StatementResult.Changed(result!.Change, result.Warnings);
    }

    /// <inheritdoc/>
    public override string ToString() => $"define {Statement.GetType().Name}\n";
}
