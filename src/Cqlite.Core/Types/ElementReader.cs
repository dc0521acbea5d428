using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Types;

/// <summary>Goes over the elements of a serialized collection, which each have a length before them, or over the fields of a tuple.</summary>
/// <remarks>
/// <code>
/// collection   count(4) [length(4) bytes]*count    a map has two for each entry; a negative length is null
/// tuple        [length(4) bytes]*                  may end before its last field
/// </code>
/// Source: org/apache/cassandra/serializers/CollectionSerializer.java.
/// </remarks>
internal ref struct ElementReader
{
    private readonly string _kind;
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the elements, past a count.</summary>
    public ElementReader(ReadOnlySpan<byte> elements, string kind)
    {
        _rest = elements;
        _kind = kind;
    }

    /// <summary>What has not been read.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Starts a collection and reads its count, which may be negative in bytes that are none.</summary>
    public static ElementReader OfCollection(ReadOnlySpan<byte> value, string kind, out int count)
    {
        if (value.Length < 4)
            MarshalError.Throw("Not enough bytes to read a " + kind);
        count = BinaryPrimitives.ReadInt32BigEndian(value);
        return new ElementReader(value[4..], kind);
    }

    /// <summary>Reads an element; false where it is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Read(out ReadOnlySpan<byte> element)
    {
        if (_rest.Length < 4)
            ThrowShort();
        int length = BinaryPrimitives.ReadInt32BigEndian(_rest);
        if (length < 0)
        {
            _rest = _rest[4..];
            element = default;
            return false;
        }

        if (length > _rest.Length - 4)
            ThrowShort();
        element = _rest.Slice(4, length);
        _rest = _rest[(4 + length)..];
        return true;
    }

    /// <summary>Reads an element that must not be null.</summary>
    public ReadOnlySpan<byte> ReadValue()
    {
        if (!Read(out ReadOnlySpan<byte> element))
            MarshalError.Throw("Null value read when not allowed");
        return element;
    }

    /// <summary>Fails where bytes are left.</summary>
    public readonly void CheckEnd()
    {
        if (!_rest.IsEmpty)
            MarshalError.Throw($"Unexpected extraneous bytes after {_kind} value");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void ThrowShort() => MarshalError.Throw("Not enough bytes to read a " + _kind);
}
