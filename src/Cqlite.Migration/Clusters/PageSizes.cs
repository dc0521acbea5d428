namespace Cqlite.Migration.Clusters;

/// <summary>How many rows of a table make a page of the length that is aimed at: what the ranges read so far have shown. For any number of threads.</summary>
internal sealed class PageSizes
{
    /// <summary>Rows of a table's first page: nothing is known of them yet.</summary>
    private const int FirstRows = 16;

    /// <summary>By how much a page has more rows than the one before at most.</summary>
    private const int Growth = 8;
    private readonly ClusterReading _reading;
    private volatile int _rows;

    /// <summary>Begins with few rows.</summary>
    public PageSizes(ClusterReading reading)
    {
        _reading = reading;
        _rows = Math.Min(FirstRows, reading.PageSize);
    }

    /// <summary>Rows to begin a range with.</summary>
    public int Rows => _rows;

    /// <summary>Rows of the page behind one.</summary>
    /// <param name="asked">Rows that were asked for.</param>
    /// <param name="came">Rows that came.</param>
    /// <param name="bytes">Their length.</param>
    public int Next(int asked, int came, long bytes)
    {
        if (came == 0)
            return asked;
        long fitting = _reading.PageBytes * came / Math.Max(1, bytes);
        return _rows = (int)Math.Clamp(fitting, 1, Math.Min(_reading.PageSize, (long)asked * Growth));
    }

    /// <summary>Rows to ask for where so many, more than one, came to a page that was too long.</summary>
    public int Fewer(int asked, long bytes) => _rows = (int)Math.Clamp(_reading.PageBytes * asked / Math.Max(1, bytes), 1, asked / 2);
}
