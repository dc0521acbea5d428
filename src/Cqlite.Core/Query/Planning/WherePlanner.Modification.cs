using System.Collections.Immutable;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Planning;

/// <summary>The WHERE clauses of UPDATE and DELETE, and the key that an INSERT names, which is planned as one.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/restrictions/StatementRestrictions.java, cql3/statements/StatementType.java.</remarks>
internal sealed partial class WherePlanner
{
    private bool _isModification;

    /// <summary>Plans the clause of a statement that modifies: it names whole partition keys, and the rows within them.</summary>
    /// <param name="where">The clause.</param>
    /// <param name="kind">The statement.</param>
    /// <param name="modifiesOnlyStatics">Whether operations and conditions concern static columns alone.</param>
    public WherePlan PlanModification(ImmutableArray<Relation> where, ModificationKind kind, bool modifiesOnlyStatics)
    {
        _isModification = true;
        if (where.Any(r => r is CustomIndexExpression))
            throw new InvalidQueryException("Custom index expressions cannot be used in WHERE clauses for UPDATE or DELETE statements");
        string statement = kind.ToString().ToUpperInvariant();
        foreach (Relation relation in where)
        {
            if (kind != ModificationKind.Insert && relation is ColumnRelation { Operator: RelationOperator.Contains or RelationOperator.ContainsKey } contains)
                throw new InvalidQueryException($"Cannot use {statement} with {RelationSymbols.Of(contains.Operator)}");
            Add(relation);
        }

        CheckWholeKey(statement);
        if (modifiesOnlyStatics && !_plan.Clustering.IsEmpty && kind != ModificationKind.Insert)
        {
            throw new InvalidQueryException(
                $"Invalid restrictions on clustering columns since the {statement} statement modifies only static columns");
        }

        CheckRows(kind, statement, modifiesOnlyStatics);
        PlanClustering(hasIndex: false);
        if (!_plan.Others.IsEmpty)
            throw new InvalidQueryException($"Non PRIMARY KEY columns found in where clause: {Names(_plan.Others.Columns)} ");
        return _plan;
    }

    /// <summary>Plans the key of an INSERT whose values are known to be such.</summary>
    /// <param name="key">Columns of the primary key and their values.</param>
    /// <param name="modifiesOnlyStatics">Whether it concerns static columns alone.</param>
    public WherePlan PlanKey(IEnumerable<(ColumnMetadata Column, Term Value)> key, bool modifiesOnlyStatics)
    {
        _isModification = true;
        foreach ((ColumnMetadata column, Term value) in key)
            Add(new EqualRestriction([column], value, Tuple: false));
        CheckWholeKey("INSERT");
        CheckRows(ModificationKind.Insert, "INSERT", modifiesOnlyStatics);
        PlanClustering(hasIndex: false);
        return _plan;
    }

    private void CheckWholeKey(string statement)
    {
        if (_plan.Token is not null)
            throw new InvalidQueryException($"The token function cannot be used in WHERE clauses for {statement} statements");
        if (_plan.Keys.ColumnCount < table.PartitionKey.Count)
            throw new InvalidQueryException($"Some partition key parts are missing: {Names(table.PartitionKey.Except(_plan.Keys.Columns))}");
        if (_plan.Keys.HasSlice)
        {
            throw new InvalidQueryException(
                $"Only EQ and IN relation are supported on the partition key (unless you use the token() function) for {statement} statements");
        }
    }

    // INSERT and UPDATE name single rows; compact tables may leave the last columns of their clustering out.
    private void CheckRows(ModificationKind kind, string statement, bool modifiesOnlyStatics)
    {
        if (kind == ModificationKind.Delete)
            return;
        if (_plan.Clustering.HasSlice)
            throw new InvalidQueryException($"Slice restrictions are not supported on the clustering columns in {statement} statements");
        bool mustBeWhole = !table.IsCompact || _plan.Clustering.IsEmpty;
        if (mustBeWhole && !modifiesOnlyStatics && _plan.Clustering.ColumnCount != table.Clustering.Count)
            throw new InvalidQueryException($"Some clustering keys are missing: {Names(table.Clustering.Except(_plan.Clustering.Columns))}");
    }

    private static string Names(IEnumerable<ColumnMetadata> columns) => string.Join(", ", columns.Select(c => c.Name));
}
