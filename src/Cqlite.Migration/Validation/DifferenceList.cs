namespace Cqlite.Migration.Validation;

/// <summary>How much differs, exactly, and the first differences by name, in the order of tokens. For one thread.</summary>
/// <param name="capacity">How many are listed.</param>
internal sealed class DifferenceList(int capacity)
{
    private readonly List<(Int128 Token, Difference Difference)> _items = [];

    /// <summary>Rows that only the source has.</summary>
    public long MissingRows { get; private set; }

    /// <summary>Rows that only the target has.</summary>
    public long ExtraRows { get; private set; }

    /// <summary>Rows that both sides have, and that differ; static rows too.</summary>
    public long DifferentRows { get; private set; }

    /// <summary>Cells that differ in these.</summary>
    public long DifferentCells { get; private set; }

    /// <summary>Rows in which the sides differ.</summary>
    public long Rows => MissingRows + ExtraRows + DifferentRows;

    /// <summary>Whether there are more differences than are listed.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>What is listed.</summary>
    public IReadOnlyList<Difference> Listed => [.. _items.Select(i => i.Difference)];

    /// <summary>Whether the next difference is listed; where it is not, the list is known to be short, and naming it can be spared.</summary>
    public bool TakesNext()
    {
        IsTruncated |= _items.Count >= capacity;
        return _items.Count < capacity;
    }

    /// <summary>How many differences of a range can come to be listed, whose tokens are behind this one: none where the list is full before it.</summary>
    public int RoomBehind(Int128 token) => _items.Count >= capacity && _items[^1].Token <= token ? 0 : capacity;

    /// <summary>Counts a row that only the source has.</summary>
    public void CountMissingRow() => MissingRows++;

    /// <summary>Counts a row that only the target has.</summary>
    public void CountExtraRow() => ExtraRows++;

    /// <summary>Counts a row that both have, and its cells that differ.</summary>
    public void CountDifferentRow(int cells)
    {
        DifferentRows++;
        DifferentCells += cells;
    }

    /// <summary>Lists a difference, whose token is not before those of the others.</summary>
    public void Add(Int128 token, Difference difference)
    {
        if (TakesNext())
            _items.Add((token, difference));
    }

    /// <summary>Takes over what was found in another part of the ring, between the tokens of which this has nothing.</summary>
    public void Add(DifferenceList other)
    {
        MissingRows += other.MissingRows;
        ExtraRows += other.ExtraRows;
        DifferentRows += other.DifferentRows;
        DifferentCells += other.DifferentCells;
        IsTruncated |= other.IsTruncated;
        if (other._items.Count == 0)
            return;
        int place = _items.Count;
        while (place > 0 && _items[place - 1].Token > other._items[0].Token)
            place--;
        _items.InsertRange(place, other._items);
        if (_items.Count <= capacity)
            return;
        IsTruncated = true;
        _items.RemoveRange(capacity, _items.Count - capacity);
    }

    /// <summary>Takes over what an earlier comparison has found.</summary>
    public void Add(TableValidation earlier)
    {
        MissingRows += earlier.MissingRows ?? 0;
        ExtraRows += earlier.ExtraRows ?? 0;
        DifferentRows += earlier.DifferentRows ?? 0;
        DifferentCells += earlier.DifferentCells ?? 0;
        IsTruncated |= earlier.IsTruncated || earlier.Differences.Count > capacity;
        foreach (Difference difference in earlier.Differences.Take(capacity))
            _items.Add((Int128.Parse(difference.Token, System.Globalization.CultureInfo.InvariantCulture), difference));
    }
}
