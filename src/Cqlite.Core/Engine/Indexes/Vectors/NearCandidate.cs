using Cqlite.Core.Engine.Indexes.Stored;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>A row that had a vector near to the one that is looked for, in one of the places where the table's rows are stored. What it has now is to be read.</summary>
internal readonly struct NearCandidate
{
    private readonly VectorIndex? _index;
    private readonly BlockRef _record;
    private readonly RowLocation? _location;

    /// <summary>A row that was found by a graph.</summary>
    public NearCandidate(float score, VectorIndex index, BlockRef record)
    {
        Score = score;
        _index = index;
        _record = record;
    }

    /// <summary>A row that was read.</summary>
    public NearCandidate(float score, RowLocation location)
    {
        Score = score;
        _location = location;
    }

    /// <summary>How alike the vector is; the greater, the nearer.</summary>
    public float Score { get; }

    /// <summary>The index that has found it; null for a row that was read.</summary>
    public VectorIndex? Index => _index;

    /// <summary>Which row it is.</summary>
    /// <exception cref="Errors.CorruptDataException">The index's file is damaged.</exception>
    /// <exception cref="Errors.StorageException">The index's file can't be read.</exception>
    public RowLocation Locate() => _location ?? _index!.LocationOf(_record);
}
