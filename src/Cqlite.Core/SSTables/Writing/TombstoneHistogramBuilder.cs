using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Gathers moments at which tombstones can be dropped into at most 100 bins: moments are rounded up to minutes, counted in a large
/// hash table, and from there put into bins, of which the two nearest become one when there are too many.
/// </summary>
/// <remarks>
/// The order in which the table is emptied decides the bins, so that it hashes and probes as Cassandra's does. Source: org/apache/
/// cassandra/utils/streamhist/StreamingTombstoneHistogramBuilder.java, after Ben-Haim and Tom-Tov, "A Streaming Parallel Decision Tree
/// Algorithm", 2010.
/// </remarks>
internal sealed class TombstoneHistogramBuilder
{
    private const int MaxBins = 100;
    private const int RoundSeconds = 60;
    private const int TableCapacity = 1 << 17;
    private const int MaxProbes = 100;
    private const long HashPrime = 948_701_839;
    private const long LastMoment = uint.MaxValue - 2L;
    private const long Free = -1;

    private readonly long[] _bins = new long[MaxBins + 1];
    private readonly long[] _binCounts = new long[MaxBins + 1];
    private int _binCount;
    private long[] _moments = [];
    private int[] _counts = [];
    private int _tableSize;
    private long _lastMoment = Free;
    private int _lastCell;

    /// <summary>Counts a moment, in seconds since 1970.</summary>
    public void Add(long seconds)
    {
        long moment = RoundUp(seconds);
        if (moment == _lastMoment && _tableSize <= TableCapacity)
        {
            Increment(_lastCell);
            return;
        }

        if (_moments.Length == 0)
        {
            _moments = new long[TableCapacity * 2];
            _counts = new int[TableCapacity * 2];
            Array.Fill(_moments, Free);
        }

        if (!TryAdd(moment))
        {
            Empty();
            TryAdd(moment);
        }
    }

    /// <summary>The histogram of all that was counted.</summary>
    public TombstoneHistogram Build()
    {
        Empty();
        KeyValuePair<long, int>[] bins = new KeyValuePair<long, int>[_binCount];
        for (int i = 0; i < bins.Length; i++)
            bins[i] = new(_bins[i], (int)_binCounts[i]);
        return new TombstoneHistogram(bins);
    }

    private static long RoundUp(long seconds)
    {
        long remainder = seconds % RoundSeconds;
        return remainder == 0 ? seconds : Clamp(seconds + RoundSeconds - remainder);
    }

    private static long Clamp(long seconds) => seconds is < 0 or > LastMoment ? LastMoment : seconds;

    private bool TryAdd(long moment)
    {
        if (_tableSize > TableCapacity)
            return false;
        int cell = (TableCapacity - 1) & (int)unchecked(moment * HashPrime);
        for (int probe = 0; probe < MaxProbes; probe++, cell++)
        {
            if (_moments[cell] == Free)
            {
                _moments[cell] = moment;
                _counts[cell] = 0;
                _tableSize++;
            }

            if (_moments[cell] == moment)
            {
                Increment(cell);
                _lastMoment = moment;
                _lastCell = cell;
                return true;
            }
        }

        return false;
    }

    private void Increment(int cell)
    {
        if (_counts[cell] != int.MaxValue)
            _counts[cell]++;
    }

    private void Empty()
    {
        if (_tableSize == 0)
            return;
        for (int cell = 0; cell < _moments.Length; cell++)
        {
            if (_moments[cell] == Free)
                continue;
            AddToBins(_moments[cell], _counts[cell]);
            _moments[cell] = Free;
        }

        _tableSize = 0;
        _lastMoment = Free;
    }

    private void AddToBins(long moment, int count)
    {
        int index = Array.BinarySearch(_bins, 0, _binCount, moment);
        if (index >= 0)
        {
            _binCounts[index] = Math.Min(int.MaxValue, _binCounts[index] + count);
        }
        else
        {
            index = ~index;
            Array.Copy(_bins, index, _bins, index + 1, _binCount - index);
            Array.Copy(_binCounts, index, _binCounts, index + 1, _binCount - index);
            _bins[index] = moment;
            _binCounts[index] = count;
            _binCount++;
        }

        if (_binCount > MaxBins)
            MergeNearest();
    }

    private void MergeNearest()
    {
        int nearest = 0;
        for (int i = 1; i < _binCount - 1; i++)
        {
            if (_bins[i + 1] - _bins[i] < _bins[nearest + 1] - _bins[nearest])
                nearest = i;
        }

        long left = _bins[nearest];
        long right = _bins[nearest + 1];
        long count = _binCounts[nearest] + _binCounts[nearest + 1];
        long weighted = Saturate(Saturate(left * _binCounts[nearest]) + Saturate(right * _binCounts[nearest + 1]));
        long middle = Clamp(weighted / count);
        if (middle <= left)
            middle = Clamp(left + 1);
        _bins[nearest] = RoundUp(Math.Min(middle, right));
        _binCounts[nearest] = Math.Min(int.MaxValue, count);
        _binCount--;
        Array.Copy(_bins, nearest + 2, _bins, nearest + 1, _binCount - nearest - 1);
        Array.Copy(_binCounts, nearest + 2, _binCounts, nearest + 1, _binCount - nearest - 1);
    }

    private static long Saturate(long value) => value < 0 ? long.MaxValue : value;
}
