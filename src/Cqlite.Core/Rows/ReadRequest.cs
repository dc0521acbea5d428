using Cqlite.Core.Schema;

namespace Cqlite.Core.Rows;

/// <summary>One end of a slice of rows: a prefix of the clustering and its kind, owning its bytes.</summary>
public sealed class ClusteringBound
{
    private readonly byte[] _buffer;
    private readonly Slice[] _values;

    /// <summary>Creates a bound (or, with <see cref="ClusteringKind.Clustering"/>, a row's full clustering) of values in order; a null array is a null value.</summary>
    public ClusteringBound(ClusteringKind kind, params ReadOnlySpan<byte[]?> values)
    {
        Kind = kind;
        _values = new Slice[values.Length];
        int length = 0;
        foreach (byte[]? value in values)
            length += value?.Length ?? 0;
        _buffer = new byte[length];
        int offset = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
            {
                _values[i] = Slice.Null;
                continue;
            }

            value.CopyTo(_buffer, offset);
            _values[i] = new Slice(offset, value.Length);
            offset += value.Length;
        }
    }

    /// <summary>Before every row.</summary>
    public static ClusteringBound Bottom { get; } = new(ClusteringKind.InclusiveStart);

    /// <summary>After every row.</summary>
    public static ClusteringBound Top { get; } = new(ClusteringKind.InclusiveEnd);

    /// <summary>Row or kind of bound.</summary>
    public ClusteringKind Kind { get; }

    /// <summary>Number of values.</summary>
    public int Count => _values.Length;

    /// <summary>As a view, for comparison.</summary>
    public ClusteringView View => new(Kind, _buffer, _values);
}

/// <summary>Rows from one bound to another, in clustering order (start before end, whatever the direction of reading).</summary>
/// <param name="Start">An inclusive or exclusive start.</param>
/// <param name="End">An inclusive or exclusive end.</param>
public sealed record ClusteringSlice(ClusteringBound Start, ClusteringBound End)
{
    /// <summary>All rows.</summary>
    public static ClusteringSlice All { get; } = new(ClusteringBound.Bottom, ClusteringBound.Top);
}

/// <summary>
/// What to read: one partition or a range of them, which of their rows, and in which direction. The static row is always
/// read along. A single clustering is a slice of its inclusive start and inclusive end.
/// </summary>
public sealed record ReadRequest
{
    /// <summary>Everything.</summary>
    public static ReadRequest All { get; } = new();

    /// <summary>A single partition; when set, the range is not looked at.</summary>
    public DecoratedKey? Key { get; init; }

    /// <summary>Start of the range of partitions.</summary>
    public RingPosition From { get; init; } = RingPosition.Minimum;

    /// <summary>End of the range of partitions.</summary>
    public RingPosition To { get; init; } = RingPosition.Maximum;

    /// <summary>Slices of rows, sorted and not overlapping; one slice of all by default, empty for static rows only.</summary>
    public IReadOnlyList<ClusteringSlice> Slices { get; init; } = [ClusteringSlice.All];

    /// <summary>Whether rows come in reverse clustering order (partitions never do).</summary>
    public bool Reversed { get; init; }

    /// <summary>Whether every row is asked for.</summary>
    public bool IsAllRows => Slices.Count == 1 && ReferenceEquals(Slices[0], ClusteringSlice.All);
}

/// <summary>Something that holds partitions of one table and can be read by cursor: an SSTable, a memtable.</summary>
public interface IPartitionSource
{
    /// <summary>Opens a cursor on what is asked for. A cursor over nothing is empty, not null.</summary>
    UnfilteredCursor Read(ReadRequest request);
}
