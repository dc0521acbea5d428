using Cqlite.Core.Encoding;

namespace Cqlite.Core.Rows;

/// <summary>
/// One end of a range deletion, or the boundary between two that meet. Refilled by cursors as <see cref="Row"/> is.
/// Start and end are those of the clustering order, also while reading in reverse.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/{RangeTombstoneBoundMarker,RangeTombstoneBoundaryMarker}.java.</remarks>
public sealed class RangeTombstoneMarker
{
    private Slice[] _values = new Slice[4];
    private int _count;
    private BufferWriter? _arena;

    /// <summary>The bytes that the values' slices point into.</summary>
    public byte[] Buffer { get; internal set; } = [];

    /// <summary>Which bound or boundary.</summary>
    public ClusteringKind Kind { get; internal set; }

    /// <summary>Deletion of the range that ends here; live where none ends.</summary>
    public DeletionTime EndDeletion { get; internal set; } = DeletionTime.Live;

    /// <summary>Deletion of the range that starts here; live where none starts.</summary>
    public DeletionTime StartDeletion { get; internal set; } = DeletionTime.Live;

    /// <summary>Offset of the marker in the uncompressed data file, for tools; -1 where there is none.</summary>
    public long FilePosition { get; internal set; } = -1;

    /// <summary>The prefix's values.</summary>
    public ReadOnlySpan<Slice> Values => _values.AsSpan(0, _count);

    /// <summary>The prefix as a view.</summary>
    public ClusteringView Clustering => new(Kind, Buffer, Values);

    /// <summary>The deletion that holds after the marker in the direction of reading; live where none does.</summary>
    public DeletionTime OpenDeletion(bool reversed) => reversed ? EndDeletion : StartDeletion;

    /// <summary>The deletion that held before the marker in the direction of reading; live where none did.</summary>
    public DeletionTime CloseDeletion(bool reversed) => reversed ? StartDeletion : EndDeletion;

    /// <summary>Empties the marker, keeping its memory.</summary>
    internal void Reset(ClusteringKind kind)
    {
        Kind = kind;
        EndDeletion = DeletionTime.Live;
        StartDeletion = DeletionTime.Live;
        FilePosition = -1;
        _count = 0;
    }

    /// <summary>Appends a value.</summary>
    internal void AddValue(Slice slice)
    {
        if (_count == _values.Length)
            Array.Resize(ref _values, _values.Length * 2);
        _values[_count++] = slice;
    }

    /// <summary>Makes this an independent marker of a kind at a prefix.</summary>
    internal void Set(ClusteringKind kind, in ClusteringView prefix, in DeletionTime end, in DeletionTime start)
    {
        Reset(kind);
        EndDeletion = end;
        StartDeletion = start;
        _arena ??= new BufferWriter(64);
        _arena.Clear();
        for (int i = 0; i < prefix.Count; i++)
        {
            if (prefix.IsNull(i))
            {
                AddValue(Slice.Null);
                continue;
            }

            int offset = _arena.Length;
            _arena.Write(prefix[i]);
            AddValue(new Slice(offset, _arena.Length - offset));
        }

        Buffer = _arena.Array;
    }

    /// <summary>Makes this an independent copy of another marker.</summary>
    internal void CopyFrom(RangeTombstoneMarker other)
    {
        Set(other.Kind, other.Clustering, other.EndDeletion, other.StartDeletion);
        FilePosition = other.FilePosition;
    }
}
