using System.Globalization;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Validation;

/// <summary>Compares the rows of two sides cell by cell, and names what differs.</summary>
internal sealed class RowComparer
{
    private readonly RowPairs _pairs;
    private readonly ComparisonPlan _plan;
    private readonly ComparisonTerms _terms;
    private readonly DifferenceList _differences;

    /// <summary>Prepares.</summary>
    /// <param name="pairs">A range of both sides.</param>
    /// <param name="differences">Takes what differs.</param>
    public RowComparer(RowPairs pairs, DifferenceList differences)
    {
        _pairs = pairs;
        _plan = pairs.Plan;
        _terms = pairs.Plan.Terms;
        _differences = differences;
    }

    /// <summary>Goes through the range.</summary>
    public void Run(CancellationToken cancellation)
    {
        while (_pairs.MoveToNextPartition())
        {
            cancellation.ThrowIfCancellationRequested();
            bool hasRows = false;
            if (_pairs.IsLeftPartition && _pairs.IsRightPartition)
                Compare(_pairs.Left.Static, _pairs.Right.Static, isStatic: true);
            while (_pairs.MoveToNextRow())
            {
                hasRows = true;
                if (_pairs.IsLeftRow && _pairs.IsRightRow)
                    Compare(_pairs.Left.Row, _pairs.Right.Row, isStatic: false);
                else
                    AddWhole(_pairs.RowSide.Row, _pairs.IsLeftRow);
            }

            // A partition of nothing but static values is a row as far as counts go.
            if (!hasRows && _pairs.IsLeftPartition != _pairs.IsRightPartition)
                AddWhole(_pairs.PartitionSide.Static!, _pairs.IsLeftPartition);
        }
    }

    /// <summary>Whether two live cells of one place are the same under the terms.</summary>
    public static bool AreEqual(Row left, in Cell a, Row right, in Cell b, ComparedColumn column, ComparisonTerms terms) =>
        HasSameValue(left, a, right, b, column)
        && (!column.HasTimes || a.TimestampMicros == b.TimestampMicros)
        && (!column.HasTtls || (IsNear(a.LocalDeletionSeconds, b.LocalDeletionSeconds, terms) && (!terms.OriginalTtls || a.TtlSeconds == b.TtlSeconds)));

    /// <summary>Whether two live cells have the same value; counters, the same sum.</summary>
    public static bool HasSameValue(Row left, in Cell a, Row right, in Cell b, ComparedColumn column) => column.Type.IsCounter
        ? new CounterContext(left.Value(a)).Total == new CounterContext(right.Value(b)).Total
        : left.Value(a).SequenceEqual(right.Value(b));

    private static bool IsNear(long left, long right, ComparisonTerms terms) =>
        left == right || (left != long.MaxValue && right != long.MaxValue && Math.Abs(left - right) <= terms.TtlToleranceSeconds);

    private void Compare(Row? left, Row? right, bool isStatic)
    {
        if (left is null && right is null)
            return;
        ComparedColumn[] columns = isStatic ? _plan.Statics : _plan.Regulars;
        int cells = 0;
        bool isDifferent = false;
        CellPairs pairs = new(left, isStatic ? _pairs.Left.Statics : _pairs.Left.Regulars, right, isStatic ? _pairs.Right.Statics : _pairs.Right.Regulars, columns, _terms.NowSeconds);
        while (pairs.MoveNext())
        {
            ComparedColumn column = columns[pairs.Column];
            if (pairs.Left >= 0 && pairs.Right >= 0 && AreEqual(left!, left!.Cells[pairs.Left], right!, right!.Cells[pairs.Right], column, _terms))
                continue;
            cells++;
            if (_differences.TakesNext())
                Name(left, right, pairs, column, isStatic);
        }

        if (_terms.RowLiveness && !isStatic && !AreEqual(Live(left!.Liveness), Live(right!.Liveness)))
        {
            isDifferent = true;
            if (_differences.TakesNext())
                Add(DifferenceKind.RowLiveness, left, isStatic, null, null, Text(Live(left.Liveness)), Text(Live(right.Liveness)));
        }

        if (isDifferent || cells > 0)
            _differences.CountDifferentRow(cells);
    }

