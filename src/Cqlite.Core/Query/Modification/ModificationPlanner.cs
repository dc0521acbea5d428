using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>Makes plans of INSERT, UPDATE, DELETE, BATCH and TRUNCATE, or refuses them in Cassandra's words.</summary>
/// <remarks>
/// Source: org/apache/cassandra/cql3/statements/{ModificationStatement,UpdateStatement,DeleteStatement,BatchStatement,TruncateStatement}.java
/// (the Parsed classes).
/// </remarks>
internal sealed class ModificationPlanner
{
    private readonly DatabaseSchema _schema;
    private readonly string? _keyspace;
    private readonly TermPlanner _markers;

    // Of the statement that is being planned.
    private TermPlanner _terms;

    private ModificationPlanner(DatabaseSchema schema, string? keyspace, int markers)
    {
        _schema = schema;
        _keyspace = keyspace;
        _markers = new TermPlanner(markers);
        _terms = _markers;
    }

    /// <summary>Plans a statement.</summary>
    /// <param name="statement">INSERT, UPDATE or DELETE.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="keyspace">The keyspace of names without one; null for none.</param>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    public static ModificationPlan Plan(ModificationStatement statement, DatabaseSchema schema, string? keyspace)
    {
        var planner = new ModificationPlanner(schema, keyspace, statement.BindMarkers.Length);
        return planner.Plan(statement) with { Markers = planner._markers.Markers };
    }

    /// <summary>Plans a batch, whose statements share their markers.</summary>
    public static BatchPlan Plan(BatchStatement batch, DatabaseSchema schema, string? keyspace)
    {
        var planner = new ModificationPlanner(schema, keyspace, batch.BindMarkers.Length);
        ImmutableArray<ModificationPlan> statements = [.. batch.Statements.Select(planner.Plan)];
        var plan = new BatchPlan(batch.Kind, statements, UpdateAttributes.Plan(batch.Using, planner._markers));
        plan.Check();
        return plan with { Markers = planner._markers.Markers };
    }

    /// <summary>Plans TRUNCATE.</summary>
    public static TruncatePlan Plan(TruncateStatement statement, DatabaseSchema schema, string? keyspace) =>
        new(new ModificationPlanner(schema, keyspace, 0).Find(statement.Table).Table);

    private (KeyspaceMetadata Keyspace, TableMetadata Table) Find(QualifiedName name)
    {
        string keyspaceName = name.Keyspace?.Text ?? _keyspace
            ?? throw new InvalidQueryException("No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");
        if (!_schema.Keyspaces.TryGetValue(keyspaceName, out KeyspaceMetadata? keyspace))
            throw new InvalidQueryException($"keyspace {keyspaceName} does not exist");
        return (keyspace, keyspace.Table(name.Name.Text) ?? throw new InvalidQueryException($"table {name.Name} does not exist"));
    }

    private ModificationPlan Plan(ModificationStatement statement)
    {
        (KeyspaceMetadata keyspace, TableMetadata table) = Find(statement.Table);
        _terms = _markers.Of(keyspace, table);
        UpdateAttributes attributes = UpdateAttributes.Plan(statement.Using, _terms);
        ModificationPlan plan = statement switch
        {
            InsertStatement insert => PlanInsert(insert, table, attributes),
            InsertJsonStatement insert => PlanInsertJson(insert, table, attributes),
            UpdateStatement update => PlanUpdate(update, table, attributes),
            DeleteStatement delete => PlanDelete(delete, table, attributes),
            _ => throw new ArgumentException($"{statement.GetType().Name} is no modification.", nameof(statement)),
        };
        plan = plan with { Called = _terms.Called };
        if (plan.Conditions.IsNone)
            return plan;
        if (table.IsCounter)
            throw new InvalidQueryException("Conditional updates are not supported on counter tables");
        if (attributes.Timestamp is not null)
            throw CustomTimestamp();
        if (plan.Kind == ModificationKind.Delete)
            CheckConditionalDelete(plan);
        return plan;
    }

    private static InvalidQueryException CustomTimestamp() => new("Cannot provide custom timestamp for conditional updates");

    private static void CheckInsert(TableMetadata table)
    {
        if (table.IsCounter)
            throw new InvalidQueryException("INSERT statements are not allowed on counter tables, use UPDATE instead");
    }

    private static StatementConditions NotExists(bool ifNotExists) =>
        ifNotExists ? StatementConditions.None with { MustNotExist = true } : StatementConditions.None;

