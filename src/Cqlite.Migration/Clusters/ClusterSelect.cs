using System.Text;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Clusters;

/// <summary>How a column's cells come out of a result.</summary>
internal enum CellShape
{
    /// <summary>One value, its time and TTL.</summary>
    Single,

    /// <summary>A counter's sum.</summary>
    Counter,

    /// <summary>Elements, and lists of their times and TTLs.</summary>
    List,

    /// <summary>Elements that are paths, and lists of their times and TTLs.</summary>
    Set,

    /// <summary>Pairs of path and value, and lists of their times and TTLs.</summary>
    Map,

    /// <summary>Fields of a user type, and lists with a place for each field.</summary>
    Fields,
}

/// <summary>Where a column's value, time and TTL stand in a result's rows.</summary>
/// <param name="Index">The column's place among the table's static or regular columns.</param>
/// <param name="Shape">What the value is like.</param>
/// <param name="Value">Position of the value.</param>
/// <param name="WriteTime">Position of the time or times; -1 where none are told.</param>
/// <param name="Ttl">Position of the TTL or TTLs; -1 where none are told.</param>
internal readonly record struct SelectedColumn(int Index, CellShape Shape, int Value, int WriteTime, int Ttl)
{
    /// <summary>How many values of a result's row are the column's: they stand side by side, in the order of the parameters.</summary>
    public int ValueCount => 1 + (WriteTime < 0 ? 0 : 1) + (Ttl < 0 ? 0 : 1);
}

/// <summary>The statement that reads a range of a table with all that CQL tells, and what its columns are.</summary>
/// <remarks>
/// <code>
/// SELECT p, c, s, WRITETIME(s), TTL(s), v, WRITETIME(v), TTL(v) FROM k.t WHERE token(p) > ? AND token(p) &lt;= ?
/// </code>
/// What nodes refuse to tell is not asked for (<see cref="ToldTimes"/>). From 5.0 on WRITETIME and TTL of a multi-cell column are lists with an entry for each element (org/apache/cassandra/cql3/selection/WritetimeOrTTLSelector.java).
/// </remarks>
internal sealed class ClusterSelect
{
    private ClusterSelect(TableMetadata table, string text, SelectedColumn[] statics, SelectedColumn[] regulars, int columnCount, ToldTimes told)
    {
        Table = table;
        Text = text;
        Statics = statics;
        Regulars = regulars;
        ColumnCount = columnCount;
        Told = told;
        IsByRange = !table.Partitioner.TokensAreKeys;
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>The statement.</summary>
    public string Text { get; }

    /// <summary>The static columns, in the order of rows.</summary>
    public SelectedColumn[] Statics { get; }

    /// <summary>The regular columns, in the order of rows.</summary>
    public SelectedColumn[] Regulars { get; }

    /// <summary>How many columns the result has. The first ones are those of the partition key, then those of the clustering.</summary>
    public int ColumnCount { get; }

    /// <summary>Which times the nodes tell.</summary>
    public ToldTimes Told { get; }

    /// <summary>What an answer with all times tells of rows, and what it does not.</summary>
    public SourceFidelity Fidelity => new()
    {
        HasTombstones = false,
        HasRowLiveness = false,
        HasOriginalTtl = false,
        HasElementTimes = Told.Elements || !Statics.Concat(Regulars).Any(c => c.Shape is not (CellShape.Single or CellShape.Counter)),
        HasFrozenCollectionTimes = Told.FrozenCollections || !Table.Statics.Concat(Table.Regulars).Any(c => c.IsFrozenCollection && !Table.IsHidden(c)),
        HasListPaths = !Has(CellShape.List),
        HasCounterShards = !Table.IsCounter,
    };

    /// <summary>Whether the statement has two markers, for the tokens between which it reads.</summary>
    public bool IsByRange { get; }

    /// <summary>Makes the statement of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="told">Which times the nodes tell.</param>
    /// <param name="times">Which times are asked for.</param>
    public static ClusterSelect Of(TableMetadata table, ToldTimes told, CellTimes times = CellTimes.All)
    {
        StringBuilder text = new("SELECT ");
        int count = 0;
        ColumnMetadata[] clustering = [.. table.Clustering.Where(c => !table.IsHidden(c))];
        foreach (ColumnMetadata column in table.PartitionKey.Concat(clustering))
            Append(CqlIdentifier.Quote(column.Name));
        SelectedColumn[] statics = Select(table.Statics);
        SelectedColumn[] regulars = Select(table.Regulars);
        text.Append(" FROM ").Append(CqlIdentifier.Quote(table.Keyspace)).Append('.').Append(CqlIdentifier.Quote(table.Name));
        if (!table.Partitioner.TokensAreKeys)
        {
            string key = string.Join(", ", table.PartitionKey.Select(c => CqlIdentifier.Quote(c.Name)));
            text.Append(" WHERE token(").Append(key).Append(") > ? AND token(").Append(key).Append(") <= ?");
        }

        return new ClusterSelect(table, text.ToString(), statics, regulars, count, told);

        int Append(string term)
        {
            if (count > 0)
                text.Append(", ");
            text.Append(term);
            return count++;
        }

        SelectedColumn[] Select(IReadOnlyList<ColumnMetadata> columns)
        {
            List<SelectedColumn> selected = [];
            for (int i = 0; i < columns.Count; i++)
            {
                if (table.IsHidden(columns[i]))
                    continue;
                string name = CqlIdentifier.Quote(columns[i].Name);
                CellShape shape = ShapeOf(columns[i]);
                int value = Append(name);
                bool hasTimes = shape switch
                {
                    CellShape.Counter => false,
                    CellShape.Single => told.FrozenCollections || !columns[i].IsFrozenCollection,
                    _ => told.Elements,
                };
                int writeTime = hasTimes && times.HasFlag(CellTimes.Writes) ? Append($"WRITETIME({name})") : -1;
                int ttl = hasTimes && times.HasFlag(CellTimes.Ttls) ? Append($"TTL({name})") : -1;
                selected.Add(new SelectedColumn(i, shape, value, writeTime, ttl));
            }

            return [.. selected];
        }
    }

    /// <summary>Whether any column has cells of this shape.</summary>
    public bool Has(CellShape shape) => Statics.Concat(Regulars).Any(c => c.Shape == shape);

    private static CellShape ShapeOf(ColumnMetadata column) => !column.IsComplex
        ? column.Type.IsCounter ? CellShape.Counter : CellShape.Single
        : column.Type.Unreversed switch
        {
            ListType => CellShape.List,
            SetType => CellShape.Set,
            MapType => CellShape.Map,
            _ => CellShape.Fields,
        };
}
