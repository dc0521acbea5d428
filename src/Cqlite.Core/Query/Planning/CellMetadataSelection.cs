using System.Buffers.Binary;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>
/// WRITETIME, MAXWRITETIME or TTL of a column, or of an element, slice or field of it: of what has many cells a list, with one entry
/// for each element or for each field of a user type.
/// </summary>
/// <param name="Kind">Which property.</param>
/// <param name="Source">The column.</param>
/// <param name="Target">The column or the part of it. If its value is null, so is the property.</param>
/// <remarks>Source: org/apache/cassandra/cql3/selection/{WritetimeOrTTLSelector,ColumnTimestamps}.java.</remarks>
internal sealed record CellMetadataSelection(CellMetadataKind Kind, ColumnSource Source, Selection Target) : Selection(TypeOf(Kind, Target.Type.IsMultiCell))
{
    public override IEnumerable<ColumnSource> Columns => [Source];

    public override Evaluator Start(BindValues values)
    {
        if (Target is ColumnSelection && !Source.Column.IsComplex)
            return new CellEvaluator(Kind, Source);

        // Of what is selected within a column of many cells only that which still selects cells.
        var parts = new List<CellRange>();
        for (Selection part = Target; part is not ColumnSelection;)
        {
            (Selection operand, CellRange range) = part switch
            {
                ElementSelectionPlan element => (element.Operand, CellRange.OfElement(element.KeyType, element.Key.Bind(values))),
                SliceSelectionPlan slice => (slice.Operand, new CellRange(slice.KeyType, slice.From?.Bind(values), slice.To?.Bind(values))),
                FieldSelectionPlan field => (field.Operand, CellRange.OfField(field.Index)),
                _ => throw new InvalidOperationException($"{part} is no part of a column."),
            };
            if (operand.Type.IsMultiCell)
                parts.Add(range);
            part = operand;
        }

        return new MetadataEvaluator(Kind, Source, Target is ColumnSelection ? null : Target.Start(values), [.. parts], Target.Type.IsMultiCell);
    }

    protected override string Print() => $"{ExpressionText.Name(Kind)}({Target})";

    /// <summary>The type of a property of one cell or of many.</summary>
    public static CqlType TypeOf(CellMetadataKind kind, bool isMultiCell)
    {
        CqlType single = kind == CellMetadataKind.TimeToLive ? CqlTypes.Int : CqlTypes.BigInt;
        return isMultiCell && kind != CellMetadataKind.MaxWriteTime ? new ListType(single, isMultiCell: false) : single;
    }

    /// <summary>What is left of a cell's TTL, in seconds.</summary>
    private static int TtlOf(in Cell cell, RowView row) => (int)(cell.LocalDeletionSeconds - row.NowSeconds);

    /// <summary>The cells between two paths.</summary>
    private readonly record struct CellRange(CqlType PathType, byte[]? From, byte[]? To)
    {
        public static CellRange OfElement(CqlType type, byte[]? key) => new(type, key, key);

        public static CellRange OfField(int index)
        {
            byte[] path = new byte[sizeof(short)];
            BinaryPrimitives.WriteInt16BigEndian(path, (short)index);
            return new CellRange(CqlTypes.SmallInt, path, path);
        }

        public bool Contains(ReadOnlySpan<byte> path) =>
            (From is null || PathType.Compare(path, From) >= 0) && (To is null || PathType.Compare(path, To) <= 0);
    }

    /// <summary>The property of a column's only cell: what reads of whole tables ask for beside each value.</summary>
    private sealed class CellEvaluator(CellMetadataKind kind, ColumnSource source) : Evaluator
    {
        private readonly byte[] _output = new byte[sizeof(long)];
        private readonly bool _isTtl = kind == CellMetadataKind.TimeToLive;

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            ref readonly Cell cell = ref row.CellOf(source, out isNull);
            isNull = isNull || (_isTtl && !cell.IsExpiring);
            if (isNull)
                return default;
            if (_isTtl)
            {
                BinaryPrimitives.WriteInt32BigEndian(_output, TtlOf(cell, row));
                return _output.AsSpan(0, sizeof(int));
            }

            BinaryPrimitives.WriteInt64BigEndian(_output, cell.TimestampMicros);
            return _output;
        }

