namespace Cqlite.Migration.Ranges;

/// <summary>How the ranges of a table are gone through. Immutable.</summary>
public sealed record RangeRunOptions
{
    /// <summary>The defaults.</summary>
    public static RangeRunOptions Default { get; } = new();

    /// <summary>How many ranges are read at once. Default 8.</summary>
    public int Throttle { get; init; } = 8;

    /// <summary>How many ranges a table is cut into at first; null, the default, for as many as its size asks for, up to four for each that is read at once. Of more than 1024 each holds 1 MiB or more.</summary>
    public int? RangeCount { get; init; }

    /// <summary>Bytes of keys and values from which on a range is ended, and what is left of it becomes another one. Default 256 MiB.</summary>
    public long MaxRangeBytes { get; init; } = 256L << 20;

    /// <summary>Rows that a range has at least before what is left of it is given to those who have nothing to do. Default 50,000.</summary>
    public long MinRangeRows { get; init; } = 50_000;

    /// <summary>Rows in a second at most, all together; 0, the default, for no limit.</summary>
    public long RowsPerSecond { get; init; }

    /// <summary>Bytes of keys and values in a second at most, all together; 0, the default, for no limit.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Fails where a value makes no sense.</summary>
    /// <exception cref="ArgumentException">One does; the text names it.</exception>
    public void Validate()
    {
        Require(Throttle is > 0 and <= 1024, nameof(Throttle), Throttle);
        Require(RangeCount is null or (> 0 and <= 1 << 20), nameof(RangeCount), RangeCount);
        Require(MaxRangeBytes > 0, nameof(MaxRangeBytes), MaxRangeBytes);
        Require(MinRangeRows > 0, nameof(MinRangeRows), MinRangeRows);
        Require(RowsPerSecond >= 0, nameof(RowsPerSecond), RowsPerSecond);
        Require(BytesPerSecond >= 0, nameof(BytesPerSecond), BytesPerSecond);
    }

    private static void Require(bool isGood, string name, object? value)
    {
        if (!isGood)
            throw new ArgumentException($"{name} can't be {value}.");
    }
}
