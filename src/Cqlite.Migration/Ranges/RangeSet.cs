using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Ranges;

/// <summary>A set of tokens as ranges in order, none of which touches another.</summary>
internal sealed class RangeSet
{
    private readonly List<TokenRange> _ranges = [];

    /// <summary>Makes a set of ranges in any order.</summary>
    public RangeSet(IEnumerable<TokenRange> ranges)
    {
        foreach (TokenRange range in ranges)
            Add(range);
    }

    /// <summary>The ranges, in order.</summary>
    public IReadOnlyList<TokenRange> Ranges => _ranges;

    /// <summary>Adds the tokens of a range.</summary>
    public void Add(TokenRange range)
    {
        int first = FirstBehind(range.After);

        // What begins where the range ends is joined with it as well.
        int end = first;
        while (end < _ranges.Count && _ranges[end].After.Value <= range.UpTo.Value)
            end++;
        if (end > first)
        {
            Token after = _ranges[first].After.Value < range.After.Value ? _ranges[first].After : range.After;
            Token upTo = _ranges[end - 1].UpTo.Value > range.UpTo.Value ? _ranges[end - 1].UpTo : range.UpTo;
            _ranges.RemoveRange(first, end - first);
            range = new TokenRange(after, upTo);
        }

        _ranges.Insert(first, range);
    }

    /// <summary>What of ranges is not in the set.</summary>
    public IEnumerable<TokenRange> Without(IEnumerable<TokenRange> ranges)
    {
        foreach (TokenRange range in ranges)
        {
            Token after = range.After;
            for (int i = FirstBehind(range.After); i < _ranges.Count && _ranges[i].After.Value < range.UpTo.Value; i++)
            {
                if (_ranges[i].After.Value > after.Value)
                    yield return new TokenRange(after, _ranges[i].After);
                after = _ranges[i].UpTo.Value > after.Value ? _ranges[i].UpTo : after;
            }

            if (after.Value < range.UpTo.Value)
                yield return new TokenRange(after, range.UpTo);
        }
    }

    /// <summary>The share of the ring that it has, between 0 and 1.</summary>
    public double Share(Partitioner partitioner) => Math.Min(1, _ranges.Sum(r => RangeSplitter.Share(partitioner, r)));

    /// <summary>The first range that does not end before a token.</summary>
    private int FirstBehind(Token token)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].UpTo.Value < token.Value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
