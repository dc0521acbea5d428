namespace Cqlite.Core.Rows;

/// <summary>A clustering, or a prefix of one with its kind, as a view on somebody's bytes.</summary>
public readonly ref struct ClusteringView
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly ReadOnlySpan<Slice> _values;

    /// <summary>Creates a view.</summary>
    public ClusteringView(ClusteringKind kind, ReadOnlySpan<byte> buffer, ReadOnlySpan<Slice> values)
    {
        Kind = kind;
        _buffer = buffer;
        _values = values;
    }

    /// <summary>Row, static row or kind of bound.</summary>
    public ClusteringKind Kind { get; }

    /// <summary>Number of values: of a bound it may be less than the table's clustering columns.</summary>
    public int Count => _values.Length;

    /// <summary>Whether a value is null (older SSTables and compact tables have such).</summary>
    public bool IsNull(int index) => _values[index].IsNull;

    /// <summary>A value's bytes; empty also for null.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            Slice slice = _values[index];
            return slice.Length <= 0 ? default : _buffer.Slice(slice.Offset, slice.Length);
        }
    }
}
