using System.Runtime.CompilerServices;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Execution;

/// <summary>
/// The row that a query stands on, by columns: each value as its serialized form, taken from the partition key, the static row
/// or the row itself. Values of multi-cell columns are assembled from their live cells when they are asked for.
/// </summary>
internal sealed class RowView
{
    private readonly TableMetadata _table;
    private readonly Slice[] _keyParts;
    private readonly Cells _regulars;
    private readonly Cells _statics;
    private readonly BufferWriter _key = new(64);
    private readonly Row? _static;

    /// <summary>Creates a view of a table's rows at a moment.</summary>
    public RowView(TableMetadata table, long nowSeconds)
    {
        _table = table;
        NowSeconds = nowSeconds;
        _keyParts = new Slice[table.PartitionKey.Count];
        _regulars = new Cells(table.Regulars, nowSeconds);
        _statics = new Cells(table.Statics, nowSeconds);
        _static = table.HasStatics ? new Row() : null;
    }

    /// <summary>The moment, in seconds since 1970.</summary>
    public long NowSeconds { get; }

    /// <summary>The partition's key, serialized.</summary>
    public ReadOnlySpan<byte> Key => _key.WrittenSpan;

    /// <summary>The partition's token.</summary>
    public Token Token { get; private set; }

    /// <summary>The row; null for a partition of which only static columns are shown.</summary>
    public Row? Row { get; private set; }

    /// <summary>A view of the table that stands on nothing: all columns are null, those of the key too.</summary>
    public RowView Nothing()
    {
        RowView view = new(_table, NowSeconds);
        Array.Fill(view._keyParts, Slice.Null);
        return view;
    }

    /// <summary>Stands on a partition, before its first row.</summary>
    public void BeginPartition(LiveRowCursor cursor) => BeginPartition(cursor.PartitionKey, cursor.Token, cursor.StaticRow);

    /// <summary>Stands on a partition, before its first row.</summary>
    public void BeginPartition(ReadOnlySpan<byte> key, Token token, Row? staticRow)
    {
        _key.Clear();
        _key.Write(key);
        Token = token;
        PartitionKeys.Split(_table.ToString(), _key.WrittenSpan, _keyParts);

        // Copied, for it is needed beside every row of the partition while the cursor moves on.
        if (staticRow is not null)
            _static!.CopyFrom(staticRow);
        _statics.Show(staticRow is null ? null : _static);
        ShowRow(null);
    }

    /// <summary>Stands on a row of the partition, or on none.</summary>
    public void ShowRow(Row? row)
    {
        Row = row;
        _regulars.Show(row);
    }

    /// <summary>A column's value.</summary>
    public ReadOnlySpan<byte> Value(ColumnSource column, out bool isNull)
    {
        switch (column.Kind)
        {
            case ColumnKind.PartitionKey:
                Slice part = _keyParts[column.Index];
                isNull = part.IsNull;
                return isNull ? default : _key.WrittenSpan.Slice(part.Offset, part.Length);
            case ColumnKind.Clustering:
                isNull = Row is null || column.Index >= Row.ClusteringSlices.Length || Row.ClusteringSlices[column.Index].IsNull;
                return isNull ? default : Row!.Bytes(Row.ClusteringSlices[column.Index]);
            case ColumnKind.Static:
                return _statics.Value(column.Index, out isNull);
            default:
                return _regulars.Value(column.Index, out isNull);
        }
    }

    /// <summary>Appends a column's value as <c>length:4 value</c>, a length of -1 for null.</summary>
    public void Write(ColumnSource column, BufferWriter output)
    {
        if (column.Kind == ColumnKind.Regular)
        {
            _regulars.Write(column.Index, output);
            return;
        }

        ReadOnlySpan<byte> value = Value(column, out bool isNull);
        output.WriteIntBytes(value, isNull);
    }