    private Liveness Live(Liveness liveness) => liveness.IsLive(_terms.NowSeconds) ? liveness : Liveness.None;

    private bool AreEqual(Liveness left, Liveness right) => left.TimestampMicros == right.TimestampMicros
        && (!_terms.Ttls || (IsNear(left.ExpiresAtSeconds, right.ExpiresAtSeconds, _terms) && (!_terms.OriginalTtls || left.TtlSeconds == right.TtlSeconds)));

    private void AddWhole(Row row, bool isLeft)
    {
        if (isLeft)
            _differences.CountMissingRow();
        else
            _differences.CountExtraRow();
        if (_differences.TakesNext())
            Add(isLeft ? DifferenceKind.MissingRow : DifferenceKind.ExtraRow, row, row.IsStatic, null, null, null, null);
    }

    private void Name(Row? left, Row? right, in CellPairs pairs, ComparedColumn column, bool isStatic)
    {
        Row row = pairs.Left >= 0 ? left! : right!;
        string? element = !column.IsComplex ? null
            : column.IsByOrder ? pairs.Place.ToString(CultureInfo.InvariantCulture)
            : CqlText.Element(column.Type, row.Path(row.Cells[pairs.Left >= 0 ? pairs.Left : pairs.Right]));
        if (pairs.Left < 0 || pairs.Right < 0)
        {
            Cell only = row.Cells[pairs.Left >= 0 ? pairs.Left : pairs.Right];
            string value = Value(row, only, column);
            Add(pairs.Left >= 0 ? DifferenceKind.MissingCell : DifferenceKind.ExtraCell, row, isStatic, column.Name, element, pairs.Left >= 0 ? value : null, pairs.Left >= 0 ? null : value);
            return;
        }

        Cell a = left!.Cells[pairs.Left];
        Cell b = right!.Cells[pairs.Right];
        if (!HasSameValue(left, a, right, b, column))
            Add(DifferenceKind.Value, row, isStatic, column.Name, element, Value(left, a, column), Value(right, b, column));
        if (column.HasTimes && a.TimestampMicros != b.TimestampMicros)
            Add(DifferenceKind.WriteTime, row, isStatic, column.Name, element, Text(a.TimestampMicros), Text(b.TimestampMicros));
        if (column.HasTtls && !IsNear(a.LocalDeletionSeconds, b.LocalDeletionSeconds, _terms))
            Add(DifferenceKind.Expiry, row, isStatic, column.Name, element, Moment(a.LocalDeletionSeconds), Moment(b.LocalDeletionSeconds));
        if (column.HasTtls && _terms.OriginalTtls && a.TtlSeconds != b.TtlSeconds)
            Add(DifferenceKind.Ttl, row, isStatic, column.Name, element, Text(a.TtlSeconds), Text(b.TtlSeconds));
    }

    private void Add(DifferenceKind kind, Row row, bool isStatic, string? column, string? element, string? source, string? target)
    {
        UnfilteredCursor cursor = _pairs.PartitionSide.Cursor;
        _differences.Add(cursor.Token.Value, new Difference(kind, CqlText.PartitionKey(cursor.Table, cursor.PartitionKey), isStatic ? null : CqlText.Clustering(cursor.Table, row))
        {
            Token = Text(cursor.Token.Value),
            IsStatic = isStatic,
            Column = column,
            Element = element,
            Source = source,
            Target = target,
        });
    }

    private static string Value(Row row, in Cell cell, ComparedColumn column) => column.Type.IsCounter
        ? Text(new CounterContext(row.Value(cell)).Total)
        : CqlText.Cell(column.Type, row.Path(cell), row.Value(cell));

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string? Moment(long seconds) => seconds == Cell.NoDeletionTime ? null : Text(seconds);

    private static string? Text(Liveness liveness) => liveness.IsEmpty ? null
        : liveness.IsExpiring ? $"{Text(liveness.TimestampMicros)} until {Text(liveness.ExpiresAtSeconds)}, TTL {Text(liveness.TtlSeconds)}" : Text(liveness.TimestampMicros);
}
