using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// How a memtable keeps rows: each as one array of bytes, laid out as in a mutation whose header has all columns of the table, so that
/// a row takes little more than its data and nothing that the collector has to walk.
/// </summary>
internal sealed class RowStore
{
    private readonly SerializationHeader _header;

    /// <summary>Lays rows of a table out.</summary>
    /// <param name="table">The table.</param>
    /// <param name="baseMicros">What times are relative to; those of writes to come are best a little later.</param>
    public RowStore(TableMetadata table, long baseMicros)
    {
        Table = table;
        Order = new ClusteringComparator(table);
        Clustering = new ClusteringLayout(Order.Types);
        _header = new SerializationHeader(new EncodingStats(baseMicros, baseMicros / 1_000_000, Cell.NoTtl), table.PartitionKey[0].Type)
        {
            ClusteringTypes = Order.Types,
            Statics = [.. table.Statics.Select(c => new HeaderColumn(c.Name, c.Type))],
            Regulars = [.. table.Regulars.Select(c => new HeaderColumn(c.Name, c.Type))],
        };

        // A column that was dropped and added again hides what is older. That has been left out before it came here.
        TableMetadata current = new(table.Keyspace, table.Name, table.Id, table.Columns.Values) { Flags = table.Flags, Kind = table.Kind, Partitioner = table.Partitioner };
        Layout = RowLayout.Create(SSTableVersion.OfName("oa"), _header, current, "the memtable", hasSizes: false);
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>The order of rows.</summary>
    public ClusteringComparator Order { get; }

    /// <summary>Layout of clusterings.</summary>
    public ClusteringLayout Clustering { get; }

    /// <summary>Layout of rows.</summary>
    public RowLayout Layout { get; }

    /// <summary>An encoder, for one thread.</summary>
    public UnfilteredEncoder CreateEncoder() => new(_header, Table, forSSTable: false);

    /// <summary>Where a stored row stands against a clustering or bound.</summary>
    public int Compare(byte[] row, in ClusteringView place)
    {
        int start = (row[0] & UnfilteredFlags.HasExtension) != 0 ? 2 : 1;
        Span<Slice> values = stackalloc Slice[Clustering.Count];
        SpanReader reader = new(row, "the memtable");
        reader.Skip(start);
        Clustering.ReadValues(ref reader, values);
        return Order.Compare(new ClusteringView(ClusteringKind.Clustering, row, values), place);
    }
}

/// <summary>Decodes stored rows, one after the other. For one thread.</summary>
internal sealed class RowDecoder(RowStore store)
{
    private readonly UnfilteredReader _reader = new(store.Layout);

    /// <summary>Decodes a stored row; it is valid until the next one is decoded.</summary>
    public void Decode(byte[] stored, Row row)
    {
        _reader.Window.Fill(stored, "the memtable");
        _reader.Peek();
        _reader.ReadRow(row);
        row.FilePosition = -1;
    }
}

/// <summary>The order of a partition's stored rows.</summary>
internal readonly struct RowOrder(RowStore store) : ITreeOrder<byte[], ClusteringView>
{
    /// <inheritdoc/>
    public int Compare(byte[] item, in ClusteringView key) => store.Compare(item, key);
}
