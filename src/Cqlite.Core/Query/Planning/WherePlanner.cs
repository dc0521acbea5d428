using System.Collections.Immutable;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Turns a SELECT's WHERE clause into a plan, or refuses it as Cassandra does.</summary>
/// <remarks>
/// Source: org/apache/cassandra/cql3/restrictions/{StatementRestrictions,ClusteringColumnRestrictions}.java and
/// cql3/{SingleColumnRelation,MultiColumnRelation,TokenRelation}.java.
/// </remarks>
internal sealed partial class WherePlanner(TableMetadata table, TermPlanner terms, bool allowFiltering)
{
    private const string NeedsFiltering =
        "Cannot execute this query as it might involve data filtering and thus may have unpredictable performance. "
        + "If you want to execute this query despite the performance unpredictability, use ALLOW FILTERING";

    private readonly WherePlan _plan = new(table);

    // The restrictions that an index must serve, all of them, if the query is to do without ALLOW FILTERING.
    private readonly List<Restriction> _checked = [];

    /// <summary>Plans a clause.</summary>
    /// <param name="where">The clause.</param>
    /// <param name="selectsOnlyStatics">Whether nothing but static columns is selected.</param>
    /// <param name="nearest">What ORDER BY asks of a vector; null for nothing.</param>
    public WherePlan Plan(ImmutableArray<Relation> where, bool selectsOnlyStatics, NearestRestriction? nearest = null)
    {
        foreach (Relation relation in where)
            Add(relation);
        if (nearest is not null)
            _plan.Others.Add(nearest);

        bool hasClusteringIndex = HasIndex(_plan.Clustering);
        bool hasIndex = hasClusteringIndex || HasIndex(_plan.Keys) || HasIndex(_plan.Others);
        PlanKeys(hasIndex);
        if (selectsOnlyStatics && !_plan.Clustering.IsEmpty)
            throw new InvalidQueryException("Cannot restrict clustering columns when selecting only static columns");
        PlanClustering(hasIndex);
        if (_plan.IsKeyRange && hasClusteringIndex)
            _plan.UsesIndex = true;
        if (_plan.UsesIndex || _plan.Filters.Exists(f => f.First.Kind == ColumnKind.Clustering))
            _checked.AddRange(_plan.Clustering.All);
        if (!_plan.Others.IsEmpty)
            PlanOthers(hasIndex);
        if (_plan.UsesIndex && _plan.HasKeyIn)
            throw new InvalidQueryException("Select on indexed columns and with IN clause for the PRIMARY KEY are not supported");
        return _plan;
    }

    /// <summary>Refuses a plan that filters more than it says; called once the rest of the statement has been checked.</summary>
    public void CheckFiltering()
    {
        if (allowFiltering || !(_plan.IsKeyRange || _plan.UsesIndex))
            return;
        bool filters = _checked.Count > 0 ? !IndexSupport.SupportsAll(table, _checked) : !_plan.Clustering.IsEmpty;
        if (filters)
            throw new InvalidQueryException(NeedsFiltering);
    }

    private void Add(Relation relation)
    {
        switch (relation)
        {
            case ColumnRelation { Operator: RelationOperator.IsNot }:
                throw new InvalidQueryException($"Unsupported restriction: {RelationText.Print([relation])}");
            case ColumnRelation { Operator: RelationOperator.Like } like:
                ColumnMetadata column = Column(like.Column);
                var pattern = new LikeRestriction([column], terms.Prepare(like.Value, new Receiver(column.Name, column.Type.Unreversed)));
                if (_isModification || !IndexSupport.Supports(table, pattern))
                    throw new InvalidQueryException($"LIKE restriction is only supported on properly indexed columns. {RelationText.Print([relation])} is not valid.");
                Add(pattern);
                break;
            case CustomIndexExpression custom:
                throw CustomIndexRefusal(custom);
            default:
                Add(Restriction(relation));
                break;
        }
    }

