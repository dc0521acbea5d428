using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Indexes.Stored;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>Writes sorted terms with their places as the blocks of an index file.</summary>
/// <remarks>The bytes are drawn on <see cref="TermIndex"/>.</remarks>
internal sealed class TermIndexWriter(IndexFileWriter output, TermOrder order)
{
    private const int LeafBytes = 4 * 1024;
    private const int PlacesBytes = 32 * 1024;
    private readonly BufferWriter _leaf = new(LeafBytes * 2);
    private readonly BufferWriter _places = new(PlacesBytes + 64);
    private readonly BufferWriter _leaves = new();
    private readonly BufferWriter _term = new();
    private readonly List<BlockRef> _blocks = [];
    private byte[] _firstOfLeaf = [];
    private RowPlace _last;
    private long _count;
    private long _countOfLeaf;
    private long _total;
    private int _leafCount;

    /// <summary>Adds a term; those that compare as equal become one.</summary>
    public void Add(ReadOnlySpan<byte> term, RowPlace place)
    {
        if (_count == 0 || order.Compare(_term.WrittenSpan, term) != 0)
        {
            EndTerm();
            _term.Clear();
            _term.Write(term);
        }
        else if (place == _last)
        {
            return;
        }

        if (_places.Length == 0)
            _last = default;
        AddPlace(place);
        _count++;
        if (_places.Length < PlacesBytes)
            return;
        _blocks.Add(output.WriteBlock(_places.WrittenSpan));
        _places.Clear();
    }

    /// <summary>Ends the file.</summary>
    public void Finish()
    {
        EndTerm();
        EndLeaf();
        BufferWriter root = new(_leaves.Length + 32);
        root.WriteUnsignedVInt((ulong)_total);
        root.WriteUnsignedVInt((ulong)_leafCount);
        root.Write(_leaves.WrittenSpan);
        output.Publish(root.WrittenSpan);
    }

    private void AddPlace(RowPlace place)
    {
        long step = place.Partition - _last.Partition;
        bool isFirst = _places.Length == 0;
        _places.WriteUnsignedVInt((ulong)(isFirst ? place.Partition : step));
        _places.WriteUnsignedVInt((ulong)(!isFirst && step == 0 ? place.Row - _last.Row : place.Row - place.Partition));
        _last = place;
    }

    private void EndTerm()
    {
        if (_count == 0)
            return;
        if (_blocks.Count > 0 && _places.Length > 0)
        {
            _blocks.Add(output.WriteBlock(_places.WrittenSpan));
            _places.Clear();
        }

        if (_leaf.Length == 0)
            _firstOfLeaf = _term.ToArray();
        _leaf.WriteVIntBytes(_term.WrittenSpan);
        _leaf.WriteUnsignedVInt((ulong)_count);
        _leaf.WriteUnsignedVInt((ulong)_blocks.Count);
        if (_blocks.Count == 0)
            _leaf.WriteVIntBytes(_places.WrittenSpan);
        foreach (BlockRef block in _blocks)
            block.Write(_leaf);
        _blocks.Clear();
        _places.Clear();
        _countOfLeaf += _count;
        _count = 0;
        if (_leaf.Length >= LeafBytes)
            EndLeaf();
    }

    private void EndLeaf()
    {
        if (_leaf.Length == 0)
            return;
        BlockRef block = output.WriteBlock(_leaf.WrittenSpan);
        _leaves.WriteVIntBytes(_firstOfLeaf);
        block.Write(_leaves);
        _leaves.WriteUnsignedVInt((ulong)_countOfLeaf);
        _leaf.Clear();
        _total += _countOfLeaf;
        _countOfLeaf = 0;
        _leafCount++;
    }
}
