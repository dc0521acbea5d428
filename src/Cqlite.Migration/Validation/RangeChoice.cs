using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>
/// Which ranges of a table are compared: all, or pieces of the ring of equal length, at even distances or drawn by a seed. Partitioners spread keys evenly, so that
/// every partition is as likely to be in a piece as any other, whatever its neighbours.
/// </summary>
internal sealed class RangeChoice
{
    private const int PartitionsOfRange = 20_000;
    private const int MostRanges = 4096;
    private const int PiecesOfSample = 64;
    private const int MostPieces = 1 << 16;

    private RangeChoice(IReadOnlyList<TokenRange> ranges, long? wantedRows, bool isSample)
    {
        Ranges = ranges;
        WantedRows = wantedRows;
        IsSample = isSample;
    }

    /// <summary>The ranges, in the order in which they are taken.</summary>
    public IReadOnlyList<TokenRange> Ranges { get; }

    /// <summary>The rows with which the sample is large enough; null where all ranges are taken.</summary>
    public long? WantedRows { get; }

    /// <summary>Whether it is less than the whole table.</summary>
    public bool IsSample { get; }

    /// <summary>Chooses.</summary>
    /// <param name="table">The source, by whose estimates the ring is cut.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<RangeChoice> OfAsync(ITableSource table, ValidationSettings settings, CancellationToken cancellation)
    {
        IReadOnlyList<RangeEstimate> rough = await table.SplitAsync(settings.Throttle * 4, cancellation).ConfigureAwait(false);
        long known = rough.Sum(r => r.Partitions ?? 0);

        // Nodes and databases count files; what is in memory only is not estimated.
        long? partitions = known > 0 ? known : null;
        bool isWhole = (settings.SampleRows is null && settings.SamplePercent is null or 100)
            || table.Table.Partitioner.TokensAreKeys
            || (settings.SampleRows is { } rows && partitions * 2 <= rows && settings.SamplePercent is null && partitions < PartitionsOfRange);
        if (isWhole)
        {
            int count = (int)Math.Clamp((partitions ?? 0) / PartitionsOfRange, rough.Count, MostRanges);
            IReadOnlyList<RangeEstimate> ranges = count == rough.Count ? rough : await table.SplitAsync(count, cancellation).ConfigureAwait(false);
            return new RangeChoice([.. ranges.Select(r => r.Range)], null, isSample: false);
        }

        return settings.SamplePercent is { } percent ? ByShare(table.Table.Partitioner, percent / 100, settings) : ByRows(table.Table.Partitioner, partitions, settings);
    }

    private static RangeChoice ByShare(Partitioner partitioner, double share, ValidationSettings settings)
    {
        int pieces = (int)Math.Clamp(PiecesOfSample / share, PiecesOfSample, MostPieces);
        int taken = (int)Math.Ceiling(share * pieces);
        TokenRange[] ordered = InOrder(partitioner, pieces, settings);
        return new RangeChoice([.. ordered.Take(taken)], null, isSample: taken < pieces);
    }

    // Pieces are small against the sample, so that it is drawn from many places.
    private static RangeChoice ByRows(Partitioner partitioner, long? partitions, ValidationSettings settings)
    {
        long rows = settings.SampleRows!.Value;
        int pieces = (int)Math.Clamp((partitions ?? rows) / Math.Max(1, rows / PiecesOfSample), PiecesOfSample, MostPieces);
        return new RangeChoice(InOrder(partitioner, pieces, settings), rows, isSample: true);
    }

    /// <summary>All pieces, so that any number of the first ones is a sample of the ring.</summary>
    private static TokenRange[] InOrder(Partitioner partitioner, int pieces, ValidationSettings settings)
    {
        TokenRange[] ranges = [.. RangeSplitter.Split(partitioner, pieces, [])];
        ulong state = (ulong)settings.Seed;
        if (settings.Random)
        {
            for (int i = ranges.Length - 1; i > 0; i--)
            {
                int other = (int)(NextRandom(ref state) % (ulong)(i + 1));
                (ranges[i], ranges[other]) = (ranges[other], ranges[i]);
            }

            return ranges;
        }

        // Numbers with their bits in reverse come at even distances.
        int bits = System.Numerics.BitOperations.Log2((uint)ranges.Length - 1) + 1;
        return [.. Enumerable.Range(0, 1 << bits).Select(i => Reverse(i, bits)).Where(i => i < ranges.Length).Select(i => ranges[i])];
    }

    private static int Reverse(int value, int bits)
    {
        int reversed = 0;
        for (int i = 0; i < bits; i++)
            reversed |= ((value >> i) & 1) << (bits - 1 - i);
        return reversed;
    }

    /// <summary>SplitMix64, whose numbers are the same everywhere and always.</summary>
    private static ulong NextRandom(ref ulong state)
    {
        ulong value = state += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