    private InvalidQueryException CustomIndexRefusal(CustomIndexExpression custom)
    {
        if (custom.Index.Keyspace is { } keyspace && keyspace.Text != table.Keyspace)
            return new InvalidQueryException($"Invalid index {custom.Index} for {table}");
        return table.Indexes.TryGetValue(custom.Index.Name.Text, out IndexMetadata? index)
            ? new InvalidQueryException(index.Kind == "CUSTOM"
                ? $"Index {index.Name} does not support custom expressions"
                : $"{index.Name} is not a custom index, and cannot be used in this expression")
            : new InvalidQueryException($"Invalid index expression, index {custom.Index.Name} not found for {table}");
    }

    private void Add(Restriction restriction)
    {
        switch (restriction)
        {
            case TokenRestriction token:
                _plan.Token = _plan.Token is { } existing ? (TokenRestriction)existing.MergeWith(token) : token;
                break;
            case { First.Kind: ColumnKind.PartitionKey }:
                _plan.Keys.Add(restriction);
                break;
            case { First.Kind: ColumnKind.Clustering }:
                AddClustering(restriction);
                break;
            default:
                _plan.Others.Add(restriction);
                break;
        }
    }

    private void AddClustering(Restriction restriction)
    {
        Restriction? last = _plan.Clustering.IsEmpty ? null : _plan.Clustering.All[^1];
        ColumnMetadata? following = _plan.Clustering.Next(restriction.First);
        _plan.Clustering.Add(restriction);
        if (last is null || allowFiltering || (!_isModification && IndexSupport.Supports(table, restriction)))
            return;
        if (last.IsSlice && restriction.First.Position > last.First.Position)
        {
            throw new InvalidQueryException(
                $"Clustering column \"{restriction.First.Name}\" cannot be restricted (preceding column \"{last.First.Name}\" is restricted by a non-EQ relation)");
        }

        if (restriction.First.Position < last.First.Position && restriction.IsSlice)
        {
            throw new InvalidQueryException(
                $"PRIMARY KEY column \"{following?.Name}\" cannot be restricted (preceding column \"{restriction.First.Name}\" is restricted by a non-EQ relation)");
        }
    }

    private Restriction Restriction(Relation relation) => relation switch
    {
        ColumnRelation column => ColumnRestriction(column),
        ColumnInRelation column => InRestriction(column),
        MapEntryRelation entry => EntryRestriction(entry),
        TokenRelation token => TokenRestriction(token),
        TupleRelation tuple => TupleRestriction(tuple),
        TupleInRelation tuple => TupleInRestriction(tuple),
        _ => throw new InvalidQueryException($"Unsupported restriction: {RelationText.Print([relation])}"),
    };

    private Restriction ColumnRestriction(ColumnRelation relation)
    {
        RefuseNotEqual(relation, relation.Operator);
        ColumnMetadata column = Column(relation.Column);
        CqlType type = column.Type.Unreversed;
        ColumnMetadata[] columns = [column];
        switch (relation.Operator)
        {
            case RelationOperator.Equal:
                CheckColumn(column, relation.Operator, isContains: false);
                return new EqualRestriction(columns, terms.Prepare(relation.Value, new Receiver(column.Name, type)), Tuple: false);
            case RelationOperator.Contains:
                if (type is not (ListType or SetType or MapType))
                    throw new InvalidQueryException($"Cannot use CONTAINS on non-collection column {column.Name}");
                CqlType element = type is MapType map ? map.Values : type is ListType list ? list.Elements : ((SetType)type).Elements;
                return new ContainsRestriction(columns, [terms.Prepare(relation.Value, new Receiver($"value({column.Name})", element))], [], []);
            case RelationOperator.ContainsKey:
                if (type is not MapType keyed)
                    throw new InvalidQueryException($"Cannot use CONTAINS KEY on non-map column {column.Name}");
                return new ContainsRestriction(columns, [], [terms.Prepare(relation.Value, new Receiver($"key({column.Name})", keyed.Keys))], []);
            default:
                RefuseDuration(type);
                CheckColumn(column, relation.Operator, isContains: false);
                var bound = new Bound(
                    terms.Prepare(relation.Value, new Receiver(column.Name, type)),
                    relation.Operator is RelationOperator.LessOrEqual or RelationOperator.GreaterOrEqual,
                    ColumnCount: 1);
                bool isLower = relation.Operator is RelationOperator.Greater or RelationOperator.GreaterOrEqual;
                return new SliceRestriction(columns, isLower ? bound : null, isLower ? null : bound, Tuple: false);
        }
    }

