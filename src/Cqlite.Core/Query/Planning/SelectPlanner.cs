using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Makes a plan of a parsed SELECT, or refuses it in Cassandra's words.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/SelectStatement.java (RawStatement.prepare).</remarks>
internal sealed class SelectPlanner
{
    private readonly SelectStatement _statement;
    private readonly TableMetadata _table;
    private readonly KeyspaceMetadata _keyspace;
    private readonly TermPlanner _terms;
    private readonly WherePlanner _wherePlanner;
    private readonly bool _unmask;

    private SelectPlanner(SelectStatement statement, KeyspaceMetadata keyspace, TableMetadata table, bool unmask)
    {
        _unmask = unmask;
        _statement = statement;
        _keyspace = keyspace;
        _table = table;
        _terms = new TermPlanner(statement.BindMarkers.Length, keyspace, table);
        _wherePlanner = new WherePlanner(table, _terms, statement.AllowFiltering || FiltersImplicitly(table));
    }

    /// <summary>Plans a statement against a schema.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="currentKeyspace">The keyspace of names that name none; null for none.</param>
    /// <param name="unmask">Whether the user may see what masked columns hide (the permission UNMASK).</param>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    public static SelectPlan Plan(SelectStatement statement, DatabaseSchema schema, string? currentKeyspace, bool unmask = true)
    {
        string name = statement.Table.Keyspace?.Text ?? currentKeyspace
            ?? throw new InvalidQueryException("No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");
        if (!schema.Keyspaces.TryGetValue(name, out KeyspaceMetadata? keyspace))
            throw new InvalidQueryException($"keyspace {name} does not exist");
        TableMetadata table = keyspace.Table(statement.Table.Name.Text)
            ?? throw new InvalidQueryException($"table {statement.Table.Name} does not exist");
        return new SelectPlanner(statement, keyspace, table, unmask).Plan();
    }

    // Tables that are made on the spot are small, but for the log's messages.
    private static bool FiltersImplicitly(TableMetadata table) => table.Kind == TableKind.Virtual && table.Name != "system_logs";

    private SelectPlan Plan()
    {
        var selectionPlanner = new SelectionPlanner(_keyspace, _table, _terms, _unmask);
        List<(ColumnMetadata Column, bool IsDescending)> orderings = Orderings();
        NearestRestriction? nearest = Nearest();
        WherePlan where = _wherePlanner.Plan(_statement.Where, SelectsOnlyStatics(selectionPlanner), nearest);
        var names = new List<string>();
        var selections = new List<Selection>();
        if (_statement.Selectors.IsEmpty)
        {
            foreach (ColumnMetadata column in _table.ColumnsInSelectOrder())
            {
                names.Add(column.Name);
                selections.Add(selectionPlanner.Plan(column));
            }
        }

        foreach (Selector selector in _statement.Selectors)
        {
            selectionPlanner.Check(selector.Expression);
            (Selection selection, string name) = selectionPlanner.Plan(selector.Expression);
            names.Add(selector.Alias?.Text ?? name);
            selections.Add(selection);
        }

        bool hasAggregate = selections.Exists(s => s.IsAggregate);
        ColumnSource[] selected = [.. selections.SelectMany(s => s.Columns)];
        if (_statement.IsDistinct)
            CheckDistinct(where, selected);
        (Grouping grouping, int groupingColumns, Selection? groupingFunction) = PlanGrouping(where, hasAggregate, selectionPlanner);
        if (grouping == Grouping.Everything && _statement.PerPartitionLimit is not null)
            throw new InvalidQueryException("PER PARTITION LIMIT is not allowed with aggregate queries.");

        bool reversed = orderings.Count > 0 && nearest is null && PlanOrder(where, orderings);
        _wherePlanner.CheckFiltering();

        var columns = new List<ResultColumn>();
        if (_statement.IsJson)
        {
            selections = [new JsonRowSelection([.. names.Zip(selections)])];
            names = ["[json]"];
        }

        for (int i = 0; i < names.Count; i++)
            columns.Add(new ResultColumn(_table.Keyspace, _table.Name, names[i], selections[i].Type));

        var sortKeys = new List<CqlType>();
        if (nearest is not null)
        {
            selections.Add(new ColumnSelection(ColumnSource.Of(_table, nearest.First)));
        }
        else if (where.HasKeyIn)
        {
            foreach ((ColumnMetadata column, _) in orderings)
            {
                selections.Add(new ColumnSelection(ColumnSource.Of(_table, column)));
                sortKeys.Add(column.Type);
            }
        }

        return new SelectPlan
        {
            Table = _table,
            Where = where,
            Columns = [.. columns],
            Selections = [.. selections],
            IsDistinct = _statement.IsDistinct,
            IsJson = _statement.IsJson,
            IsAllowedToFilter = _statement.AllowFiltering,
            Grouping = grouping,
            GroupingColumns = groupingColumns,
            GroupingFunction = groupingFunction,
            IsReversed = reversed,
            SortKeys = [.. sortKeys],
            Limit = _statement.Limit is { } limit ? _terms.Prepare(limit, new Receiver("[limit]", CqlTypes.Int)) : null,
            PerPartitionLimit = _statement.PerPartitionLimit is { } each ? _terms.Prepare(each, new Receiver("[per_partition_limit]", CqlTypes.Int)) : null,
            HasStrictLiveness = HasStrictLiveness(),
            Called = [.. selections.SelectMany(s => s.Functions), .. _terms.Called, .. groupingFunction?.Functions ?? []],
            Markers = _terms.Markers,
            Warnings = Warnings(where, grouping),
        };
    }

