using System.Globalization;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Ranges;

/// <summary>The ranges that a table is begun with. Each becomes files or notes of its own, so that a small table is not cut up.</summary>
internal static class RangePlan
{
    private const int RangesForEachReader = 4;
    private const long SmallestBytes = 4L << 20;

    /// <summary>As many ranges as are asked for, whatever the table holds.</summary>
    private const int AlwaysKept = 1024;

    /// <summary>What a range holds at least where more are asked for: files and notes of less cost more than it does.</summary>
    private const long WorthBytes = 1L << 20;

    /// <summary>
    /// Cuts a table by what it is thought to hold: into one range where that is little, or nothing is known of it, for a range that turns out to hold much is shared out
    /// on the way (<see cref="RangeRun.EndsEarly"/>); into a few for each reader where it is much. Into as many as are asked for, but not into thousands that hold next to
    /// nothing: neighbours of these are taken together.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="options">How many ranges are wanted, or are read at once.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<TokenRange>> CutAsync(ITableSource table, RangeRunOptions options, CancellationToken cancellation)
    {
        int most = options.RangeCount ?? options.Throttle * RangesForEachReader;
        IReadOnlyList<RangeEstimate> pieces = await table.SplitAsync(most, cancellation).ConfigureAwait(false);
        long bytes = pieces.Sum(p => p.Bytes ?? 0);
        if (options.RangeCount is null)
            return Join(pieces, (int)Math.Clamp(bytes / SmallestBytes, 1, most));
        return most <= AlwaysKept ? [.. pieces.Select(p => p.Range)] : Join(pieces, (int)Math.Clamp(bytes / WorthBytes, AlwaysKept, most));
    }

    /// <summary>What is to be known where fewer ranges were made than were asked for; null where nothing is.</summary>
    /// <param name="options">How many were wanted.</param>
    /// <param name="made">How many were made.</param>
    public static string? Note(RangeRunOptions options, int made) => options.RangeCount is { } wanted && made < wanted && wanted > AlwaysKept
        ? string.Create(CultureInfo.InvariantCulture, $"It was cut into {made:N0} ranges in place of {wanted:N0}, of which each would have been of less than 1 MB.")
        : null;

    /// <summary>Neighbours taken together, as many as make about so many ranges of all.</summary>
    private static List<TokenRange> Join(IReadOnlyList<RangeEstimate> pieces, int count)
    {
        List<TokenRange> ranges = [];
        int joined = 0;
        foreach (TokenRange piece in pieces.Select(p => p.Range))
        {
            bool isNext = joined > 0 && ranges[^1].UpTo == piece.After && joined < (long)pieces.Count * ranges.Count / count;
            if (isNext)
                ranges[^1] = new TokenRange(ranges[^1].After, piece.UpTo);
            else
                ranges.Add(piece);
            joined++;
        }

        return ranges;
    }
}