    private static void RefuseDuration(CqlType type)
    {
        if (!type.ClassName.Contains("DurationType", StringComparison.Ordinal))
            return;
        throw new InvalidQueryException(type switch
        {
            ListType or SetType or MapType => "Slice restrictions are not supported on collections containing durations",
            UserType => "Slice restrictions are not supported on UDTs containing durations",
            TupleType => "Slice restrictions are not supported on tuples containing durations",
            _ => "Slice restrictions are not supported on duration columns",
        });
    }

    private Restriction InRestriction(ColumnInRelation relation)
    {
        ColumnMetadata column = Column(relation.Column);
        CheckColumn(column, RelationOperator.In, isContains: false);
        var receiver = new Receiver(column.Name, column.Type.Unreversed);
        if (relation.Values.Marker is { } marker)
            return new InRestriction([column], [], terms.PrepareInMarker(marker, [receiver], tuple: false), Tuple: false);
        Term[] values = [.. relation.Values.Values.Select(v => terms.Prepare(v, receiver))];
        return values.Length == 1
            ? new EqualRestriction([column], values[0], Tuple: false)
            : new InRestriction([column], values, null, Tuple: false);
    }

    private ContainsRestriction EntryRestriction(MapEntryRelation relation)
    {
        ColumnMetadata column = Column(relation.Column);
        RefuseNotEqual(relation, relation.Operator);
        CqlType type = column.Type.Unreversed;
        if (type is ListType)
            throw new InvalidQueryException($"Indexes on list entries ({column.Name}[index] = value) are not currently supported.");
        if (type is not MapType map)
            throw new InvalidQueryException($"Column {column.Name} cannot be used as a map");
        if (!type.IsMultiCell)
            throw new InvalidQueryException($"Map-entry equality predicates on frozen map column {column.Name} are not supported");
        if (relation.Operator != RelationOperator.Equal)
            throw new InvalidQueryException("Only EQ relations are supported on map entries");
        Term key = terms.Prepare(relation.Key, new Receiver($"key({column.Name})", map.Keys));
        Term value = terms.Prepare(relation.Value, new Receiver($"value({column.Name})", map.Values));
        return new ContainsRestriction([column], [], [], [(key, value)]);
    }

    private TokenRestriction TokenRestriction(TokenRelation relation)
    {
        RefuseNotEqual(relation, relation.Operator);
        ColumnMetadata[] columns = [.. relation.Columns.Select(Column)];
        if (!columns.SequenceEqual(table.PartitionKey))
        {
            if (!table.PartitionKey.All(columns.Contains))
                throw new InvalidQueryException("The token() function must be applied to all partition key components or none of them");
            if (columns.Distinct().Count() != columns.Length)
                throw new InvalidQueryException("The token() function contains duplicate partition key components");
            if (columns.Length != table.PartitionKey.Count)
                throw new InvalidQueryException("The token() function must contains only partition key components");
            throw new InvalidQueryException(
                $"The token function arguments must be in the partition key order: {string.Join(", ", table.PartitionKey.Select(c => c.Name))}");
        }

        if (relation.Operator is not (RelationOperator.Equal or RelationOperator.Less or RelationOperator.LessOrEqual or RelationOperator.Greater or RelationOperator.GreaterOrEqual))
            throw new InvalidQueryException($"{RelationSymbols.Of(relation.Operator)} cannot be used with the token function");

        Term value = terms.Prepare(relation.Value, new Receiver("partition key token", Tokens.TypeOf(table.Partitioner)));
        if (relation.Operator == RelationOperator.Equal)
            return new TokenRestriction(columns, value, null, null);
        var bound = new Bound(value, relation.Operator is RelationOperator.LessOrEqual or RelationOperator.GreaterOrEqual, columns.Length);
        bool isLower = relation.Operator is RelationOperator.Greater or RelationOperator.GreaterOrEqual;
        return new TokenRestriction(columns, null, isLower ? bound : null, isLower ? null : bound);
    }

