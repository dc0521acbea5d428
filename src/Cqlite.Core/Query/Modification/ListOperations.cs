using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Query.Modification;

/// <summary><c>l = value + l</c>: elements before all that are there.</summary>
internal sealed record PrependElements(ColumnSource Column, Term Value) : Operation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value.Bind(writer.Values);
        if (value is null || BindValues.IsUnset(value))
            return;
        List<byte[]?> elements = CollectionItems.Split(Column.Column.Type, value);
        var paths = new ListPaths.Prepending();
        Span<byte> path = stackalloc byte[16];
        for (int i = elements.Count - 1; i >= 0; i--)
        {
            paths.Next(i, path);
            writer.AddCell(Column.Index, path, elements[i]);
        }
    }

    public override string ToString() => $"{Column} = {Value} + {Column}";
}

/// <summary>What operations on list elements by place or value share: they look the cells up.</summary>
internal abstract record ListElementOperation(ColumnSource Column) : Operation(Column)
{
    /// <inheritdoc/>
    public override bool RequiresRead => true;

    /// <summary>The row that has the list, and the list's cells; empty where there is none.</summary>
    protected ReadOnlySpan<Cell> Cells(RowWriter writer, out Row? row)
    {
        row = writer.Current();
        return row is null ? default : CellsOf(row, Column.Index);
    }

    /// <summary>The cell of a place in the list.</summary>
    protected Cell At(RowWriter writer, byte[] place, string nothingThere, out Row row)
    {
        ReadOnlySpan<Cell> cells = Cells(writer, out Row? found);
        int index = place.Length == 4
            ? BinaryPrimitives.ReadInt32BigEndian(place)
            : throw new InvalidQueryException("Expected a 4 byte list index");
        if (cells.IsEmpty)
            throw new InvalidQueryException(nothingThere);
        if (index < 0 || index >= cells.Length)
            throw new InvalidQueryException($"List index {index} out of bound, list has size {cells.Length}");
        row = found!;
        return cells[index];
    }

    private static ReadOnlySpan<Cell> CellsOf(Row row, int column)
    {
        ReadOnlySpan<Cell> cells = row.Cells;
        int start = 0;
        while (start < cells.Length && cells[start].Column != column)
            start++;
        int end = start;
        while (end < cells.Length && cells[end].Column == column)
            end++;
        return cells[start..end];
    }
}

/// <summary><c>l[place] = value</c></summary>
internal sealed record SetElementAt(ColumnSource Column, Term Place, Term Value) : ListElementOperation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? place = Place.Bind(writer.Values);
        byte[]? value = Value.Bind(writer.Values);
        if (place is null)
            throw new InvalidQueryException("Invalid null value for list index");
        if (BindValues.IsUnset(place))
            throw new InvalidQueryException("Invalid unset value for list index");
        Cell cell = At(writer, place, "Attempted to set an element on a list which is null", out Row row);
        byte[] path = row.Path(cell).ToArray();
        if (value is null)
            writer.AddTombstone(Column.Index, path);
        else if (!BindValues.IsUnset(value))
            writer.AddCell(Column.Index, path, value);
    }

    public override string ToString() => $"{Column}[{Place}] = {Value}";
}

/// <summary>Deletes the element at a place of a list.</summary>
internal sealed record DeleteElementAt(ColumnSource Column, Term Place) : ListElementOperation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[] place = Place.Bind(writer.Values) ?? throw new InvalidQueryException("Invalid null value for list index");
        if (BindValues.IsUnset(place))
            return;
        Cell cell = At(writer, place, "Attempted to delete an element from a list which is null", out Row row);
        writer.AddTombstone(Column.Index, row.Path(cell).ToArray());
    }

    public override string ToString() => $"delete {Column}[{Place}]";
}

/// <summary><c>l = l - value</c>: deletes the elements that equal one of the values.</summary>
internal sealed record RemoveValues(ColumnSource Column, Term Value) : ListElementOperation(Column)
{
    /// <inheritdoc/>
    public override void Apply(RowWriter writer)
    {
        byte[]? value = Value.Bind(writer.Values);
        ReadOnlySpan<Cell> cells = Cells(writer, out Row? row);
        if (value is null || BindValues.IsUnset(value) || cells.IsEmpty)
            return;
        List<byte[]?> values = CollectionItems.Split(Column.Column.Type, value);
        List<byte[]> paths = [];
        foreach (ref readonly Cell cell in cells)
        {
            if (Contains(values, row!.Value(cell)))
                paths.Add(row.Path(cell).ToArray());
        }

        foreach (byte[] path in paths)
            writer.AddTombstone(Column.Index, path);
    }

    private static bool Contains(List<byte[]?> values, ReadOnlySpan<byte> value)
    {
        foreach (byte[]? each in values)
        {
            if (value.SequenceEqual(each))
                return true;
        }

        return false;
    }

    public override string ToString() => $"{Column} -= {Value}";
}
