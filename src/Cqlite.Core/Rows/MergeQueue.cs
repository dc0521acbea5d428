namespace Cqlite.Core.Rows;

/// <summary>The order of two sources of a merge, by where they stand.</summary>
internal interface ISourceOrder
{
    /// <summary>Negative, zero or positive.</summary>
    int Compare(int left, int right);
}

/// <summary>
/// The sources of a merge, kept sorted by where they stand. A source that was taken, advanced and put back costs one
/// comparison when it stays first, as it does while ranges do not interleave, and a binary search otherwise.
/// </summary>
internal sealed class MergeQueue<TOrder>
    where TOrder : struct, ISourceOrder
{
    private readonly int[] _sources;
    private readonly TOrder _order;
    private int _first;

    /// <summary>Creates an empty queue.</summary>
    public MergeQueue(int capacity, TOrder order)
    {
        _sources = new int[capacity];
        _order = order;
        _first = capacity;
    }

    /// <summary>Whether no source is left.</summary>
    public bool IsEmpty => _first == _sources.Length;

    /// <summary>Forgets all sources.</summary>
    public void Clear() => _first = _sources.Length;

    /// <summary>Takes the first source.</summary>
    public int Take() => _sources[_first++];

    /// <summary>Takes the first source if it stands where another one does.</summary>
    public bool TryTakeEqual(int other, out int source)
    {
        source = -1;
        if (IsEmpty || _order.Compare(_sources[_first], other) != 0)
            return false;
        source = Take();
        return true;
    }

    /// <summary>Puts a source where it belongs.</summary>
    public void Add(int source)
    {
        if (IsEmpty || _order.Compare(source, _sources[_first]) <= 0)
        {
            _sources[--_first] = source;
            return;
        }

        int low = _first + 1;
        int high = _sources.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_order.Compare(_sources[middle], source) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        Array.Copy(_sources, _first, _sources, _first - 1, low - _first);
        _first--;
        _sources[low - 1] = source;
    }
}
