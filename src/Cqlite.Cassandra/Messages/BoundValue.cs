namespace Cqlite.Cassandra.Messages;

/// <summary>A value for a bind marker: serialized bytes, null, or unset, which leaves a column as it is.</summary>
internal readonly struct BoundValue
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly byte _state;

    private BoundValue(ReadOnlyMemory<byte> bytes, byte state)
    {
        _bytes = bytes;
        _state = state;
    }

    /// <summary>Null.</summary>
    public static BoundValue Null => default;

    /// <summary>Unset; exists from version 4 on.</summary>
    public static BoundValue Unset => new(default, 1);

    /// <summary>A serialized value, perhaps of no bytes.</summary>
    public static BoundValue Of(ReadOnlyMemory<byte> bytes) => new(bytes, 2);

    /// <summary>Whether it is null.</summary>
    public bool IsNull => _state == 0;

    /// <summary>Whether it is unset.</summary>
    public bool IsUnset => _state == 1;

    /// <summary>The serialized value; empty for null and unset.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;
}
