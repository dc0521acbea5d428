using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Planning;

/// <summary>Restrictions on columns of one kind, in the order of the columns; those on the same columns are merged as they come.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/restrictions/RestrictionSet.java.</remarks>
internal sealed class RestrictionSet
{
    private readonly List<Restriction> _all = [];

    /// <summary>Each restriction once, by its first column.</summary>
    public IReadOnlyList<Restriction> All => _all;

    public bool IsEmpty => _all.Count == 0;

    /// <summary>Number of columns that are restricted.</summary>
    public int ColumnCount { get; private set; }

    public bool HasIn => _all.Exists(r => r.IsIn);

    public bool HasSlice => _all.Exists(r => r.IsSlice);

    public bool HasContains => _all.Exists(r => r.IsContains);

    public bool HasOnlyEqualities => _all.TrueForAll(r => r.IsEqual || r.IsIn);

    public IEnumerable<ColumnMetadata> Columns => _all.SelectMany(r => r.Columns);

    public Restriction? Of(ColumnMetadata column) => _all.Find(r => r.Columns.Contains(column));

    public void Add(Restriction restriction)
    {
        Restriction merged = restriction;
        foreach (Restriction existing in _all.Where(r => r.Columns.Any(restriction.Columns.Contains)).ToList())
        {
            merged = existing.MergeWith(merged);
            _all.Remove(existing);
        }

        int at = _all.FindIndex(r => Order(r.First, merged.First) > 0);
        _all.Insert(at < 0 ? _all.Count : at, merged);
        ColumnCount = _all.Sum(r => r.Columns.Count);
    }

    /// <summary>The column after one in the order of restricted columns; null for the last.</summary>
    public ColumnMetadata? Next(ColumnMetadata column) => Columns.FirstOrDefault(c => Order(c, column) > 0);

    private static int Order(ColumnMetadata left, ColumnMetadata right)
    {
        int byKind = left.Kind.CompareTo(right.Kind);
        if (byKind != 0)
            return byKind;
        return left.IsPrimaryKey ? left.Position.CompareTo(right.Position) : ColumnMetadata.CompareInRow(left, right);
    }
}