    private ModificationPlan PlanInsert(InsertStatement statement, TableMetadata table, UpdateAttributes attributes)
    {
        StatementConditions conditions = NotExists(statement.IfNotExists);
        CheckInsert(table);
        if (statement.Columns.Length != statement.Values.Length)
            throw new InvalidQueryException("Unmatched column names/values");
        if (statement.Columns.DistinctBy(c => c.Text).Count() != statement.Columns.Length)
            throw new InvalidQueryException("The column names contains duplicates");
        List<Relation> key = [];
        var operations = new OperationPlanner(table, _terms, !conditions.IsNone);
        bool hasClustering = false;
        for (int i = 0; i < statement.Columns.Length; i++)
        {
            ColumnMetadata column = ColumnSource.Find(table, statement.Columns[i]);
            hasClustering |= column.Kind == ColumnKind.Clustering;
            if (column.IsPrimaryKey)
                key.Add(new ColumnRelation(statement.Columns[i], RelationOperator.Equal, statement.Values[i]));
            else
                operations.Set(column, statement.Values[i]);
        }

        bool onlyStatics = !hasClustering && operations.AppliesOnlyToStatics(ModificationKind.Insert, conditions);
        WherePlan where = new WherePlanner(table, _terms, allowFiltering: false).PlanModification([.. key], ModificationKind.Insert, onlyStatics);
        return operations.Complete(ModificationKind.Insert, where, attributes, conditions);
    }

    private ModificationPlan PlanInsertJson(InsertJsonStatement statement, TableMetadata table, UpdateAttributes attributes)
    {
        StatementConditions conditions = NotExists(statement.IfNotExists);
        CheckInsert(table);
        var operations = new OperationPlanner(table, _terms, !conditions.IsNone);
        List<(ColumnMetadata, Term)> key = [];
        foreach ((ColumnMetadata column, Term value) in JsonInsert.Plan(statement, table, _terms))
        {
            if (column.IsPrimaryKey)
                key.Add((column, value));
            else
                operations.Set(column, value);
        }

        bool onlyStatics = table.Clustering.All(table.IsHidden) && operations.AppliesOnlyToStatics(ModificationKind.Insert, conditions);
        WherePlan where = new WherePlanner(table, _terms, allowFiltering: false).PlanKey(key, onlyStatics);
        return operations.Complete(ModificationKind.Insert, where, attributes, conditions);
    }

    private ModificationPlan PlanUpdate(UpdateStatement statement, TableMetadata table, UpdateAttributes attributes)
    {
        StatementConditions conditions = PlanConditions(statement.IfExists, statement.Conditions, table, attributes);
        var operations = new OperationPlanner(table, _terms, !conditions.IsNone);
        foreach (Cql.Syntax.Assignment assignment in statement.Assignments)
        {
            ColumnMetadata column = ColumnSource.Find(table, assignment.Column);
            if (column.IsPrimaryKey)
                throw new InvalidQueryException($"PRIMARY KEY part {column.Name} found in SET part");
            operations.Assign(column, assignment);
        }

        return Complete(ModificationKind.Update, table, statement.Where, operations, attributes, conditions);
    }

    private ModificationPlan PlanDelete(DeleteStatement statement, TableMetadata table, UpdateAttributes attributes)
    {
        StatementConditions conditions = PlanConditions(statement.IfExists, statement.Conditions, table, attributes);
        var operations = new OperationPlanner(table, _terms, !conditions.IsNone);
        foreach (Deletion deletion in statement.Deletions)
        {
            ColumnMetadata column = ColumnSource.Find(table, deletion.Column);
            if (column.IsPrimaryKey)
                throw new InvalidQueryException($"Invalid identifier {column.Name} for deletion (should not be a PRIMARY KEY part)");
            operations.Delete(column, deletion);
        }

        return Complete(ModificationKind.Delete, table, statement.Where, operations, attributes, conditions);
    }

    private ModificationPlan Complete(
        ModificationKind kind,
        TableMetadata table,
        ImmutableArray<Relation> relations,
        OperationPlanner operations,
        UpdateAttributes attributes,
        StatementConditions conditions)
    {
        WherePlan where = new WherePlanner(table, _terms, allowFiltering: false)
            .PlanModification(relations, kind, operations.AppliesOnlyToStatics(kind, conditions));
        return operations.Complete(kind, where, attributes, conditions);
    }

    private StatementConditions PlanConditions(bool ifExists, ImmutableArray<Condition> conditions, TableMetadata table, UpdateAttributes attributes)
    {
        if (ifExists)
            return StatementConditions.None with { MustExist = true };
        if (conditions.IsEmpty)
            return StatementConditions.None;
        return attributes.Timestamp is not null ? throw CustomTimestamp() : new ConditionPlanner(table, _terms).Plan(conditions);
    }

    private static void CheckConditionalDelete(ModificationPlan plan)
    {
        const string refusal = "DELETE statements must restrict all PRIMARY KEY columns with equality relations";
        bool isOneRow = plan.Where.Clustering.ColumnCount == plan.Table.Clustering.Count
            && plan.Where.Clustering.HasOnlyEqualities;
        if (isOneRow)
            return;
        if (!plan.RegularOperations.IsEmpty || plan.StaticOperations.IsEmpty)
            throw new InvalidQueryException($"{refusal} in order to delete non static columns");
        if (plan.Conditions.AppliesToRegulars)
            throw new InvalidQueryException($"{refusal} in order to use IF condition on non static columns");
    }
}
