using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>Finds the partitions and rows that a statement names, once its markers are bound. One partition and one row, each column given by =, take the short way.</summary>
internal sealed class StatementTarget
{
    private readonly TableMetadata _table;
    private readonly WherePlan _where;
    private readonly Term[]? _key;
    private readonly Term[]? _clustering;

    /// <summary>Prepares for a statement's clause.</summary>
    public StatementTarget(TableMetadata table, WherePlan where)
    {
        _table = table;
        _where = where;
        _key = Singles(where.Keys.All, table.PartitionKey.Count);
        _clustering = Singles(where.Clustering.All, table.Clustering.Count);
    }

    /// <summary>Whether it is one partition and one row (or the static row alone), each column given by a value of its own.</summary>
    public bool IsSingle => _key is not null && (_clustering is not null || _where.Clustering.IsEmpty);

    /// <summary>The key, where there is only one.</summary>
    /// <exception cref="InvalidQueryException">A value is null or unset, or the key too long or empty.</exception>
    public DecoratedKey Key(BindValues values)
    {
        byte[] key;
        if (_key!.Length == 1)
        {
            key = Required(_key[0], values, _table.PartitionKey[0]);
        }
        else
        {
            byte[]?[] components = new byte[]?[_key.Length];
            for (int i = 0; i < components.Length; i++)
                components[i] = Required(_key[i], values, _table.PartitionKey[i]);
            key = PartitionKeys.Serialize(components);
        }

        PartitionKeys.Check(key);
        return new DecoratedKey(_table.Partitioner.TokenOf(key), key);
    }

    /// <summary>All keys.</summary>
    public IReadOnlyList<DecoratedKey> Keys(BindValues values) => _key is null ? PartitionAccess.Resolve(_where, values).Keys! : [Key(values)];

    /// <summary>Appends the clustering to a row, where there is only one.</summary>
    public void AddClustering(BindValues values, Row row)
    {
        int length = 0;
        for (int i = 0; i < _clustering!.Length; i++)
        {
            byte[] value = Required(_clustering[i], values, _table.Clustering[i]);
            length += value.Length;
            row.AddClustering(row.Store(value));
        }

        CheckLength(length);
    }

    /// <summary>The clusterings of the rows that are named; none for an empty IN.</summary>
    public List<ClusteringBound> Clusterings(BindValues values)
    {
        List<ClusteringBound> bounds = [];
        foreach (ClusteringSlice slice in ClusteringSlices.Resolve(_where, values))
        {
            int length = 0;
            for (int i = 0; i < slice.Start.Count; i++)
                length += slice.Start.View[i].Length;
            CheckLength(length);
            bounds.Add(RangeTombstones.BoundOf(ClusteringKind.Clustering, slice.Start.View));
        }

        return bounds;
    }

    /// <summary>Appends a row's clustering; columns that a COMPACT STORAGE table lets a statement leave out are null.</summary>
    public void AddClustering(in ClusteringView clustering, Row row)
    {
        for (int i = 0; i < _table.Clustering.Count; i++)
            row.AddClustering(i >= clustering.Count || clustering.IsNull(i) ? Slice.Null : row.Store(clustering[i]));
    }

    private static byte[] Required(Term term, BindValues values, ColumnMetadata column)
    {
        byte[]? value = term.Bind(values);
        if (value is null)
            throw new InvalidQueryException($"Invalid null value in condition for column {column.Name}");
        return BindValues.IsUnset(value) ? throw new InvalidQueryException($"Invalid unset value for column {column.Name}") : value;
    }

    private static void CheckLength(int length)
    {
        if (length > PartitionKeys.MaxLength)
            throw new InvalidQueryException($"Key length of {length} is longer than maximum of {PartitionKeys.MaxLength}");
    }

    private static Term[]? Singles(IReadOnlyList<Restriction> restrictions, int columns)
    {
        if (restrictions.Count != columns || columns == 0)
            return null;
        var terms = new Term[columns];
        for (int i = 0; i < columns; i++)
        {
            if (restrictions[i] is not EqualRestriction { IsTuple: false } equal)
                return null;
            terms[i] = equal.Value;
        }

        return terms;
    }
}
