using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>A set of a table's static or regular columns by index; of few columns it is a number, so that finding it again costs nothing.</summary>
internal struct ColumnSet : IEquatable<ColumnSet>
{
    private const int SmallColumns = 64;
    private BigInteger? _many;

    /// <summary>Of a table with at most 64 columns of the kind: bit i for column i.</summary>
    public ulong Bits { get; private set; }

    /// <summary>Whether <see cref="Bits"/> says all.</summary>
    public readonly bool IsSmall => _many is null;

    /// <summary>Adds the columns that a row has something of.</summary>
    /// <param name="row">The row.</param>
    /// <param name="columnCount">Number of columns of the row's kind that the table has.</param>
    public void Add(Row row, int columnCount)
    {
        if (columnCount > SmallColumns)
        {
            _many ??= BigInteger.Zero;
            foreach (ref readonly Cell cell in row.Cells)
                _many |= BigInteger.One << cell.Column;
            foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
                _many |= BigInteger.One << deletion.Column;
            return;
        }

        ulong bits = Bits;
        foreach (ref readonly Cell cell in row.Cells)
            bits |= 1UL << cell.Column;
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
            bits |= 1UL << deletion.Column;
        Bits = bits;
    }

    /// <summary>Whether a column is in it.</summary>
    public readonly bool Contains(int column) => _many is { } many ? !((many >> column) & BigInteger.One).IsZero : ((Bits >> column) & 1) != 0;

    /// <summary>The columns as a serialization header has them.</summary>
    public readonly List<HeaderColumn> ToHeader(IReadOnlyList<ColumnMetadata> columns)
    {
        List<HeaderColumn> list = [];
        for (int i = 0; i < columns.Count; i++)
        {
            if (Contains(i))
                list.Add(new HeaderColumn(columns[i].Name, columns[i].Type));
        }

        return list;
    }

    /// <inheritdoc/>
    public readonly bool Equals(ColumnSet other) => Bits == other.Bits && _many == other._many;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ColumnSet other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Bits, _many);
}

/// <summary>The columns that updates have in common, as they write them, and the encoder of their rows.</summary>
internal sealed class UpdateColumns
{
    private readonly bool _hasStaticRow;
    private readonly ColumnSet _statics;
    private readonly byte[] _names;

    /// <summary>Prepares a set of columns.</summary>
    public UpdateColumns(TableMetadata table, IReadOnlyList<CqlType> clusteringTypes, ColumnSet statics, ColumnSet regulars, bool hasStaticRow)
    {
        _hasStaticRow = hasStaticRow;
        _statics = statics;
        Regulars = regulars;
        SerializationHeader header = new(EncodingStats.None, table.PartitionKey[0].Type)
        {
            ClusteringTypes = clusteringTypes,
            Statics = statics.ToHeader(table.Statics),
            Regulars = regulars.ToHeader(table.Regulars),
        };
        Encoder = new UnfilteredEncoder(header, table, forSSTable: false);
        BufferWriter names = new();
        if (hasStaticRow)
            WriteNames(names, header.Statics);
        WriteNames(names, header.Regulars);
        _names = names.ToArray();
    }

    /// <summary>The regular columns.</summary>
    public ColumnSet Regulars { get; }

    /// <summary>The names, serialized: of the static columns with a static row, then of the regular ones.</summary>
    public ReadOnlySpan<byte> Names => _names;

    /// <summary>Encodes rows that have these columns; its times are set for each update.</summary>
    public UnfilteredEncoder Encoder { get; }

    /// <summary>Whether it is of these columns.</summary>
    public bool Has(in ColumnSet statics, in ColumnSet regulars, bool hasStaticRow) =>
        hasStaticRow == _hasStaticRow && Regulars.Equals(regulars) && _statics.Equals(statics);

    private static void WriteNames(BufferWriter output, IReadOnlyList<HeaderColumn> columns)
    {
        output.WriteUnsignedVInt((ulong)columns.Count);
        foreach (HeaderColumn column in columns)
            output.WriteVIntText(column.Name);
    }
}