        public override void Write(RowView row, BufferWriter output)
        {
            ref readonly Cell cell = ref row.CellOf(source, out bool isNull);
            if (isNull || (_isTtl && !cell.IsExpiring))
                output.WriteInt32(-1);
            else if (_isTtl)
                output.WriteSizedInt32(TtlOf(cell, row));
            else
                output.WriteSizedInt64(cell.TimestampMicros);
        }
    }

    private sealed class MetadataEvaluator(CellMetadataKind kind, ColumnSource source, Evaluator? target, CellRange[] parts, bool isMultiCell) : Evaluator
    {
        private readonly BufferWriter _output = new(64);
        private readonly UserType? _userType = source.Column.Type.Unreversed as UserType;
        private readonly bool _isTtl = kind == CellMetadataKind.TimeToLive;

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            _output.Clear();
            isNull = !TryWrite(row, _output);
            return isNull ? default : _output.WrittenSpan;
        }

        public override void Write(RowView row, BufferWriter output)
        {
            int start = output.BeginIntBytes();
            output.EndIntBytes(start, TryWrite(row, output));
        }

        private bool TryWrite(RowView row, BufferWriter output)
        {
            if (target is not null && !HasValue(row))
                return false;
            ReadOnlySpan<Cell> cells = row.CellsOf(source, out Row? holder);
            if (!source.Column.IsComplex)
                return !cells.IsEmpty && cells[0].IsLive(row.NowSeconds) && TryWriteOne(row, cells[0], output);
            if (kind == CellMetadataKind.MaxWriteTime)
                return TryWriteMaximum(row, holder, cells, output);
            return isMultiCell ? TryWriteAll(row, holder, cells, output) : TryWriteSelected(row, holder, cells, output);
        }

        // An empty slice has no time either.
        private bool HasValue(RowView row)
        {
            ReadOnlySpan<byte> value = target!.Value(row, out bool isNull);
            return !isNull && !(value.Length == sizeof(int) && BinaryPrimitives.ReadInt32BigEndian(value) == 0 && source.Column.Type.Unreversed is CollectionType);
        }

        private bool IsSelected(RowView row, Row? holder, in Cell cell)
        {
            if (!cell.IsLive(row.NowSeconds))
                return false;
            foreach (CellRange part in parts)
            {
                if (!part.Contains(holder!.Path(cell)))
                    return false;
            }

            return true;
        }

        private bool TryWriteSelected(RowView row, Row? holder, ReadOnlySpan<Cell> cells, BufferWriter output)
        {
            foreach (ref readonly Cell cell in cells)
            {
                if (IsSelected(row, holder, cell))
                    return TryWriteOne(row, cell, output);
            }

            return false;
        }

        private bool TryWriteMaximum(RowView row, Row? holder, ReadOnlySpan<Cell> cells, BufferWriter output)
        {
            long maximum = long.MinValue;
            bool any = false;
            foreach (ref readonly Cell cell in cells)
            {
                if (!IsSelected(row, holder, cell))
                    continue;
                any = true;
                maximum = Math.Max(maximum, cell.TimestampMicros);
            }

            if (any)
                output.WriteInt64(maximum);
            return any;
        }

        private bool TryWriteAll(RowView row, Row? holder, ReadOnlySpan<Cell> cells, BufferWriter output)
        {
            int start = output.Length;
            int count = 0;
            bool any = false;
            output.WriteInt32(0);
            foreach (ref readonly Cell cell in cells)
            {
                if (!IsSelected(row, holder, cell))
                    continue;
                if (_userType is not null)
                {
                    for (int field = MultiCellValues.FieldOf(holder!, cell); count < field; count++)
                        output.WriteInt32(-1);
                }

                if (!_isTtl)
                    output.WriteSizedInt64(cell.TimestampMicros);
                else if (cell.IsExpiring)
                    output.WriteSizedInt32(TtlOf(cell, row));
                else
                    output.WriteInt32(-1);
                count++;
                any = true;
            }

            for (; _userType is not null && count < _userType.Fields.Count; count++)
                output.WriteInt32(-1);
            BinaryPrimitives.WriteInt32BigEndian(output.Patch(start, sizeof(int)), count);
            return any;
        }

        private bool TryWriteOne(RowView row, in Cell cell, BufferWriter output)
        {
            if (!_isTtl)
                output.WriteInt64(cell.TimestampMicros);
            else if (cell.IsExpiring)
                output.WriteInt32(TtlOf(cell, row));
            else
                return false;
            return true;
        }
    }
}