    private static ImmutableArray<string> Warnings(WherePlan where, Grouping grouping)
    {
        if (grouping == Grouping.None)
            return [];
        if (where.Keys.IsEmpty && where.Token is null)
            return ["Aggregation query used without partition key"];
        return where.HasKeyIn ? ["Aggregation query used on multiple partition keys (IN restriction)"] : [];
    }

    // Told before the selections are planned, so that what is wrong with the WHERE clause comes before what is wrong with their types.
    private bool SelectsOnlyStatics(SelectionPlanner selections)
    {
        if (_table.IsStaticCompact || !_table.HasStatics || _statement.Selectors.IsEmpty)
            return false;
        foreach (Selector selector in _statement.Selectors)
            selections.Check(selector.Expression);
        ColumnMetadata[] columns = [.. _statement.Selectors.SelectMany(s => selections.ColumnsOf(s.Expression))];
        return Array.Exists(columns, c => c.Kind == ColumnKind.Static) && Array.TrueForAll(columns, c => c.Kind is ColumnKind.PartitionKey or ColumnKind.Static);
    }

    private List<(ColumnMetadata Column, bool IsDescending)> Orderings()
    {
        var orderings = new List<(ColumnMetadata, bool)>();
        foreach (Ordering ordering in _statement.OrderBy)
        {
            ColumnMetadata column = ColumnSource.Find(_table, ordering.Column);
            int existing = orderings.FindIndex(o => o.Item1.Equals(column));
            if (existing >= 0)
                orderings[existing] = (column, ordering.IsDescending);
            else
                orderings.Add((column, ordering.IsDescending));
        }

        return orderings;
    }

    private NearestRestriction? Nearest()
    {
        var restrictions = new List<(NearestRestriction Restriction, bool IsDescending)>();
        foreach (Ordering ordering in _statement.OrderBy)
        {
            if (ordering.AnnOf is not { } vector)
                continue;
            ColumnMetadata column = ColumnSource.Find(_table, ordering.Column);
            if (vector is ListLiteral && column.Type.Unreversed is not (ListType or VectorType))
                throw new InvalidQueryException($"Unexpected receiver type '{column.Type.Name}'; only list and vector are expected");
            restrictions.Add((new NearestRestriction([column], _terms.Prepare(vector, new Receiver(column.Name, column.Type.Unreversed))), ordering.IsDescending));
        }

        if (restrictions.Count == 0)
            return null;
        if (restrictions.Count > 1)
            throw new InvalidQueryException("Cannot specify more than one ANN ordering");
        if (_statement.OrderBy.Length > 1)
            throw new InvalidQueryException("ANN ordering does not support any other ordering");
        if (restrictions[0].IsDescending)
            throw new InvalidQueryException("Descending ANN ordering is not supported");
        return restrictions[0].Restriction;
    }

    private void CheckDistinct(WherePlan where, ColumnSource[] selected)
    {
        if (_statement.PerPartitionLimit is not null)
            throw new InvalidQueryException("PER PARTITION LIMIT is not allowed with SELECT DISTINCT queries");
        if (!where.Clustering.IsEmpty || where.RestrictsRegulars)
            throw new InvalidQueryException("SELECT DISTINCT with WHERE clause only supports restriction by partition key and/or static columns.");
        foreach (ColumnSource source in selected)
        {
            if (source.Kind is not (ColumnKind.PartitionKey or ColumnKind.Static))
            {
                throw new InvalidQueryException(
                    $"SELECT DISTINCT queries must only request partition key columns and/or static columns (not {source.Column.Name})");
            }
        }

        if (!where.IsKeyRange)
            return;
        foreach (ColumnMetadata column in _table.PartitionKey)
        {
            if (!Array.Exists(selected, s => s.Column.Equals(column)))
                throw new InvalidQueryException($"SELECT DISTINCT queries must request all the partition key columns (missing {column.Name})");
        }
    }

