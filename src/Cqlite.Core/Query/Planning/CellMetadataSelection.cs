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

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            ref readonly Cell cell = ref row.CellOf(source, out isNull);
            if (isNull)
                return default;
            if (kind != CellMetadataKind.TimeToLive)
            {
                BinaryPrimitives.WriteInt64BigEndian(_output, cell.TimestampMicros);
                return _output;
            }

            isNull = !cell.IsExpiring;
            if (isNull)
                return default;
            BinaryPrimitives.WriteInt32BigEndian(_output, (int)(cell.LocalDeletionSeconds - row.NowSeconds));
            return _output.AsSpan(0, sizeof(int));
        }
    }

    private sealed class MetadataEvaluator(CellMetadataKind kind, ColumnSource source, Evaluator? target, CellRange[] parts, bool isMultiCell) : Evaluator
    {
        private readonly BufferWriter _output = new(64);
        private readonly UserType? _userType = source.Column.Type.Unreversed as UserType;

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            _output.Clear();
            isNull = target is not null && !HasValue(row);
            if (isNull)
                return default;
            ReadOnlySpan<Cell> cells = row.CellsOf(source, out Row? holder);
            if (!source.Column.IsComplex)
                isNull = cells.IsEmpty || !cells[0].IsLive(row.NowSeconds) || !WriteOne(row, cells[0], prefixed: false);
            else if (kind == CellMetadataKind.MaxWriteTime)
                isNull = !WriteMaximum(row, holder, cells);
            else
                isNull = isMultiCell ? !WriteAll(row, holder, cells) : !WriteSelected(row, holder, cells);
            return isNull ? default : _output.WrittenSpan;
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

        private bool WriteSelected(RowView row, Row? holder, ReadOnlySpan<Cell> cells)
        {
            foreach (ref readonly Cell cell in cells)
            {
                if (IsSelected(row, holder, cell))
                    return WriteOne(row, cell, prefixed: false);
            }

            return false;
        }

        private bool WriteMaximum(RowView row, Row? holder, ReadOnlySpan<Cell> cells)
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
                _output.WriteInt64(maximum);
            return any;
        }

        private bool WriteAll(RowView row, Row? holder, ReadOnlySpan<Cell> cells)
        {
            int count = 0;
            bool any = false;
            _output.WriteInt32(0);
            foreach (ref readonly Cell cell in cells)
            {
                if (!IsSelected(row, holder, cell))
                    continue;
                if (_userType is not null)
                {
                    for (int field = MultiCellValues.FieldOf(holder!, cell); count < field; count++)
                        _output.WriteInt32(-1);
                }

                if (!WriteOne(row, cell, prefixed: true))
                    _output.WriteInt32(-1);
                count++;
                any = true;
            }

            for (; _userType is not null && count < _userType.Fields.Count; count++)
                _output.WriteInt32(-1);
            BinaryPrimitives.WriteInt32BigEndian(_output.Patch(0, sizeof(int)), count);
            return any;
        }

        private bool WriteOne(RowView row, in Cell cell, bool prefixed)
        {
            if (kind != CellMetadataKind.TimeToLive)
            {
                if (prefixed)
                    _output.WriteInt32(sizeof(long));
                _output.WriteInt64(cell.TimestampMicros);
                return true;
            }

            if (!cell.IsExpiring)
                return false;
            if (prefixed)
                _output.WriteInt32(sizeof(int));
            _output.WriteInt32((int)(cell.LocalDeletionSeconds - row.NowSeconds));
            return true;
        }
    }
}
