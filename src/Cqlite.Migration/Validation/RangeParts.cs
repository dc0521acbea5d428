using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>
/// A range cut into parts of equal length, the same for both sides. Tokens are spread evenly, so that each part holds about as many partitions as any other; where
/// tokens are keys there is one part only.
/// </summary>
internal sealed class RangeParts
{
    private readonly TokenRange _range;
    private readonly Int128 _from;
    private readonly UInt128 _width;

    /// <summary>Cuts.</summary>
    /// <param name="partitioner">The partitioner.</param>
    /// <param name="range">The range.</param>
    /// <param name="wantedCount">How many parts; fewer come where the range has fewer tokens.</param>
    public RangeParts(Partitioner partitioner, TokenRange range, int wantedCount)
    {
        _range = range;
        Count = 1;
        if (RangeSplitter.Span(partitioner) is not var (first, last) || wantedCount == 1)
            return;
        _from = Int128.Max(first, range.After.Value);
        UInt128 length = (UInt128)(Int128.Min(last, range.UpTo.Value) - _from);
        _width = UInt128.Max(1, (length + (UInt128)wantedCount - 1) / (UInt128)wantedCount);
        Count = (int)UInt128.Max(1, (length + _width - 1) / _width);
    }

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>A part.</summary>
    public TokenRange this[int part] => Join(part, part);

    /// <summary>The part that has a token of the range.</summary>
    public int IndexOf(Token token)
    {
        // The first token of all, which no range has but the one that begins with it, is in the first part.
        if (Count == 1 || token.Value <= _from)
            return 0;
        return (int)UInt128.Min((UInt128)(token.Value - _from - 1) / _width, (UInt128)(Count - 1));
    }

    /// <summary>Parts that follow each other, as one range.</summary>
    public TokenRange Join(int first, int last) => new(
        first == 0 ? _range.After : new Token(_from + (Int128)(_width * (UInt128)first)),
        last == Count - 1 ? _range.UpTo : new Token(_from + (Int128)(_width * (UInt128)(last + 1))));
}
