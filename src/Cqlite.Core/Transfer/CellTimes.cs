using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>When a column's value was written and how long it lives, as far as that is told.</summary>
/// <param name="TimestampMicros">Microseconds since 1970; null where it is not told.</param>
/// <param name="TtlSeconds">Seconds; null where it is not told, or does not expire.</param>
internal readonly record struct CellTimes(long? TimestampMicros, int? TtlSeconds)
{
    private static readonly char[] s_between = ['[', ']', ',', ' '];

    /// <summary>The largest number of a text: one, or a list, in which elements without a time are null.</summary>
    /// <exception cref="Errors.InvalidQueryException">It is neither.</exception>
    public static long? Parse(ReadOnlySpan<char> text)
    {
        long? largest = null;
        foreach (string part in text.ToString().Split(s_between, StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("null", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!long.TryParse(part, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out long number))
                throw new Errors.InvalidQueryException($"a number or a list of numbers is needed, and '{part}' was found.");
            largest = Math.Max(largest ?? long.MinValue, number);
        }

        return largest;
    }

    /// <summary>The largest number of a value of <c>writetime</c> or <c>ttl</c>: one, or of a multi-cell column a list, where the youngest element counts for all.</summary>
    public static long? Largest(CqlType type, ReadOnlySpan<byte> value) => type.Unreversed switch
    {
        ListType => type.Decode(value) is object?[] elements && elements.Any(e => e is not null)
            ? elements.Where(e => e is not null).Max(e => Convert.ToInt64(e, System.Globalization.CultureInfo.InvariantCulture))
            : null,
        _ => type.Decode(value) is { } number ? Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture) : null,
    };
}

/// <summary>The columns of a row that one statement writes: those of the same times.</summary>
internal sealed class TimeGroup(CellTimes times)
{
    /// <summary>The times.</summary>
    public CellTimes Times { get; } = times;

    /// <summary>Indexes of the columns.</summary>
    public List<int> Columns { get; } = [];

    /// <summary>Groups columns by their times, the earliest first: the INSERT that made the row, as far as one can tell.</summary>
    /// <param name="columns">Indexes of the columns.</param>
    /// <param name="timesOf">The times of a column.</param>
    public static List<TimeGroup> Of(IEnumerable<int> columns, Func<int, CellTimes> timesOf)
    {
        List<TimeGroup> groups = [];
        foreach (int column in columns)
        {
            CellTimes times = timesOf(column);
            TimeGroup? group = groups.Find(g => g.Times == times);
            if (group is null)
                groups.Add(group = new TimeGroup(times));
            group.Columns.Add(column);
        }

        groups.Sort((a, b) => (a.Times.TimestampMicros ?? long.MinValue).CompareTo(b.Times.TimestampMicros ?? long.MinValue));
        return groups;
    }
}
