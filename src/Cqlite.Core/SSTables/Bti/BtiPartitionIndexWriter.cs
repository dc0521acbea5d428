using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// Writes Partitions.db from partitions in their order. Of each key no more goes into the trie than tells it from the keys before
/// and after, so that a key is added once the next one is known.
/// </summary>
/// <remarks>Source: org/apache/cassandra/io/sstable/format/bti/PartitionIndexBuilder.java. The bytes are drawn on <see cref="BtiPartitionIndex"/>.</remarks>
internal sealed class BtiPartitionIndexWriter
{
    private readonly Partitioner _partitioner;
    private readonly PagedWriter _output;
    private readonly TrieWriter _trie;
    private readonly BufferWriter _lastKey = new();
    private BufferWriter _last = new();
    private BufferWriter _current = new();
    private byte[] _firstKey = [];
    private PartitionTriePayload _lastPayload;
    private int _lastDifference;
    private bool _hasLast;

    /// <summary>Creates a writer.</summary>
    /// <param name="file">Partitions.db, empty; it stays the caller's to sync and close.</param>
    /// <param name="partitioner">The table's partitioner.</param>
    public BtiPartitionIndexWriter(IWritableFile file, Partitioner partitioner)
    {
        _partitioner = partitioner;
        _output = new PagedWriter(file);
        _trie = new TrieWriter(_output);
    }

    /// <summary>Adds a partition without a row index.</summary>
    public void AddData(Token token, ReadOnlySpan<byte> key, long dataPosition) => Add(token, key, ~dataPosition);

    /// <summary>Adds a partition whose rows are indexed.</summary>
    /// <param name="token">The key's token.</param>
    /// <param name="key">The partition key.</param>
    /// <param name="rowIndexPosition">Offset of its entry in Rows.db.</param>
    public void AddRowIndex(Token token, ReadOnlySpan<byte> key, long rowIndexPosition) => Add(token, key, rowIndexPosition);

    /// <summary>Writes what is left, the first and the last key and the footer.</summary>
    public void Complete()
    {
        if (_hasLast)
            AddLast(_lastDifference);
        long count = _trie.Count;
        long root = _trie.Complete();
        long keysPosition = _output.Position;
        BufferWriter output = _output.Next();
        output.WriteShortBytes(_firstKey);
        output.WriteShortBytes(_lastKey.WrittenSpan);
        output.WriteInt64(keysPosition);
        output.WriteInt64(count);
        output.WriteInt64(root);
        _output.Flush();
    }

    private void Add(Token token, ReadOnlySpan<byte> key, long position)
    {
        _current.Clear();
        ByteComparable.WriteKey(_partitioner, token, key, _current);
        if (_hasLast)
        {
            // The first byte that differs counts too.
            int difference = 1 + _current.WrittenSpan.CommonPrefixLength(_last.WrittenSpan);
            AddLast(Math.Max(difference, _lastDifference));
            _lastDifference = difference;
        }
        else
        {
            _firstKey = key.ToArray();
            _hasLast = true;
        }

        (_last, _current) = (_current, _last);
        _lastKey.Clear();
        _lastKey.Write(key);
        _lastPayload = new PartitionTriePayload(position, PartitionTriePayload.HashOf(key));
    }

    private void AddLast(int prefixBytes)
    {
        ReadOnlySpan<byte> comparable = _last.WrittenSpan;
        _trie.Add(comparable[..Math.Min(prefixBytes, comparable.Length)], _lastPayload.ToStored());
    }
}
