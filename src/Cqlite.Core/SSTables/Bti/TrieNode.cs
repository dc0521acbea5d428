using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cqlite.Core.Errors;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// A node of a trie, looked at where it lies in its page. That the node is whole is checked once, when it is looked at; that a
/// child lies before its parent, which keeps walks from going in circles, whenever one is asked for.
/// </summary>
/// <remarks>The bytes are drawn on <see cref="TrieNodeType"/>. Source: org/apache/cassandra/io/tries/TrieNode.java.</remarks>
internal readonly ref struct TrieNode
{
    private readonly PagedFile _file;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly TrieNodeType _type;
    private readonly int _range;
    private readonly int _nodeBytes;

    /// <summary>Looks at a node.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="page">The page that has the position.</param>
    /// <param name="position">Offset of the node in the file.</param>
    public TrieNode(PagedFile file, byte[] page, long position)
    {
        _file = file;
        Position = position;
        _bytes = page.AsSpan((int)(position & (PageCache.PageBytes - 1)));
        byte first = _bytes[0];
        _type = (TrieNodeType)(first >> 4);
        if (_type == TrieNodeType.PayloadOnly)
        {
            _nodeBytes = 1;
            return;
        }

        if (_type.IsSingle())
        {
            _range = 1;
        }
        else
        {
            int header = _type.IsDense() ? 3 : 2;
            if (_bytes.Length < header)
                Throw("a node is cut off by the end of its page.");
            _range = _type.IsDense() ? _bytes[2] + 1 : _bytes[1];
            if (_range == 0)
                Throw("a sparse node has no children.");
            if (_type.IsDense() && _bytes[1] + _range > 256)
                Throw($"a dense node has children for {_range} bytes from {_bytes[1]} on, past the last byte.");
        }

        _nodeBytes = _type.NodeBytes(_range);
        if (_nodeBytes > _bytes.Length)
            Throw($"a node of {_nodeBytes:N0} bytes is cut off by the end of its page, {_bytes.Length:N0} left.");
    }

    /// <summary>Offset in the file.</summary>
    public long Position { get; }

    /// <summary>Number of places for children: valid indexes are below it, in the order of their bytes. Dense nodes may leave places empty.</summary>
    public int ChildRange => _range;

    /// <summary>Whether there are children.</summary>
    public bool HasChildren => _range != 0;

    /// <summary>The four payload bits; 0 for no payload.</summary>
    public int PayloadBits => _type.AllowsPayload() ? _bytes[0] & 0xF : 0;

    /// <summary>Offset in the file of the payload.</summary>
    public long PayloadPosition => Position + _nodeBytes;

    /// <summary>What follows the node in its page: the payload, where there is one.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[_nodeBytes..];

    /// <summary>The byte that leads to a child.</summary>
    public byte ChildByte(int index) => _type switch
    {
        TrieNodeType.SingleNoPayload12 => _bytes[2],
        TrieNodeType.SingleNoPayload4 or TrieNodeType.Single8 or TrieNodeType.Single16 => _bytes[1],
        < TrieNodeType.Dense12 => _bytes[2 + index],
        _ => (byte)(_bytes[1] + index),
    };

    /// <summary>Index of the child that a byte leads to, or the complement of the index of the first place for a greater byte.</summary>
    public int Search(byte wanted)
    {
        if (_range == 0)
            return ~0;
        if (_type.IsSparse())
            return SearchSparse(wanted);

        int index = wanted - ChildByte(0);
        if (index < 0)
            return ~0;
        if (index >= _range)
            return ~_range;
        return _type.IsDense() && Distance(index) == 0 ? ~index : index;
    }

    /// <summary>Offset of a child; -1 where the place is empty.</summary>
    public long Child(int index)
    {
        ulong distance = Distance(index);
        if (distance == 0 && _type.IsDense())
            return -1;
        if (distance == 0 || distance > (ulong)Position)
            Throw($"a child is {distance:N0} bytes before its parent, which can't be.");

        return Position - (long)distance;
    }

    /// <summary>Index of the first child at or after a place; -1 where there is none.</summary>
    public int NextChild(int index)
    {
        if (!_type.IsDense())
            return index < _range ? index : -1;
        while (index < _range && Distance(index) == 0)
            index++;
        return index < _range ? index : -1;
    }

    /// <summary>Index of the last child at or before a place; -1 where there is none.</summary>
    public int PreviousChild(int index)
    {
        while (_type.IsDense() && index >= 0 && Distance(index) == 0)
            index--;
        return index;
    }

    /// <summary>Fails at this node.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Throw(string problem) => throw new CorruptDataException(_file.Path, Position, problem);

    private int SearchSparse(byte wanted)
    {
        ReadOnlySpan<byte> bytes = _bytes.Slice(2, _range);
        int low = 0;
        int high = bytes.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            byte here = bytes[middle];
            if (here == wanted)
                return middle;
            if (here < wanted)
                low = middle + 1;
            else
                high = middle;
        }

        return ~low;
    }

    private ulong Distance(int index)
    {
        int start = _type switch
        {
            TrieNodeType.SingleNoPayload4 or TrieNodeType.SingleNoPayload12 => 0,
            TrieNodeType.Single8 or TrieNodeType.Single16 => 2,
            < TrieNodeType.Dense12 => 2 + _range,
            _ => 3,
        };
        ReadOnlySpan<byte> at = _bytes[start..];
        switch (_type.PointerBits())
        {
            case 4:
                return at[0] & 0xFu;
            case 8:
                return at[index];
            case 12:
                // Singles keep the type in the first four bits, where packed lists have the pointer before.
                if (_type == TrieNodeType.SingleNoPayload12)
                    return BinaryPrimitives.ReadUInt16BigEndian(at) & 0xFFFu;
                uint word = BinaryPrimitives.ReadUInt16BigEndian(at[((3 * index) >> 1)..]);
                return (index & 1) == 0 ? word >> 4 : word & 0xFFF;
            case 16:
                return BinaryPrimitives.ReadUInt16BigEndian(at[(2 * index)..]);
            case 24:
                at = at[(3 * index)..];
                return ((uint)at[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(at[1..]);
            case 32:
                return BinaryPrimitives.ReadUInt32BigEndian(at[(4 * index)..]);
            case 40:
                at = at[(5 * index)..];
                return ((ulong)at[0] << 32) | BinaryPrimitives.ReadUInt32BigEndian(at[1..]);
            default:
                return BinaryPrimitives.ReadUInt64BigEndian(at[(8 * index)..]);
        }
    }
}

/// <summary>Looks at one node after another, keeping the page.</summary>
internal struct TrieReader
{
    private readonly PagedFile _file;
    private long _pageNumber = -1;
    private byte[] _page = [];

    /// <summary>Starts on a file.</summary>
    public TrieReader(PagedFile file) => _file = file;

    /// <summary>The node at a position, which must be within the file.</summary>
    [UnscopedRef]
    public TrieNode At(long position)
    {
        long number = position >> PageCache.PageShift;
        if (number != _pageNumber)
        {
            if ((ulong)position >= (ulong)_file.Length)
                _file.Check(position, 1);
            _page = _file.GetPage(number);
            _pageNumber = number;
        }

        // The last page may be shorter than others.
        if ((position & (PageCache.PageBytes - 1)) >= _page.Length)
            _file.Check(position, 1);
        return new TrieNode(_file, _page, position);
    }
}
