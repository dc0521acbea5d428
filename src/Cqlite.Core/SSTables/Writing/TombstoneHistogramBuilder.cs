using System.Runtime.InteropServices;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Gathers moments at which tombstones can be dropped into at most 100 bins: moments are rounded up to minutes, counted in a large
/// hash table, and from there put into bins, of which the two nearest become one when there are too many.
/// </summary>
/// <remarks>
/// Cassandra empties its table cell by cell, and the order decides the bins. The table here is a dictionary, small as long as there are
/// few moments, that knows the cell that each moment would have. Source: org/apache/cassandra/utils/streamhist/
/// StreamingTombstoneHistogramBuilder.java, after Ben-Haim and Tom-Tov, "A Streaming Parallel Decision Tree Algorithm", 2010.
/// </remarks>
internal sealed class TombstoneHistogramBuilder
{
    private const int MostBins = 100;
    private const int RoundSeconds = 60;
    private const int TableCapacity = 1 << 17;
    private const int MostProbes = 100;
    private const long HashPrime = 948_701_839;
    private const long LastMoment = uint.MaxValue - 2L;

    private readonly long[] _bins = new long[MostBins + 1];
    private readonly long[] _binCounts = new long[MostBins + 1];
    private readonly Dictionary<long, int> _indexes = [];
    private readonly HashSet<int> _cells = [];
    private readonly List<Counted> _table = [];
    private int _binCount;
    private long _lastMoment = -1;
    private int _lastIndex;

    /// <summary>Counts a moment, in seconds since 1970.</summary>
    public void Add(long seconds)
    {
        long moment = RoundUp(seconds);
        if (_table.Count > TableCapacity)
            Empty();
        if (moment != _lastMoment)
        {
            if (!_indexes.TryGetValue(moment, out _lastIndex))
                _lastIndex = AddToTable(moment);
            _lastMoment = moment;
        }

        ref Counted counted = ref CollectionsMarshal.AsSpan(_table)[_lastIndex];
        if (counted.Count != int.MaxValue)
            counted.Count++;
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

    private int AddToTable(long moment)
    {
        int cell = (TableCapacity - 1) & (int)unchecked(moment * HashPrime);
        int last = cell + MostProbes;
        while (cell < last && _cells.Contains(cell))
            cell++;
        if (cell == last)
        {
            Empty();
            cell = last - MostProbes;
        }

        _cells.Add(cell);
        _indexes.Add(moment, _table.Count);
        _table.Add(new Counted { Cell = cell, Moment = moment });
        return _table.Count - 1;
    }

    private void Empty()
    {
        _table.Sort(static (left, right) => left.Cell.CompareTo(right.Cell));
        foreach (Counted counted in _table)
            AddToBins(counted.Moment, counted.Count);
        _table.Clear();
        _cells.Clear();
        _indexes.Clear();
        _lastMoment = -1;
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

        if (_binCount > MostBins)
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

    private struct Counted
    {
        public long Moment;
        public int Cell;
        public int Count;
    }
}
