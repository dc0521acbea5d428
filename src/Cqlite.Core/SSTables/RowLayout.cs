using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables;

/// <summary>How one column's cells are stored, and what becomes of them.</summary>
/// <param name="TableColumn">Index into the table's columns of the kind; -1 for one that was dropped, whose cells are passed over.</param>
/// <param name="FixedLength">Length of every value, or -1 where a length is stored.</param>
/// <param name="IsComplex">Whether the column has many cells.</param>
/// <param name="Hides">Whether some cells stay hidden: the column was dropped, and perhaps added again.</param>
/// <param name="HiddenUpToMicros">With <paramref name="Hides"/>: cells up to this timestamp stay hidden.</param>
internal readonly record struct ColumnLayout(int TableColumn, int FixedLength, bool IsComplex, bool Hides, long HiddenUpToMicros)
{
    /// <summary>Whether the column is stored as one cell that is always taken.</summary>
    public bool IsPlain => !IsComplex && !Hides;
}

/// <summary>
/// How rows of one SSTable map to the table as it is defined now: the header says what is stored, the definition
/// what it means.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/SerializationHeader.java (toHeader), db/rows/DeserializationHelper.java.</remarks>
internal sealed class RowLayout
{
    private RowLayout(SSTableVersion version, SerializationHeader header, TableMetadata table, string file, bool hasSizes)
    {
        HasSizes = hasSizes;
        Table = table;
        Stats = header.Stats;
        HasUIntDeletionTime = version.HasUIntDeletionTime;
        Clustering = new ClusteringLayout(header.ClusteringTypes);
        Statics = Map(header.Statics, ColumnKind.Static, out bool staticsInOrder);
        Regulars = Map(header.Regulars, ColumnKind.Regular, out bool regularsInOrder);
        IsInTableOrder = staticsInOrder && regularsInOrder;

        ColumnLayout[] Map(IReadOnlyList<HeaderColumn> columns, ColumnKind kind, out bool inOrder)
        {
            ColumnLayout[] layouts = new ColumnLayout[columns.Count];
            inOrder = true;
            int last = -1;
            for (int i = 0; i < layouts.Length; i++)
            {
                layouts[i] = LayoutOf(version, columns[i], kind, table, file);
                if (layouts[i].TableColumn < 0)
                    continue;
                inOrder &= layouts[i].TableColumn > last;
                last = layouts[i].TableColumn;
            }

            return layouts;
        }
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>What times are relative to.</summary>
    public EncodingStats Stats { get; }

    /// <summary>Whether deletion times reach to 2106.</summary>
    public bool HasUIntDeletionTime { get; }

    /// <summary>Whether rows and markers have their sizes before them: in SSTables, but not in mutations.</summary>
    public bool HasSizes { get; }

    /// <summary>Layout of clusterings.</summary>
    public ClusteringLayout Clustering { get; }

    /// <summary>Static columns in stored order.</summary>
    public ColumnLayout[] Statics { get; }

    /// <summary>Regular columns in stored order.</summary>
    public ColumnLayout[] Regulars { get; }

    /// <summary>Whether stored order is the table's too, so that cells need no sorting.</summary>
    public bool IsInTableOrder { get; }

    /// <summary>Maps a header to a table.</summary>
    /// <exception cref="CorruptDataException">A column is stored that the table neither has nor had.</exception>
    public static RowLayout Create(SSTableVersion version, SerializationHeader header, TableMetadata table, string file, bool hasSizes = true)
    {
        if (header.ClusteringTypes.Count != table.Clustering.Count)
        {
            throw new CorruptDataException(
                file,
                -1,
                $"rows have {header.ClusteringTypes.Count} clustering columns, but table {table} has {table.Clustering.Count}: it is not of this table.");
        }

        return new RowLayout(version, header, table, file, hasSizes);
    }

    private static ColumnLayout LayoutOf(SSTableVersion version, HeaderColumn column, ColumnKind kind, TableMetadata table, string file)
    {
        DroppedColumn? dropped = table.DroppedColumns.GetValueOrDefault(column.Name);
        ColumnMetadata? current = table.Column(column.Name);
        if (current?.Kind != kind)
            current = null;
        if (current is null && dropped is null)
        {
            throw new CorruptDataException(
                file,
                -1,
                $"rows have the {(kind == ColumnKind.Static ? "static" : "regular")} column '{column.Name}', which table {table} neither has nor had.");
        }

        bool isComplex = IsComplex(version, column.Type, current?.Type ?? dropped!.Column.Type);
        if (current is not null && isComplex != current.IsComplex)
        {
            throw new UnsupportedFormatException(
                file,
                $"column '{column.Name}' is stored as {column.Type}, which is not laid out as the table's {current.Type} is.");
        }

        int index = -1;
        if (current is not null)
        {
            IReadOnlyList<ColumnMetadata> columns = kind == ColumnKind.Static ? table.Statics : table.Regulars;
            while (!ReferenceEquals(columns[++index], current))
                continue;
        }

        return new ColumnLayout(index, column.Type.FixedLength, isComplex, dropped is not null, dropped?.DroppedAtMicros ?? long.MinValue);
    }

    /// <summary>
    /// Whether a column is stored as many cells. The header tells, but for one oddity: 3.0 writes frozen user types without saying
    /// that they are frozen, and knows no others; there the table's definition tells.
    /// </summary>
    private static bool IsComplex(SSTableVersion version, CqlType stored, CqlType defined) => stored.IsMultiCell
        && (defined.IsMultiCell || version.HasMetadataChecksum || !SerializationHeader.IsBareUserType(stored));
}