    /// <summary>The cells of a static or regular column, dead ones included, and the row that holds their bytes.</summary>
    public ReadOnlySpan<Cell> CellsOf(ColumnSource column, out Row? row) => (column.Kind == ColumnKind.Static ? _statics : _regulars).Of(column.Index, out row);

    /// <summary>The live cell of a static or regular column that has one at most; none where it is null.</summary>
    public ref readonly Cell CellOf(ColumnSource column, out bool isNull) => ref (column.Kind == ColumnKind.Static ? _statics : _regulars).One(column.Index, out isNull);

    /// <summary>The cells of a row by column.</summary>
    private sealed class Cells(IReadOnlyList<ColumnMetadata> columns, long nowSeconds)
    {
        private readonly int[] _starts = new int[columns.Count];
        private readonly Shape[] _shapes = [.. columns.Select(c => c.IsComplex ? Shape.Many : c.Type.IsCounter ? Shape.Counter : Shape.One)];
        private BufferWriter?[]? _assembled;
        private Row? _row;
        private bool _located;

        private enum Shape : byte
        {
            One,
            Many,
            Counter,
        }

        public void Show(Row? row)
        {
            _row = row;
            _located = false;
        }

        public ReadOnlySpan<Cell> Of(int column, out Row? row)
        {
            row = _row;
            if (_row is null)
                return default;
            if (!_located)
                Locate();
            int start = _starts[column];
            if (start < 0)
                return default;
            ReadOnlySpan<Cell> cells = _row.Cells;
            int end = start + 1;
            while (end < cells.Length && cells[end].Column == column)
                end++;
            return cells[start..end];
        }

        public ref readonly Cell One(int column, out bool isNull)
        {
            isNull = true;
            if (_row is null)
                return ref Unsafe.NullRef<Cell>();
            if (!_located)
                Locate();
            int start = _starts[column];
            if (start < 0)
                return ref Unsafe.NullRef<Cell>();
            ref readonly Cell cell = ref _row.Cells[start];
            isNull = !cell.IsLive(nowSeconds);
            return ref cell;
        }

        public ReadOnlySpan<byte> Value(int column, out bool isNull)
        {
            if (_shapes[column] == Shape.Many)
            {
                ReadOnlySpan<Cell> cells = Of(column, out Row? row);
                BufferWriter output = Assembled(column);
                isNull = !MultiCellValues.TryAssemble(columns[column].Type, row, cells, nowSeconds, output);
                return isNull ? default : output.WrittenSpan;
            }

            ref readonly Cell cell = ref One(column, out isNull);
            if (isNull)
                return default;
            ReadOnlySpan<byte> value = _row!.Value(cell);
            if (_shapes[column] == Shape.One)
                return value;
            BufferWriter total = Assembled(column);
            total.WriteInt64(new CounterContext(value).Total);
            return total.WrittenSpan;
        }

        public void Write(int column, BufferWriter output)
        {
            if (_shapes[column] == Shape.Many)
            {
                ReadOnlySpan<Cell> cells = Of(column, out Row? row);
                int start = output.BeginIntBytes();
                output.EndIntBytes(start, MultiCellValues.TryAssemble(columns[column].Type, row, cells, nowSeconds, output));
                return;
            }

            ReadOnlySpan<byte> value = Value(column, out bool isNull);
            output.WriteIntBytes(value, isNull);
        }

        // Each column has a buffer of its own, for a result shows several of them at once.
        private BufferWriter Assembled(int column)
        {
            _assembled ??= new BufferWriter?[columns.Count];
            BufferWriter output = _assembled[column] ??= new BufferWriter();
            output.Clear();
            return output;
        }

        private void Locate()
        {
            Array.Fill(_starts, -1);
            ReadOnlySpan<Cell> cells = _row!.Cells;
            for (int i = cells.Length - 1; i >= 0; i--)
                _starts[cells[i].Column] = i;
            _located = true;
        }
    }
}
