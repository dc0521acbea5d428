using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Definition;

/// <summary>Applies a definition to a schema, which makes another one: CREATE, ALTER and DROP of all that a schema holds.</summary>
internal static class DdlApplier
{
    /// <summary>Whether the statement changes the schema.</summary>
    public static bool IsDefinition(Statement statement) => statement is
        CreateKeyspaceStatement or AlterKeyspaceStatement or DropKeyspaceStatement
        or CreateTableStatement or AlterTableStatement or DropTableStatement
        or CreateTypeStatement or AlterTypeStatement or DropTypeStatement
        or CreateIndexStatement or DropIndexStatement
        or CreateViewStatement or AlterViewStatement or DropViewStatement
        or CreateTriggerStatement or DropTriggerStatement
        or CreateFunctionStatement or DropFunctionStatement
        or CreateAggregateStatement or DropAggregateStatement;

    /// <summary>Applies one statement.</summary>
    /// <param name="schema">The schema before it.</param>
    /// <param name="statement">A statement that <see cref="IsDefinition"/>.</param>
    /// <param name="currentKeyspace">What USE has set; null for nothing.</param>
    /// <param name="settings">What it depends on beside.</param>
    /// <param name="warnings">Takes the warnings for the client, which there are even where the statement fails.</param>
    /// <exception cref="Errors.InvalidQueryException">The schema does not allow it; the text and code are Cassandra's.</exception>
    /// <exception cref="Errors.CqlSyntaxException">A property is not one of the statement's, or its value not of its form.</exception>
    public static DdlResult Apply(DatabaseSchema schema, Statement statement, string? currentKeyspace, DdlSettings settings, List<string>? warnings = null)
    {
        var context = new DdlContext(schema, currentKeyspace, settings, warnings ?? []);
        return statement switch
        {
            CreateKeyspaceStatement create => KeyspaceDefinition.Create(create, context),
            AlterKeyspaceStatement alter => KeyspaceDefinition.Alter(alter, context),
            DropKeyspaceStatement drop => KeyspaceDefinition.Drop(drop, context),
            CreateTableStatement create => TableDefinition.Create(create, context),
            AlterTableStatement alter => TableAlteration.Apply(alter, context),
            DropTableStatement drop => TableDefinition.Drop(drop, context),
            CreateTypeStatement create => UserTypeDefinition.Create(create, context),
            AlterTypeStatement alter => UserTypeDefinition.Alter(alter, context),
            DropTypeStatement drop => UserTypeDefinition.Drop(drop, context),
            CreateIndexStatement create => IndexDefinition.Create(create, context),
            DropIndexStatement drop => IndexDefinition.Drop(drop, context),
            CreateViewStatement create => ViewDefinition.Create(create, context),
            AlterViewStatement alter => ViewDefinition.Alter(alter, context),
            DropViewStatement drop => ViewDefinition.Drop(drop, context),
            CreateTriggerStatement create => TriggerDefinition.Create(create, context),
            DropTriggerStatement drop => TriggerDefinition.Drop(drop, context),
            CreateFunctionStatement create => FunctionDefinition.Create(create, context),
            DropFunctionStatement drop => FunctionDefinition.Drop(drop, context),
            CreateAggregateStatement create => AggregateDefinition.Create(create, context),
            DropAggregateStatement drop => AggregateDefinition.Drop(drop, context),
            _ => throw new ArgumentException($"{statement.GetType().Name} is no definition.", nameof(statement)),
        };
    }
}
