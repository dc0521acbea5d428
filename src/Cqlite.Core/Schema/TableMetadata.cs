namespace Cqlite.Core.Schema;

/// <summary>What a table's storage looks like beyond its columns.</summary>
[Flags]
public enum TableFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Super column family of Thrift times.</summary>
    Super = 1,

    /// <summary>All columns are counters.</summary>
    Counter = 2,

    /// <summary>Compact storage with clusterings that name single values.</summary>
    Dense = 4,

    /// <summary>Clusterings are composites; every ordinary CQL table is.</summary>
    Compound = 8,
}

/// <summary>The kind of a table-like thing.</summary>
public enum TableKind
{
    /// <summary>A table.</summary>
    Table,

    /// <summary>A materialized view.</summary>
    View,

    /// <summary>The hidden table of a legacy secondary index.</summary>
    Index,

    /// <summary>A table of the engine's own facts, without storage.</summary>
    Virtual,
}

/// <summary>
/// A table's definition. Immutable; every change makes another one. Static and regular columns stand in the order in
/// which rows store them (<see cref="ColumnMetadata.CompareInRow"/>), and cells name their column by index into these lists.
/// </summary>
/// <remarks>Source: org/apache/cassandra/schema/TableMetadata.java.</remarks>
public sealed class TableMetadata
{
    private readonly Dictionary<string, ColumnMetadata> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates a definition from its columns, in any order.</summary>
    public TableMetadata(string keyspace, string name, Guid id, IEnumerable<ColumnMetadata> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Keyspace = keyspace;
        Name = name;
        Id = id;
        foreach (ColumnMetadata column in columns)
            _byName.Add(column.Name, column);

        PartitionKey = [.. _byName.Values.Where(c => c.Kind == ColumnKind.PartitionKey).OrderBy(c => c.Position)];
        Clustering = [.. _byName.Values.Where(c => c.Kind == ColumnKind.Clustering).OrderBy(c => c.Position)];
        Statics = Sorted(ColumnKind.Static);
        Regulars = Sorted(ColumnKind.Regular);

        IReadOnlyList<ColumnMetadata> Sorted(ColumnKind kind)
        {
            ColumnMetadata[] sorted = [.. _byName.Values.Where(c => c.Kind == kind)];
            Array.Sort(sorted, ColumnMetadata.CompareInRow);
            return sorted;
        }
    }

    /// <summary>Keyspace's name.</summary>
    public string Keyspace { get; }

    /// <summary>Table's name; of an index's hidden table <c>table.index</c>.</summary>
    public string Name { get; }

    /// <summary>Table id; part of its folder's name.</summary>
    public Guid Id { get; }

    /// <summary>Table, view, index or virtual.</summary>
    public TableKind Kind { get; init; }

    /// <summary>Storage flags; Compound for ordinary CQL tables.</summary>
    public TableFlags Flags { get; init; } = TableFlags.Compound;

    /// <summary>The partitioner, which gives keys their tokens and so partitions their order.</summary>
    public Partitioner Partitioner { get; init; } = Partitioner.Murmur3;

    /// <summary>Options.</summary>
    public TableOptions Options { get; init; } = TableOptions.Default;

    /// <summary>Columns of the partition key, by position.</summary>
    public IReadOnlyList<ColumnMetadata> PartitionKey { get; }

    /// <summary>Clustering columns, by position.</summary>
    public IReadOnlyList<ColumnMetadata> Clustering { get; }

    /// <summary>Static columns in row order.</summary>
    public IReadOnlyList<ColumnMetadata> Statics { get; }

    /// <summary>Regular columns in row order.</summary>
    public IReadOnlyList<ColumnMetadata> Regulars { get; }

    /// <summary>Dropped columns by name.</summary>
    public IReadOnlyDictionary<string, DroppedColumn> DroppedColumns { get; init; } = new Dictionary<string, DroppedColumn>(StringComparer.Ordinal);

    /// <summary>Secondary indexes by name.</summary>
    public IReadOnlyDictionary<string, IndexMetadata> Indexes { get; init; } = new Dictionary<string, IndexMetadata>(StringComparer.Ordinal);

    /// <summary>Triggers: class names by trigger name.</summary>
    public IReadOnlyDictionary<string, string> Triggers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the columns are counters.</summary>
    public bool IsCounter => (Flags & TableFlags.Counter) != 0;

    /// <summary>Whether this is a COMPACT STORAGE table of 3.x: not compound, or dense, or super.</summary>
    public bool IsCompact => Kind != TableKind.View && ((Flags & (TableFlags.Dense | TableFlags.Super)) != 0 || (Flags & TableFlags.Compound) == 0);

    /// <summary>
    /// Whether this is a COMPACT STORAGE table without clustering: CQL's columns are its static ones, and a hidden clustering
    /// column and value stand for what Thrift added under other names.
    /// </summary>
    public bool IsStaticCompact => Kind != TableKind.View && (Flags & (TableFlags.Dense | TableFlags.Super | TableFlags.Compound)) == 0;

    /// <summary>The one regular column of a COMPACT STORAGE table; null for other tables.</summary>
    public ColumnMetadata? CompactValueColumn => IsCompact && Regulars.Count == 1 ? Regulars[0] : null;

    /// <summary>Whether the table's one value has no bytes, being there only because 3.x asks for a regular column.</summary>
    public bool HasEmptyCompactValue => CompactValueColumn is { } value && value.Type.ClassName.EndsWith(".EmptyType", StringComparison.Ordinal);

    /// <summary>Whether the table has static columns.</summary>
    public bool HasStatics => Statics.Count > 0;