    private Restriction TupleRestriction(TupleRelation relation)
    {
        RefuseNotEqual(relation, relation.Operator);
        ColumnMetadata[] columns = TupleColumns(relation.Columns, relation);
        Receiver[] receivers = [.. columns.Select(c => new Receiver(c.Name, c.Type.Unreversed))];
        if (relation.Operator is RelationOperator.Contains or RelationOperator.ContainsKey or RelationOperator.Like)
            throw new InvalidQueryException($"{RelationSymbols.Of(relation.Operator)} cannot be used for multi-column relations");
        Term value = terms.PrepareTuple(relation.Value, receivers);
        if (relation.Operator == RelationOperator.Equal)
            return new EqualRestriction(columns, value, Tuple: true);
        var bound = new Bound(value, relation.Operator is RelationOperator.LessOrEqual or RelationOperator.GreaterOrEqual, columns.Length);
        bool isLower = relation.Operator is RelationOperator.Greater or RelationOperator.GreaterOrEqual;
        return new SliceRestriction(columns, isLower ? bound : null, isLower ? null : bound, Tuple: true);
    }

    private Restriction TupleInRestriction(TupleInRelation relation)
    {
        ColumnMetadata[] columns = TupleColumns(relation.Columns, relation);
        Receiver[] receivers = [.. columns.Select(c => new Receiver(c.Name, c.Type.Unreversed))];
        if (relation.Values.Marker is { } marker)
            return new InRestriction(columns, [], terms.PrepareInMarker(marker, receivers, tuple: true), Tuple: true);
        Term[] values = [.. relation.Values.Values.Select(v => terms.PrepareTuple(v, receivers))];
        return values.Length == 1
            ? new EqualRestriction(columns, values[0], Tuple: true)
            : new InRestriction(columns, values, null, Tuple: true);
    }

    private ColumnMetadata[] TupleColumns(ImmutableArray<Identifier> names, Relation relation)
    {
        var columns = new List<ColumnMetadata>();
        foreach (Identifier name in names)
        {
            ColumnMetadata column = Column(name);
            if (column.Kind != ColumnKind.Clustering)
                throw new InvalidQueryException($"Multi-column relations can only be applied to clustering columns but was applied to: {column.Name}");
            if (columns.Contains(column))
                throw new InvalidQueryException($"Column \"{column.Name}\" appeared twice in a relation: {RelationText.Print([relation])}");
            if (columns.Count > 0 && column.Position != columns[^1].Position + 1)
                throw new InvalidQueryException($"Clustering columns must appear in the PRIMARY KEY order in multi-column relations: {RelationText.Print([relation])}");
            columns.Add(column);
        }

        return [.. columns];
    }

    private static void CheckColumn(ColumnMetadata column, RelationOperator relation, bool isContains)
    {
        if (!column.Type.IsMultiCell || isContains)
            return;
        throw new InvalidQueryException(column.Type.Unreversed is UserType
            ? $"Non-frozen UDT column '{column.Name}' ({column.Type.Name}) cannot be restricted by any relation"
            : $"Collection column '{column.Name}' ({column.Type.Name}) cannot be restricted by a '{RelationSymbols.Of(relation)}' relation");
    }

    private static void RefuseNotEqual(Relation relation, RelationOperator comparison)
    {
        if (comparison == RelationOperator.NotEqual)
            throw new InvalidQueryException($"Unsupported \"!=\" relation: {RelationText.Print([relation])}");
    }

    private ColumnMetadata Column(Identifier name) => ColumnSource.Find(table, name);

    private bool HasIndex(RestrictionSet set) => set.All.Any(r => IndexSupport.Supports(table, r));

