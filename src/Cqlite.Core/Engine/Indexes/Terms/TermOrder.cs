using System.Buffers.Binary;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>The order of an index's terms: the one by which filters compare the same values.</summary>
internal sealed class TermOrder
{
    private readonly CqlType? _first;
    private readonly CqlType? _second;

    private TermOrder(CqlType? first, CqlType? second)
    {
        _first = first;
        _second = second;
    }

    /// <summary>Whether terms stand in the order of their bytes, so that those of one beginning stand together.</summary>
    public bool IsByteOrdered => _second is null && _first is null or { IsByteOrdered: true };

    /// <summary>The order of the terms of an index.</summary>
    public static TermOrder Of(ColumnIndex index)
    {
        if (index.Analysis is not null)
            return new TermOrder(null, null);
        CqlType type = index.Column.Type.Unreversed;
        return index.Part switch
        {
            IndexPart.Keys => new TermOrder(((MapType)type).Keys, null),
            IndexPart.Entries => new TermOrder(((MapType)type).Keys, ((MapType)type).Values),
            IndexPart.Elements when type is MapType map => new TermOrder(map.Values, null),
            IndexPart.Elements when type is SetType set => new TermOrder(set.Elements, null),
            IndexPart.Elements when type is ListType list => new TermOrder(list.Elements, null),
            _ => new TermOrder(type, null),
        };
    }

    /// <summary>The term of an entry of a map: the key's length, the key, the value.</summary>
    public static byte[] EntryOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        byte[] entry = new byte[sizeof(int) + key.Length + value.Length];
        BinaryPrimitives.WriteInt32BigEndian(entry, key.Length);
        key.CopyTo(entry.AsSpan(sizeof(int)));
        value.CopyTo(entry.AsSpan(sizeof(int) + key.Length));
        return entry;
    }

    /// <summary>Negative, zero or positive.</summary>
    public int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (_second is null)
            return _first is null ? left.SequenceCompareTo(right) : _first.Compare(left, right);
        int leftKey = BinaryPrimitives.ReadInt32BigEndian(left);
        int rightKey = BinaryPrimitives.ReadInt32BigEndian(right);
        int byKey = _first!.Compare(left.Slice(sizeof(int), leftKey), right.Slice(sizeof(int), rightKey));
        return byKey != 0 ? byKey : _second.Compare(left[(sizeof(int) + leftKey)..], right[(sizeof(int) + rightKey)..]);
    }
}
