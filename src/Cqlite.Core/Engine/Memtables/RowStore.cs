using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// How a memtable keeps rows: serialized, either as they came in a mutation, whose header names the columns that it uses, or laid out for all
/// columns of the table where they had to be merged. For all threads.
/// </summary>
internal sealed class RowStore
{
    /// <summary>The layout that has all columns.</summary>
    public const int AllColumns = 0;

    /// <summary>So many layouts at most; rows of further ones are laid out anew.</summary>
    private const int MaxLayouts = 64;

    private readonly Lock _gate = new();
    private readonly SerializationHeader _header;
    private readonly TableMetadata _current;
    private readonly CqlType? _prefixType;
    private readonly bool _prefixIsReversed;
    private ulong[] _columns = [];
    private RowLayout[] _layouts;

    /// <summary>Lays rows of a table out.</summary>
    /// <param name="table">The table.</param>
    /// <param name="baseMicros">What times of merged rows are relative to; those of writes to come are best a little later.</param>
    public RowStore(TableMetadata table, long baseMicros)
    {
        Table = table;
        Order = new ClusteringComparator(table);
        Clustering = new ClusteringLayout(Order.Types);
        Stats = new EncodingStats(baseMicros, baseMicros / 1_000_000, Cell.NoTtl);
        _header = HeaderOf(table.Regulars) with { Statics = [.. table.Statics.Select(c => new HeaderColumn(c.Name, c.Type))] };

        // A column that was dropped and added again hides what is older. That has been left out before it came here.
        _current = new(table.Keyspace, table.Name, table.Id, table.Columns.Values) { Flags = table.Flags, Kind = table.Kind, Partitioner = table.Partitioner };
        _layouts = [LayoutOf(_header)];
        if (table.Clustering.Count > 0)
        {
            CqlType first = table.Clustering[0].Type;
            _prefixIsReversed = first.IsReversed;
            CqlType type = first.Unreversed;
            CqlType[] orderedByFirstBytes = [CqlTypes.Int, CqlTypes.BigInt, CqlTypes.Timestamp, CqlTypes.Text, CqlTypes.Ascii, CqlTypes.Blob];
            _prefixType = orderedByFirstBytes.Contains(type) ? type : null;
        }
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>The order of rows.</summary>
    public ClusteringComparator Order { get; }

    /// <summary>Layout of clusterings.</summary>
    public ClusteringLayout Clustering { get; }

    /// <summary>What times of rows of the layout <see cref="AllColumns"/> are relative to.</summary>
    public EncodingStats Stats { get; }

    /// <summary>An encoder of the layout <see cref="AllColumns"/>, for one thread.</summary>
    public UnfilteredEncoder CreateEncoder() => new(_header, Table, forSSTable: false) { Stats = Stats };

    /// <summary>A layout by its number.</summary>
    public RowLayout Layout(int number) => Volatile.Read(ref _layouts)[number];

    /// <summary>Number of the layout for a set of regular columns (bit i for column i); -1 when there are too many already.</summary>
    public int NumberOf(ulong columns)
    {
        int index = Array.IndexOf(Volatile.Read(ref _columns), columns);
        return index >= 0 ? index + 1 : Add(columns);
    }

    /// <summary>The first bits of a clustering's order, as <see cref="INodeOrder{TKey}.Prefix"/> has them.</summary>
    public uint Prefix(in ClusteringView clustering)
    {
        if (_prefixType is null || clustering.Count == 0 || clustering.IsNull(0))
            return 0;
        ReadOnlySpan<byte> value = clustering[0];
        uint prefix = 0;
        for (int i = 0; i < sizeof(uint); i++)
            prefix = (prefix << 8) | (i < value.Length ? value[i] : 0u);
        if (_prefixType.FixedLength >= 0 && !value.IsEmpty)
            prefix ^= 0x8000_0000;
        return _prefixIsReversed ? ~prefix : prefix;
    }

    private int Add(ulong columns)
    {
        lock (_gate)
        {
            int index = Array.IndexOf(_columns, columns);
            if (index >= 0)
                return index + 1;
            if (_layouts.Length == MaxLayouts)
                return -1;
            List<ColumnMetadata> used = [];
            for (int i = 0; i < Table.Regulars.Count; i++)
            {
                if (((columns >> i) & 1) != 0)
                    used.Add(Table.Regulars[i]);
            }

            // A number is found only once its layout is there.
            Volatile.Write(ref _layouts, [.. _layouts, LayoutOf(HeaderOf(used))]);
            Volatile.Write(ref _columns, [.. _columns, columns]);
            return _columns.Length;
        }
    }

    private SerializationHeader HeaderOf(IReadOnlyList<ColumnMetadata> regulars) => new(Stats, Table.PartitionKey[0].Type)
    {
        ClusteringTypes = Order.Types,
        Statics = [],
        Regulars = [.. regulars.Select(c => new HeaderColumn(c.Name, c.Type))],
    };

    private RowLayout LayoutOf(SerializationHeader header) => RowLayout.Create(SSTableVersion.OfName("oa"), header, _current, "the memtable", hasSizes: false);
}

/// <summary>Decodes rows of a memtable, one after the other. For one thread.</summary>
internal sealed class RowDecoder(RowStore store)
{
    private const string Source = "the memtable";
    private readonly DataWindow _window = new();
    private UnfilteredReader?[] _readers = new UnfilteredReader?[1];

    /// <summary>Decodes a row in place; it is valid as long as the bytes are and until the next one is decoded.</summary>
    /// <param name="buffer">Where it lies, with slack behind it.</param>
    /// <param name="start">Index of its first byte.</param>
    /// <param name="length">Its length.</param>
    /// <param name="layout">Number of its layout.</param>
    /// <param name="stats">What its times are relative to.</param>
    /// <param name="row">Receives it.</param>
    public void Decode(byte[] buffer, int start, int length, int layout, in EncodingStats stats, Row row)
    {
        _window.View(buffer, start, length, Source);
        Decode(layout, stats, row);
    }

    /// <summary>Decodes a row from a copy of its bytes.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, int layout, in EncodingStats stats, Row row)
    {
        _window.Fill(bytes, Source);
        Decode(layout, stats, row);
    }

    private void Decode(int layout, in EncodingStats stats, Row row)
    {
        if (layout >= _readers.Length)
            Array.Resize(ref _readers, layout + 4);
        UnfilteredReader reader = _readers[layout] ??= new UnfilteredReader(store.Layout(layout), _window);
        reader.Stats = stats;
        reader.Peek();
        reader.ReadRow(row);
        row.FilePosition = -1;
    }
}