    private void PlanKeys(bool hasIndex)
    {
        RestrictionSet keys = _plan.Keys;
        bool incomplete = keys.ColumnCount < table.PartitionKey.Count;
        if (_plan.IsOnToken)
            _plan.IsKeyRange = true;
        if (keys.IsEmpty && _plan.Token is null)
        {
            _plan.IsKeyRange = true;
            _plan.UsesIndex = hasIndex;
        }

        bool filters = !keys.IsEmpty && (incomplete || keys.HasSlice || keys.HasContains);
        if (filters)
        {
            if (!allowFiltering && !hasIndex)
                throw new InvalidQueryException(NeedsFiltering);
            _plan.IsKeyRange = true;
            _plan.UsesIndex = hasIndex;
        }

        if (filters)
            _plan.Filters.AddRange(keys.All);
        if (_plan.UsesIndex || filters)
            _checked.AddRange(keys.All);
    }

    private void PlanClustering(bool hasIndex)
    {
        RestrictionSet clustering = _plan.Clustering;
        if (clustering.HasContains && !hasIndex && !allowFiltering)
            throw new InvalidQueryException("Clustering columns can only be restricted with CONTAINS with a secondary index or filtering");

        // Equalities on the first columns and one slice after them bound what is read; whatever comes after a gap is filtered.
        int position = 0;
        bool bounding = true;
        var filtered = new List<Restriction>();
        foreach (Restriction restriction in clustering.All)
        {
            if (restriction.IsContains || restriction.First.Position != position)
            {
                filtered.Add(restriction);
                bounding = false;
                continue;
            }

            if (bounding)
                _plan.Bounds.Add(restriction);
            if (restriction.IsSlice)
                bounding = false;
            else
                position = restriction.Last.Position + 1;
        }

        if (filtered.Count > 0)
        {
            if (hasIndex)
                _plan.UsesIndex = true;
            else if (!allowFiltering)
                RefuseGap(clustering);
        }

        _plan.Filters.AddRange(filtered);
    }

    private void RefuseGap(RestrictionSet clustering)
    {
        int i = 0;
        foreach (ColumnMetadata column in clustering.Columns)
        {
            if (!column.Equals(table.Clustering[i]))
            {
                throw new InvalidQueryException(
                    $"PRIMARY KEY column \"{column.Name}\" cannot be restricted as preceding column \"{table.Clustering[i].Name}\" is not restricted");
            }

            i++;
        }
    }

    private void PlanOthers(bool hasIndex)
    {
        if (_plan.Nearest is { } nearest)
            CheckNearest(nearest);
        else if (_plan.Others.Columns.Any(c => IndexSupport.IsIndexedVector(table, c)))
            throw new InvalidQueryException("Vector indexes only support ANN queries");
        if (hasIndex)
            _plan.UsesIndex = true;
        else if (!allowFiltering)
            throw new InvalidQueryException(NeedsFiltering);
        _plan.Filters.AddRange(_plan.Others.All.Where(r => r is not NearestRestriction));
        _checked.AddRange(_plan.Others.All);
    }

    private void CheckNearest(NearestRestriction nearest)
    {
        if (nearest.First.Type is not VectorType { Elements.Name: "float" })
            throw new InvalidQueryException("ANN ordering is only supported on float vector indexes");
        if (!IndexSupport.IsIndexed(table, nearest.First))
            throw new InvalidQueryException("ANN ordering by vector requires the column to be indexed");

        bool filtersKeys = !_plan.Keys.IsEmpty && !_plan.HasFullKey;
        ColumnMetadata[] without = [.. _plan.Others.Columns.Concat(_plan.Clustering.Columns).Where(c => !IndexSupport.IsIndexed(table, c))];
        bool filtersRows = Array.Exists(without, c => c.Kind != ColumnKind.Clustering)
            || (without.Length > 0 && (!_plan.HasFullKey || _plan.Filters.Exists(f => f.First.Kind == ColumnKind.Clustering)));
        if (filtersKeys || filtersRows)
            throw new InvalidQueryException("ANN ordering by vector requires all restricted column(s) to be indexed");
    }
}
