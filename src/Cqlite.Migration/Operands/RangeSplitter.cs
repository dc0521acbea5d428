using Cqlite.Core.Schema;

namespace Cqlite.Migration.Operands;

/// <summary>Cuts the ring, whose tokens are spread evenly by their partitioner.</summary>
internal static class RangeSplitter
{
    /// <summary>The tokens that a partitioner gives, the first exclusive; null where tokens are keys, which can't be counted through.</summary>
    public static (Int128 First, Int128 Last)? Span(Partitioner partitioner) =>
        ReferenceEquals(partitioner, Partitioner.Murmur3) ? (long.MinValue, long.MaxValue)
        : ReferenceEquals(partitioner, Partitioner.Random) ? (-1, Int128.MaxValue)
        : null;

    /// <summary>
    /// Cuts the whole ring into about so many ranges of equal length, none of which crosses a boundary: what lies between two boundaries is cut further, or, where
    /// there are more boundaries than wanted, stays as it is.
    /// </summary>
    /// <param name="partitioner">The partitioner.</param>
    /// <param name="wantedCount">How many ranges are wanted; at least one comes.</param>
    /// <param name="boundaries">Tokens at which ranges must end, in order.</param>
    public static IReadOnlyList<TokenRange> Split(Partitioner partitioner, int wantedCount, IReadOnlyList<Token> boundaries)
    {
        if (Span(partitioner) is not var (first, last))
            return [TokenRange.Whole];
        List<TokenRange> ranges = [];
        UInt128 step = Max((UInt128)(last - first) / (UInt128)Math.Max(1, wantedCount), 1);
        Token after = TokenRange.Beginning;
        foreach (Token boundary in boundaries)
        {
            if (boundary.Value > first && boundary.Value < last)
                after = AddPieces(ranges, after, boundary, Bound(after, first), boundary.Value, step);
        }

        AddPieces(ranges, after, TokenRange.End, Bound(after, first), last, step);
        return ranges;
    }

    /// <summary>The pieces of a range, in order, none of which crosses a boundary.</summary>
    /// <param name="partitioner">The partitioner.</param>
    /// <param name="range">The range.</param>
    /// <param name="boundaries">Tokens at which ranges must end, in order.</param>
    public static IEnumerable<TokenRange> Cut(Partitioner partitioner, TokenRange range, IReadOnlyList<Token> boundaries)
    {
        Token after = range.After;
        (Int128 First, Int128 Last)? span = Span(partitioner);
        foreach (Token boundary in boundaries)
        {
            // The first token of all stands for the ring's beginning and its end.
            if (boundary.Value <= after.Value || boundary.Value >= range.UpTo.Value || !(boundary.Value > span?.First && boundary.Value < span?.Last))
                continue;
            yield return new TokenRange(after, boundary);
            after = boundary;
        }

        yield return new TokenRange(after, range.UpTo);
    }

    /// <summary>The token in the middle of a range; null where it can't be cut.</summary>
    public static Token? Middle(Partitioner partitioner, TokenRange range)
    {
        if (Span(partitioner) is not var (first, last))
            return null;
        Int128 from = Int128.Max(first, range.After.Value);
        Int128 to = Int128.Min(last, range.UpTo.Value);
        Int128 middle = from + (Int128)((UInt128)(to - from) / 2);
        return middle > from && middle < to ? new Token(middle) : null;
    }

    /// <summary>The share of the ring that a range has, between 0 and 1.</summary>
    public static double Share(Partitioner partitioner, TokenRange range)
    {
        if (Span(partitioner) is not var (first, last))
            return 1;
        double length = (double)(Int128.Min(last, range.UpTo.Value) - Int128.Max(first, range.After.Value));
        return Math.Clamp(length / ((double)last - (double)first), 0, 1);
    }

    private static Int128 Bound(Token after, Int128 first) => Int128.Max(after.Value, first);

    private static Token AddPieces(List<TokenRange> ranges, Token after, Token upTo, Int128 from, Int128 to, UInt128 step)
    {
        UInt128 length = (UInt128)(to - from);

        // Rounded, so that pieces are about as long as wanted.
        UInt128 count = Max((length + (step / 2)) / step, 1);
        for (UInt128 i = 1; i < count; i++)
        {
            Token end = new(from + (Int128)(length / count * i));
            ranges.Add(new TokenRange(after, end));
            after = end;
        }

        ranges.Add(new TokenRange(after, upTo));
        return upTo;
    }

    private static UInt128 Max(UInt128 left, UInt128 right) => left > right ? left : right;
}
