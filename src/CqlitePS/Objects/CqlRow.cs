namespace CqlitePS.Objects;

/// <summary>
/// A row that a query answered with. Each shape of result (names and types of its columns) has a type of its own below this one, with a
/// property a column, so that a row is as light as a class written by hand and yet works with every cmdlet of PowerShell.
/// </summary>
public abstract class CqlRow
{
}
