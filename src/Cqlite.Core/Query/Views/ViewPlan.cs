using System.Runtime.CompilerServices;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Views;

/// <summary>How rows of a table become rows of a materialized view: which column goes where, and which rows the view has. Immutable.</summary>
/// <remarks>Source: org/apache/cassandra/db/view/View.java.</remarks>
internal sealed class ViewPlan
{
    private static readonly ConditionalWeakTable<KeyspaceMetadata, Dictionary<string, ViewPlan[]>> s_plans = [];

    private readonly WherePlan _where;
    private readonly RowFilter? _filter;
    private readonly IReadOnlyList<ClusteringSlice> _slices;
    private readonly PartitionAccess? _tokens;
    private readonly ClusteringComparator _order;

    private ViewPlan(KeyspaceMetadata keyspace, TableMetadata baseTable, ViewMetadata view)
    {
        BaseTable = baseTable;
        Table = view.Table;
        IncludesAllColumns = view.IncludeAllColumns;
        PartitionKey = [.. Table.PartitionKey.Select(SourceOf)];
        Clustering = [.. Table.Clustering.Select(SourceOf)];
        KeyColumn = PartitionKey.Concat(Clustering).FirstOrDefault(s => !s.Column.IsPrimaryKey);
        Regulars = [.. baseTable.Regulars.Select(IndexInView)];
        _order = new ClusteringComparator(baseTable);
        _where = Plan(keyspace, view.WhereClause);
        _filter = RowFilter.BindAll(_where, BindValues.None);
        _slices = ClusteringSlices.Resolve(_where, BindValues.None);
        _tokens = _where.IsOnToken ? PartitionAccess.Resolve(_where, BindValues.None) : null;
    }

    /// <summary>The table that the view follows.</summary>
    public TableMetadata BaseTable { get; }

    /// <summary>The view's own table.</summary>
    public TableMetadata Table { get; }

    /// <summary>Whether the view was declared with <c>SELECT *</c>.</summary>
    public bool IncludesAllColumns { get; }

    /// <summary>Where the values of the view's partition key come from.</summary>
    public IReadOnlyList<ColumnSource> PartitionKey { get; }

    /// <summary>Where the values of the view's clustering come from.</summary>
    public IReadOnlyList<ColumnSource> Clustering { get; }

    /// <summary>The regular column of the table that is part of the view's key; null where the keys have the same columns.</summary>
    public ColumnSource? KeyColumn { get; }

    /// <summary>For each regular column of the table the index among the view's; -1 where the view's rows do not have it as such.</summary>
    public IReadOnlyList<int> Regulars { get; }

    /// <summary>The views of a table as a schema has them.</summary>
    public static ViewPlan[] Of(DatabaseSchema schema, TableMetadata table)
    {
        if (schema.Keyspaces.GetValueOrDefault(table.Keyspace) is not { Views.IsEmpty: false } keyspace)
            return [];
        Dictionary<string, ViewPlan[]> plans = s_plans.GetValue(keyspace, All);
        return plans.GetValueOrDefault(table.Name, []);
    }

    /// <summary>Whether the view has the row that a view of the table's rows stands on.</summary>
    public bool Has(RowView row)
    {
        if (_tokens is not null && !HasToken(row))
            return false;
        if (!HasClustering(row))
            return false;
        return _filter is null || (_filter.PassesPartition(row) && _filter.PassesRow(row));
    }

    /// <summary>Whether the view's rows have a regular column of the table, in the key or beside it.</summary>
    public bool Selects(int regular) => Regulars[regular] >= 0 || KeyColumn?.Index == regular;

    private static Dictionary<string, ViewPlan[]> All(KeyspaceMetadata keyspace)
    {
        var plans = new Dictionary<string, ViewPlan[]>(StringComparer.Ordinal);
        foreach (IGrouping<string, ViewMetadata> views in keyspace.Views.Values.GroupBy(v => v.BaseTable, StringComparer.Ordinal))
        {
            if (keyspace.Tables.TryGetValue(views.Key, out TableMetadata? table))
                plans.Add(views.Key, [.. views.Select(v => new ViewPlan(keyspace, table, v))]);
        }

        return plans;
    }

    private WherePlan Plan(KeyspaceMetadata keyspace, string clause)
    {
        if (clause.Length == 0)
            return new WherePlan(BaseTable);
        var select = (SelectStatement)CqlParser.Parse($"SELECT * FROM {CqlIdentifier.Quote(BaseTable.Name)} WHERE {clause} ALLOW FILTERING");
        var planner = new WherePlanner(BaseTable, new TermPlanner(0, keyspace, BaseTable), allowFiltering: true);
        return planner.Plan([.. select.Where.Where(r => r is not ColumnRelation { Operator: RelationOperator.IsNot })], selectsOnlyStatics: false);
    }

    private ColumnSource SourceOf(ColumnMetadata column) => ColumnSource.Of(
        BaseTable,
        BaseTable.Column(column.Name) ?? throw new InvalidQueryException($"Column {column.Name} of view {Table} is not in {BaseTable}."));

    private int IndexInView(ColumnMetadata column)
    {
        for (int i = 0; i < Table.Regulars.Count; i++)
        {
            if (Table.Regulars[i].Name == column.Name)
                return i;
        }

        return -1;
    }

    private bool HasToken(RowView row)
    {
        Partitioner partitioner = BaseTable.Partitioner;
        return partitioner.Compare(row.Token, row.Key, _tokens!.From) >= 0 && partitioner.Compare(row.Token, row.Key, _tokens.To) <= 0;
    }

    private bool HasClustering(RowView row)
    {
        if (_where.Bounds.Count == 0)
            return true;
        ClusteringView clustering = row.Row!.Clustering;
        foreach (ClusteringSlice slice in _slices)
        {
            if (_order.Compare(slice.Start.View, clustering) <= 0 && _order.Compare(clustering, slice.End.View) <= 0)
                return true;
        }

        return false;
    }
}