    private (Grouping Grouping, int Columns, Selection? Function) PlanGrouping(WherePlan where, bool hasAggregate, SelectionPlanner selections)
    {
        if (_statement.GroupBy.IsEmpty)
            return (hasAggregate ? Grouping.Everything : Grouping.None, 0, null);

        const string outOfOrder = "Group by currently only support groups of columns following their declared order in the PRIMARY KEY";
        ColumnMetadata[] key = [.. _table.PartitionKey, .. _table.Clustering];
        Selection? function = null;
        int next = 0;
        foreach (Expression expression in _statement.GroupBy)
        {
            selections.Check(expression);
            ColumnMetadata column;
            if (expression is ColumnReference reference)
            {
                column = ColumnSource.Find(_table, reference.Column);
                if (!column.IsPrimaryKey)
                    throw new InvalidQueryException($"Group by is currently only supported on the columns of the PRIMARY KEY, got {column.Name}");
                if (function is not null)
                    throw new InvalidQueryException("Functions are only supported on the last element of the GROUP BY clause");
            }
            else
            {
                function = selections.Plan(expression).Selection;
                column = GroupedColumn(function);
            }

            while (true)
            {
                if (next == key.Length)
                    throw new InvalidQueryException(outOfOrder);
                ColumnMetadata candidate = key[next++];
                if (candidate.Equals(column))
                    break;
                if (!where.IsEqualRestricted(candidate))
                    throw new InvalidQueryException(outOfOrder);
            }
        }

        if (next < _table.PartitionKey.Count)
            throw new InvalidQueryException("Group by is not supported on only a part of the partition key");
        int clustering = next - _table.PartitionKey.Count;
        if (clustering > 0 && _statement.IsDistinct)
            throw new InvalidQueryException("Grouping on clustering columns is not allowed for SELECT DISTINCT queries");
        return (Grouping.Prefix, clustering, function);
    }

    // The column whose values a function groups: the only one that it reads.
    private static ColumnMetadata GroupedColumn(Selection function)
    {
        if (function is AggregateSelection aggregate)
            throw new InvalidQueryException($"aggregate functions are not supported within the GROUP BY clause, got: {aggregate.Function.QualifiedName}");
        ColumnMetadata[] columns = [.. function.Columns.Select(c => c.Column).Distinct()];
        if (columns.Length == 0)
            throw new InvalidQueryException("GROUP BY functions must have one clustering column name as parameter");
        if (columns.Length > 1)
        {
            throw new InvalidQueryException(
                $"GROUP BY functions accept only one clustering column as parameter, got: {string.Join(',', columns.Select(c => CqlIdentifier.Quote(c.Name)))}");
        }

        if (columns[0].Kind != ColumnKind.Clustering)
            throw new InvalidQueryException($"Group by functions are only supported on clustering columns, got {columns[0].Name}");
        if (!IsMonotonic(function))
            throw new InvalidQueryException($"Only monotonic functions are supported in the GROUP BY clause, got: {(function as FunctionSelection)?.Function.ToString() ?? function.ToString()} ");
        return columns[0];
    }

    private static bool IsMonotonic(Selection selection) => selection is ColumnSelection
        || (selection is FunctionSelection { Function.IsMonotonic: true } call && IsMonotonic(call.Arguments[0]) && call.Arguments.Skip(1).All(a => !a.Columns.Any()));

    // Whether the order asked for is the reverse of the clustering's.
    private bool PlanOrder(WherePlan where, List<(ColumnMetadata Column, bool IsDescending)> orderings)
    {
        if (where.UsesIndex)
            throw new InvalidQueryException("ORDER BY with 2ndary indexes is not supported, except for ANN queries.");
        if (where.IsKeyRange)
            throw new InvalidQueryException("ORDER BY is only supported when the partition key is restricted by an EQ or an IN.");

        bool? reversed = null;
        int next = 0;
        foreach ((ColumnMetadata column, bool isDescending) in orderings)
        {
            if (column.Kind != ColumnKind.Clustering)
                throw new InvalidQueryException($"Order by is currently only supported on the clustered columns of the PRIMARY KEY, got {column.Name}");
            while (next != column.Position)
            {
                if (next >= _table.Clustering.Count || !where.IsEqualRestricted(_table.Clustering[next++]))
                {
                    throw new InvalidQueryException(
                        "Order by currently only supports the ordering of columns following their declared order in the PRIMARY KEY");
                }
            }

            next++;
            bool opposes = isDescending != column.Type.IsReversed;
            if (reversed is { } before && before != opposes)
                throw new InvalidQueryException("Unsupported order by relation");
            reversed = opposes;
        }

        return reversed!.Value;
    }

    private bool HasStrictLiveness()
    {
        if (!_keyspace.Views.TryGetValue(_table.Name, out ViewMetadata? view) || _keyspace.Table(view.BaseTable) is not { } baseTable)
            return false;
        return _table.PartitionKey.Concat(_table.Clustering).Any(c => baseTable.Column(c.Name) is { IsPrimaryKey: false });
    }
}
