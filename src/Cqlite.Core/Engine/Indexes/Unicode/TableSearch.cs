namespace Cqlite.Core.Engine.Indexes.Unicode;

/// <summary>Finds rows in tables that are flat lists of numbers, ordered by the first number of each row.</summary>
internal static class TableSearch
{
    /// <summary>The row that begins with a code point; empty where none does.</summary>
    public static ReadOnlySpan<int> Find(ReadOnlySpan<int> table, int width, int code)
    {
        ReadOnlySpan<int> row = FindAtMost(table, width, code);
        return row.Length > 0 && row[0] == code ? row : [];
    }

    /// <summary>The last row that does not begin behind a code point; empty where all do.</summary>
    public static ReadOnlySpan<int> FindAtMost(ReadOnlySpan<int> table, int width, int code)
    {
        int low = 0;
        int high = table.Length / width;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (table[middle * width] <= code)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? [] : table.Slice((low - 1) * width, width);
    }
}
