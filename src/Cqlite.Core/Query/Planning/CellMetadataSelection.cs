using System.Buffers.Binary;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>
/// WRITETIME, MAXWRITETIME or TTL of a column: of a column of many cells a list, with one entry for each element or for each field of
/// a user type.
/// </summary>
/// <remarks>Source: org/apache/cassandra/cql3/selection/{WritetimeOrTTLSelector,ColumnTimestamps}.java.</remarks>
internal sealed record CellMetadataSelection(CellMetadataKind Kind, ColumnSource Source) : Selection(TypeOf(Kind, Source))
{
    public override IEnumerable<ColumnSource> Columns => [Source];

    public override Evaluator Start(BindValues values) => new MetadataEvaluator(Kind, Source);

    protected override string Print() => $"{ExpressionText.Name(Kind)}({Source})";

    public static CqlType TypeOf(CellMetadataKind kind, ColumnSource source)
    {
        CqlType single = kind == CellMetadataKind.TimeToLive ? CqlTypes.Int : CqlTypes.BigInt;
        return source.Column.IsComplex && kind != CellMetadataKind.MaxWriteTime ? new ListType(single, isMultiCell: false) : single;
    }

    private sealed class MetadataEvaluator(CellMetadataKind kind, ColumnSource source) : Evaluator
    {
        private readonly BufferWriter _output = new(64);
        private readonly UserType? _userType = source.Column.Type.Unreversed as UserType;

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            _output.Clear();
            ReadOnlySpan<Cell> cells = row.CellsOf(source, out Row? holder);
            if (source.Column.IsComplex)
                isNull = kind == CellMetadataKind.MaxWriteTime ? !WriteMaximum(row, cells) : !WriteAll(row, holder, cells);
            else
                isNull = cells.IsEmpty || !cells[0].IsLive(row.NowSeconds) || !WriteOne(row, cells[0], prefixed: false);
            return isNull ? default : _output.WrittenSpan;
        }

        private bool WriteMaximum(RowView row, ReadOnlySpan<Cell> cells)
        {
            long maximum = long.MinValue;
            bool any = false;
            foreach (ref readonly Cell cell in cells)
            {
                if (!cell.IsLive(row.NowSeconds))
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
                if (!cell.IsLive(row.NowSeconds))
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