    /// <summary>All columns by name.</summary>
    public IReadOnlyDictionary<string, ColumnMetadata> Columns => _byName;

    /// <summary>The column of that name, or null.</summary>
    public ColumnMetadata? Column(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether statements can't name the column: it is there for the storage of a COMPACT STORAGE table only.</summary>
    public bool IsHidden(ColumnMetadata column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return IsCompact && column.Kind switch
        {
            ColumnKind.Regular => IsStaticCompact || (HasEmptyCompactValue && (Flags & TableFlags.Dense) != 0),
            ColumnKind.Clustering => IsStaticCompact,
            _ => false,
        };
    }

    /// <summary>Columns in the order in which <c>SELECT *</c> gives them: partition key, clustering, statics by name, regulars by name; without hidden ones.</summary>
    public IEnumerable<ColumnMetadata> ColumnsInSelectOrder() =>
        PartitionKey.Concat(Clustering)
            .Concat(InSelectOrder(Statics))
            .Concat(InSelectOrder(Regulars))
            .Where(c => !IsHidden(c));

    /// <summary>Columns in the order in which <c>CREATE TABLE</c> declares them: partition key, clustering, statics, regulars, each as rows store them; without hidden ones.</summary>
    public IEnumerable<ColumnMetadata> ColumnsInCreateOrder() =>
        PartitionKey.Concat(Clustering).Concat(Statics).Concat(Regulars).Where(c => !IsHidden(c));

    /// <summary>The same table with other columns.</summary>
    internal TableMetadata WithColumns(IEnumerable<ColumnMetadata> columns) => Copy(columns);

    /// <summary>The same table with other options.</summary>
    internal TableMetadata WithOptions(TableOptions options) => Copy(_byName.Values, options: options);

    /// <summary>The same table with other storage flags.</summary>
    internal TableMetadata WithFlags(TableFlags flags) => Copy(_byName.Values, flags: flags);

    /// <summary>The same table with other indexes.</summary>
    internal TableMetadata WithIndexes(IReadOnlyDictionary<string, IndexMetadata> indexes) => Copy(_byName.Values, indexes: indexes);

    /// <summary>The same table with other triggers.</summary>
    internal TableMetadata WithTriggers(IReadOnlyDictionary<string, string> triggers) => Copy(_byName.Values, triggers: triggers);

    /// <summary>The same table with other columns, and other ones dropped.</summary>
    internal TableMetadata WithDroppedColumns(IEnumerable<ColumnMetadata> columns, IReadOnlyDictionary<string, DroppedColumn> dropped) =>
        Copy(columns, dropped: dropped);

    /// <inheritdoc/>
    public override string ToString() => $"{Keyspace}.{Name}";

    private TableMetadata Copy(
        IEnumerable<ColumnMetadata> columns,
        TableOptions? options = null,
        TableFlags? flags = null,
        IReadOnlyDictionary<string, IndexMetadata>? indexes = null,
        IReadOnlyDictionary<string, string>? triggers = null,
        IReadOnlyDictionary<string, DroppedColumn>? dropped = null) => new(Keyspace, Name, Id, columns)
        {
            Kind = Kind,
            Flags = flags ?? Flags,
            Partitioner = Partitioner,
            Options = options ?? Options,
            Indexes = indexes ?? Indexes,
            Triggers = triggers ?? Triggers,
            DroppedColumns = dropped ?? DroppedColumns,
        };

    // Simple and complex columns, each kind in the order of rows, merged by names whose bytes count as signed, as Cassandra does (db/Columns.java). Complex
    // columns that begin beyond ASCII stand before the place that it looks for the first complex one at, and pass for simple ones.
    private static IEnumerable<ColumnMetadata> InSelectOrder(IReadOnlyList<ColumnMetadata> columns)
    {
        int complexFrom = columns.TakeWhile(c => !c.IsComplex || c.NameBytes.Span[0] >= 0x80).Count();
        int simple = 0;
        int complex = complexFrom;
        while (simple < complexFrom || complex < columns.Count)
        {
            bool takesSimple = complex == columns.Count
                || (simple < complexFrom && CompareSigned(columns[simple].NameBytes.Span, columns[complex].NameBytes.Span) <= 0);
            yield return columns[takesSimple ? simple++ : complex++];
        }
    }

    private static int CompareSigned(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(left).SequenceCompareTo(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(right));
}

/// <summary>A secondary index.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>COMPOSITES</c>, <c>KEYS</c> or <c>CUSTOM</c>.</param>
/// <param name="Options">Options; <c>target</c> always, <c>class_name</c> for custom ones.</param>
/// <remarks>Source: org/apache/cassandra/schema/IndexMetadata.java.</remarks>
public sealed record IndexMetadata(string Name, string Kind, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Name of the option that holds the target.</summary>
    public const string TargetOption = "target";

    /// <summary>Name of the option that holds a custom index's class.</summary>
    public const string ClassOption = "class_name";

    /// <summary>Kind of indexes of a class of their own, storage-attached ones included.</summary>
    public const string CustomKind = "CUSTOM";

    /// <summary>Kind of legacy indexes of ordinary tables.</summary>
    public const string CompositesKind = "COMPOSITES";

    /// <summary>What is indexed, as CQL: <c>v</c>, <c>keys(m)</c>.</summary>
    public string Target => Options.GetValueOrDefault(TargetOption, "");

    /// <summary>Whether the index has a class of its own.</summary>
    public bool IsCustom => string.Equals(Kind, CustomKind, StringComparison.Ordinal);
}
