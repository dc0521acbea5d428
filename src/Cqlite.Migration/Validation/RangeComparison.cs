using System.Runtime.ExceptionServices;
using Cqlite.Core.Encoding;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Validation;

/// <summary>What the comparison of a range has found.</summary>
/// <param name="Range">The range.</param>
/// <param name="Source">The digest of the source.</param>
/// <param name="Target">The digest of the target.</param>
/// <param name="Differences">What differs.</param>
/// <param name="Differing">The parts in which the sides differ, in order.</param>
internal sealed record RangeFindings(TokenRange Range, RangeDigest Source, RangeDigest Target, DifferenceList Differences, IReadOnlyList<TokenRange> Differing);

/// <summary>
/// Compares a range of two sides. Each is read once, on a thread of its own, and its partitions added up by parts of the range; only parts that differ are read again, and
/// compared cell by cell.
/// </summary>
/// <param name="source">What is right.</param>
/// <param name="target">What is compared with it.</param>
/// <param name="plan">What is compared.</param>
/// <param name="comparesData">Whether more than counts is.</param>
internal sealed class RangeComparison(ITableSource source, ITableSource target, ComparisonPlan plan, bool comparesData)
{
    /// <summary>Parts of a range: of 20,000 partitions, about 20 each. A range's digests by parts take 48 KiB a side at most.</summary>
    private const int PartCount = 1024;

    /// <summary>Rows between two parts up to which these are read as one: to ask anew takes longer.</summary>
    private const int RowsReadThrough = 256;

    /// <summary>Compares.</summary>
    /// <param name="range">The range.</param>
    /// <param name="capacity">How many differences are listed at most.</param>
    /// <param name="cancellation">Ends it.</param>
    public RangeFindings Run(TokenRange range, int capacity, CancellationToken cancellation)
    {
        RangeParts parts = new(plan.Table.Partitioner, range, comparesData ? PartCount : 1);
        (PartDigests one, PartDigests other) = ReadBoth(range, parts, cancellation);
        DifferenceList differences = new(capacity);
        List<TokenRange> differing = [];
        if (comparesData)
        {
            foreach (TokenRange piece in Pieces(parts, one, other))
            {
                long before = differences.Rows;
                using RowPairs pairs = new(new LiveSide(source.Read(piece, cancellation), plan), new LiveSide(target.Read(piece, cancellation), plan), plan);
                new RowComparer(pairs, differences).Run(cancellation);
                if (differences.Rows > before)
                    differing.Add(piece);
            }
        }

        return new RangeFindings(range, one.Sum, other.Sum, differences, differing);
    }

    private (PartDigests Source, PartDigests Target) ReadBoth(TokenRange range, RangeParts parts, CancellationToken cancellation)
    {
        PartDigests? one = null;
        Exception? failure = null;
        Task reading = TableComparison.OnThread(() =>
        {
            try
            {
                one = Read(source, range, parts, cancellation);
            }
            catch (Exception error) when (TransferOutcomes.IsOutcome(error))
            {
                failure = error;
            }
        });
        PartDigests other;
        try
        {
            other = Read(target, range, parts, cancellation);
        }
        finally
        {
            reading.Wait(CancellationToken.None);
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return (one!, other);
    }

    private PartDigests Read(ITableSource side, TokenRange range, RangeParts parts, CancellationToken cancellation)
    {
        using LiveSide live = new(side.Read(range, cancellation), plan);
        PartDigests digests = new();
        BufferWriter buffer = new();
        while (live.FindPartition())
        {
            Token token = live.Cursor.Token;
            int part = parts.IndexOf(token);

            // What a side shows beyond the range counts too.
            Token upTo = parts[part].UpTo;
            live.UpTo = upTo.CompareTo(token) < 0 ? token : upTo;
            digests.Add(part, RangeDigest.Of(live, plan, comparesData, buffer, cancellation));
        }

        return digests;
    }

    /// <summary>The parts of which the sides have other digests, those with next to nothing between them as one.</summary>
    private static IEnumerable<TokenRange> Pieces(RangeParts parts, PartDigests one, PartDigests other)
    {
        int first = -1;
        int last = -1;
        long rowsBehind = 0;
        foreach ((int part, long rows, bool isSame) in one.With(other))
        {
            if (isSame)
            {
                rowsBehind += rows;
                continue;
            }

            if (first >= 0 && rowsBehind > RowsReadThrough)
            {
                yield return parts.Join(first, last);
                first = -1;
            }

            first = first < 0 ? part : first;
            last = part;
            rowsBehind = 0;
        }

        if (first >= 0)
            yield return parts.Join(first, last);
    }

    /// <summary>Digests of the parts of which a side has anything, in order.</summary>
    private sealed class PartDigests
    {
        private readonly List<(int Part, RangeDigest Digest)> _parts = [];

        public RangeDigest Sum { get; private set; }

        public void Add(int part, RangeDigest digest)
        {
            _parts.Add((part, digest));
            Sum += digest;
        }

        /// <summary>The parts of which either side has anything, in order.</summary>
        public IEnumerable<(int Part, long Rows, bool IsSame)> With(PartDigests other)
        {
            int left = 0;
            int right = 0;
            while (left < _parts.Count || right < other._parts.Count)
            {
                int part = Math.Min(PartAt(left), other.PartAt(right));
                RangeDigest one = PartAt(left) == part ? _parts[left++].Digest : default;
                RangeDigest two = other.PartAt(right) == part ? other._parts[right++].Digest : default;
                yield return (part, Math.Max(one.Rows, two.Rows), one == two);
            }
        }

        private int PartAt(int place) => place < _parts.Count ? _parts[place].Part : int.MaxValue;
    }
}
