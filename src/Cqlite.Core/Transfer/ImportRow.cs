namespace Cqlite.Core.Transfer;

/// <summary>A row on its way into a table: serialized values by column, and their times where the file tells them.</summary>
/// <param name="columns">How many columns the table has.</param>
internal sealed class ImportRow(int columns)
{
    /// <summary>Serialized values; null for null.</summary>
    public byte[]?[] Values { get; } = new byte[]?[columns];

    /// <summary>Whether the file has the column.</summary>
    public bool[] IsGiven { get; } = new bool[columns];

    /// <summary>Times by column; null where the file tells none.</summary>
    public CellTimes[]? Times { get; set; }

    /// <summary>The line on which the row begins, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>The row as the file has it, for the file of rejected rows; null where nobody asks for it.</summary>
    public string? Raw { get; init; }
}
