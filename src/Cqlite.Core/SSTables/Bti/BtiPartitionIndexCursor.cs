using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// Walks all leaves of Partitions.db with their keys, and checks what lookups can't: that each key belongs to its place in the trie,
/// that its hash bits are its own, that data positions rise, and that there are as many keys as the footer says.
/// </summary>
internal sealed class BtiPartitionIndexCursor(BtiPartitionIndex index) : PartitionIndexCursor
{
    private readonly TrieCursor _trie = index.OpenTrie();
    private readonly BufferWriter _key = new();
    private readonly BufferWriter _comparable = new();
    private PartitionEntry _entry;
    private long _count;

    /// <inheritdoc/>
    public override PartitionEntry Entry => _entry;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => _key.WrittenSpan;

    /// <inheritdoc/>
    public override long IndexFilePosition => _trie.Position;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (index.KeyCount == 0 || !(_count == 0 ? _trie.MoveToFirst() : _trie.MoveNext()))
        {
            if (_count != index.KeyCount)
                index.Throw(-1, $"has {_count:N0} keys, but counts {index.KeyCount:N0}.");
            if (_count != 0 && !_key.WrittenSpan.SequenceEqual(index.LastKey.Span))
                index.Throw(-1, "names another last key than its trie leads to.");
            return false;
        }

        TrieNode leaf = _trie.Node;
        PartitionTriePayload payload = PartitionTriePayload.Read(leaf);
        PartitionEntry entry = index.EntryOf(payload, leaf);
        _key.Clear();
        index.ReadKey(payload, leaf, _key);
        _comparable.Clear();
        index.WriteComparable(_key.WrittenSpan, _comparable);
        if (!_comparable.WrittenSpan.StartsWith(_trie.Path))
            leaf.Throw($"leads to a partition at byte {entry.DataPosition:N0}, whose key does not belong here.");
        if (!payload.CanBe(PartitionTriePayload.HashOf(_key.WrittenSpan)))
            leaf.Throw($"has hash bits 0x{payload.HashBits:x2}, which are not those of its key.");
        if (_count == 0 && !_key.WrittenSpan.SequenceEqual(index.FirstKey.Span))
            leaf.Throw("is the first, but the index names another first key.");
        if (_count > 0 && entry.DataPosition <= _entry.DataPosition)
            leaf.Throw($"leads to a partition at byte {entry.DataPosition:N0}, which is not after the one before at {_entry.DataPosition:N0}.");
        if (++_count > index.KeyCount)
            leaf.Throw($"is key number {_count:N0} of an index that counts {index.KeyCount:N0}.");
        _entry = entry;
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
