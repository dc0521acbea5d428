using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Access;

/// <summary>Which permissions a statement asks for. Role statements ask for theirs themselves (<see cref="RolePlan"/>).</summary>
/// <remarks>Source: the methods authorize of org/apache/cassandra/cql3/statements/*.java.</remarks>
internal static class StatementAccess
{
    /// <summary>Refuses a statement that the session's user may not execute, and writes to tables that are not stored.</summary>
    /// <exception cref="InvalidQueryException">He may not.</exception>
    public static void Check(StatementPlan plan, AccessControl access, QueryContext context)
    {
        switch (plan)
        {
            case ModificationPlan modification:
                CheckModification(modification, access, context);
                break;
            case BatchPlan batch:
                foreach (ModificationPlan statement in batch.Statements)
                    CheckModification(statement, access, context);
                break;
            case TruncatePlan truncate:
                CheckIsStored(truncate.Table, context);
                access.EnsureData(context.Session.User, Permissions.Modify, Of(truncate.Table));
                break;
            case SelectPlan select when context.Session.User is not null:
                CheckSelect(select, access, context);
                break;
            case DefinitionPlan definition when context.Session.User is not null:
                CheckDefinition(definition.Statement, access, context);
                break;
        }
    }

    /// <summary>Whether the user sees masked columns of a SELECT as their masks give them.</summary>
    public static bool IsMasked(StatementPlan plan, AccessControl access, string? user) => user is not null && plan is SelectPlan select
        && select.Table.Columns.Values.Any(c => c.Mask is not null) && !access.Allows(user, Permissions.Unmask, Of(select.Table));

    private static AccessResource Of(TableMetadata table) => AccessResource.Table(table.Keyspace, table.Name);

    private static void CheckModification(ModificationPlan plan, AccessControl access, QueryContext context)
    {
        CheckIsStored(plan.Table, context);
        if (context.Session.User is not { } user)
            return;
        access.EnsureData(user, Permissions.Modify, Of(plan.Table));

        // A condition tells what is stored.
        if (!plan.Conditions.IsNone)
            access.EnsureData(user, Permissions.Select, Of(plan.Table));
        if (context.Database.Schema.Keyspaces.GetValueOrDefault(plan.Table.Keyspace) is { } keyspace)
        {
            bool isFirst = true;
            foreach (ViewMetadata view in keyspace.ViewsOf(plan.Table.Name))
            {
                if (isFirst)
                    access.EnsureData(user, Permissions.Select, Of(plan.Table));
                isFirst = false;
                access.EnsureData(user, Permissions.Modify, Of(view.Table));
            }
        }

        CheckFunctions(plan.Called, access, context);
    }

    // Whoever calls an aggregate calls its functions, too. What is built in is everybody's.
    private static void CheckFunctions(ImmutableArray<Function> called, AccessControl access, QueryContext context)
    {
        foreach (Function function in called)
        {
            if (function.Keyspace == Function.System)
                continue;
            Ensure(function.Name, function.ArgumentTypes);
            KeyspaceMetadata? keyspace = context.Database.Schema.Keyspaces.GetValueOrDefault(function.Keyspace);
            if (!function.IsAggregate || keyspace?.Aggregates.GetValueOrDefault(FunctionSignature.Of(function.Name, function.ArgumentTypes)) is not { } aggregate)
                continue;
            Ensure(aggregate.StateFunction, aggregate.ArgumentTypes.Insert(0, aggregate.StateType));
            if (aggregate.FinalFunction is { } final)
                Ensure(final, [aggregate.StateType]);

            void Ensure(string name, ImmutableArray<CqlType> types) =>
                access.Ensure(context.Session.User, Permissions.Execute, AccessControl.Function(function.Keyspace, name, types));
        }
    }

    // The tables without storage that Cassandra has, too, are refused by what executes the statement, in Cassandra's words.
    private static void CheckIsStored(TableMetadata table, QueryContext context)
    {
        bool isComputed = context.Database.IsComputed(table) || table.Keyspace == SystemKeyspaces.Schema;
        if (isComputed && table.Kind != TableKind.Virtual)
            throw AccessControl.Unauthorized($"{table.Keyspace} keyspace is not user-modifiable.");
    }

    private static void CheckSelect(SelectPlan plan, AccessControl access, QueryContext context)
    {
        string? user = context.Session.User;
        KeyspaceMetadata? keyspace = context.Database.Schema.Keyspaces.GetValueOrDefault(plan.Table.Keyspace);
        ViewMetadata? view = keyspace?.Views.GetValueOrDefault(plan.Table.Name);
        access.EnsureData(user, Permissions.Select, view is null ? Of(plan.Table) : AccessResource.Table(plan.Table.Keyspace, view.BaseTable));
        CheckFunctions(plan.Called, access, context);
        if (access.Allows(user, Permissions.Unmask | Permissions.SelectMasked, Of(plan.Table)))
            return;
        string[] masked = [.. plan.Where.Keys.Columns.Concat(plan.Where.Clustering.Columns).Concat(plan.Where.Others.Columns)
            .Where(c => c.Mask is not null).Select(c => c.Name).Distinct()];
        if (masked.Length > 0)
        {
            throw AccessControl.Unauthorized(
                $"User {user} has no UNMASK nor SELECT_MASKED permission on table {plan.Table}, cannot query masked columns [{string.Join(", ", masked)}]");
        }
    }

