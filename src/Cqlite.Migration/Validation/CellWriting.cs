using Cqlite.Core.Rows;

namespace Cqlite.Migration.Validation;

/// <summary>Puts cells of one side into rows for the other.</summary>
internal static class CellWriting
{
    /// <summary>Appends a copy of a cell; whether it got another time, because what it is to hold against is not older.</summary>
    /// <param name="output">The row, which has a buffer of its own.</param>
    /// <param name="from">The row that has the cell.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="column">Index of its column in the other side's table.</param>
    /// <param name="afterMicros">What the copy's time is to be later than, in microseconds since 1970.</param>
    public static bool PutCell(this Row output, Row from, in Cell cell, int column, long afterMicros)
    {
        Slice value = output.Store(from.Value(cell));
        Slice path = cell.Path.IsNull ? Slice.Null : output.Store(from.Path(cell));
        ref Cell copy = ref output.AddCell();
        copy = cell;
        copy.Column = column;
        copy.Value = value;
        copy.Path = path;
        if (cell.TimestampMicros > afterMicros)
            return false;
        copy.TimestampMicros = afterMicros + 1;
        return true;
    }
}