    private static void CheckDefinition(Statement statement, AccessControl access, QueryContext context)
    {
        string? user = context.Session.User;
        switch (statement)
        {
            case CreateKeyspaceStatement:
                access.Ensure(user, Permissions.Create, AccessResource.AllKeyspaces);
                break;
            case AlterKeyspaceStatement alter:
                access.EnsureData(user, Permissions.Alter, AccessResource.Keyspace(alter.Name.Text));
                break;
            case DropKeyspaceStatement drop:
                access.EnsureData(user, Permissions.Drop, AccessResource.Keyspace(drop.Name.Text));
                break;
            case CreateTableStatement create:
                Table(Permissions.Create, create.Table, ofAll: true);
                break;
            case AlterTableStatement alter:
                Table(Permissions.Alter, alter.Table);
                break;
            case DropTableStatement drop:
                Table(Permissions.Drop, drop.Table);
                break;
            case CreateTypeStatement create:
                Table(Permissions.Create, create.Name, ofAll: true);
                break;
            case AlterTypeStatement alter:
                Table(Permissions.Alter, alter.Name, ofAll: true);
                break;
            case DropTypeStatement drop:
                Table(Permissions.Drop, drop.Name, ofAll: true);
                break;
            case CreateIndexStatement create:
                Table(Permissions.Alter, create.Table);
                break;
            case DropIndexStatement drop when Keyspace(drop.Index.Keyspace?.Text)?.IndexedTable(drop.Index.Name.Text) is { } table:
                access.EnsureData(user, Permissions.Alter, Of(table));
                break;
            case CreateViewStatement create:
                Table(Permissions.Alter, create.BaseTable);
                break;
            case AlterViewStatement alter:
                View(alter.View);
                break;
            case DropViewStatement drop:
                View(drop.View);
                break;
            case CreateTriggerStatement when !access.IsSuper(user):
                throw AccessControl.Unauthorized("Only superusers are allowed to perform CREATE TRIGGER queries");
            case DropTriggerStatement when !access.IsSuper(user):
                throw AccessControl.Unauthorized("Only superusers are allowed to perfrom DROP TRIGGER queries");
            case CreateFunctionStatement create:
                Function(create.Name, create.OrReplace, create.Arguments.Select(a => a.Type));
                break;
            case CreateAggregateStatement create:
                Function(create.Name, create.OrReplace, create.ArgumentTypes);
                Execute(create.Name.Keyspace, create.StateFunction, create.ArgumentTypes.Insert(0, create.StateType));
                if (create.FinalFunction is { } final)
                    Execute(create.Name.Keyspace, final, [create.StateType]);
                break;
            case DropFunctionStatement drop:
                DropRoutines(drop.Name, Keyspace(drop.Name.Keyspace)?.Functions.Values.Where(f => f.Name == drop.Name.Name).Select(f => f.ArgumentTypes.AsEnumerable()));
                break;
            case DropAggregateStatement drop:
                DropRoutines(drop.Name, Keyspace(drop.Name.Keyspace)?.Aggregates.Values.Where(a => a.Name == drop.Name.Name).Select(a => a.ArgumentTypes.AsEnumerable()));
                break;
        }

        KeyspaceMetadata? Keyspace(string? name) => context.Database.Schema.Keyspaces.GetValueOrDefault(name ?? context.Session.Keyspace ?? "");

        // Names without a keyspace where none is set are refused when the statement is executed.
        void Table(Permissions permission, QualifiedName name, bool ofAll = false)
        {
            if ((name.Keyspace?.Text ?? context.Session.Keyspace) is { } keyspace)
                access.EnsureData(user, permission, ofAll ? AccessResource.AllTables(keyspace) : AccessResource.Table(keyspace, name.Name.Text));
        }

        void View(QualifiedName name)
        {
            if (Keyspace(name.Keyspace?.Text) is { } keyspace && keyspace.Views.GetValueOrDefault(name.Name.Text) is { } view)
                access.EnsureData(user, Permissions.Alter, AccessResource.Table(keyspace.Name, view.BaseTable));
        }

        void Function(FunctionName name, bool orReplace, IEnumerable<TypeSyntax> types)
        {
            if (Keyspace(name.Keyspace) is not { } keyspace)
                return;
            CqlType[] arguments = [.. types.Select(new TypeResolver(keyspace).Resolve)];
            AccessResource function = AccessControl.Function(keyspace.Name, name.Name, arguments);
            bool exists = orReplace && (keyspace.Functions.ContainsKey(FunctionSignature.Of(name.Name, [.. arguments])) || keyspace.Aggregates.ContainsKey(FunctionSignature.Of(name.Name, [.. arguments])));
            if (exists)
                access.Ensure(user, Permissions.Alter, function);
            else
                access.Ensure(user, Permissions.Create, AccessResource.Functions(keyspace.Name));
        }

        void Execute(string? keyspaceName, string name, IEnumerable<TypeSyntax> types)
        {
            if (Keyspace(keyspaceName) is { } keyspace)
                access.Ensure(user, Permissions.Execute, AccessControl.Function(keyspace.Name, name, types.Select(new TypeResolver(keyspace).Resolve)));
        }

        void DropRoutines(FunctionName name, IEnumerable<IEnumerable<CqlType>>? overloads)
        {
            foreach (IEnumerable<CqlType> types in overloads ?? [])
                access.Ensure(user, Permissions.Drop, AccessControl.Function(name.Keyspace ?? context.Session.Keyspace ?? "", name.Name, types));
        }
    }
}
