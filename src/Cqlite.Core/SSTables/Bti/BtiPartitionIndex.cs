using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>Appends the partition key that the data file has at a position, which is one that the index gave.</summary>
internal delegate void DataKeyReader(long dataPosition, BufferWriter key);

/// <summary>
/// Partitions.db: a trie of the shortest prefixes that tell partition keys apart. Since it holds no whole keys, a leaf that is
/// found is compared with the key in Rows.db or in the data file.
/// </summary>
/// <remarks>
/// <code>
/// trie         nodes, children before parents, packed into pages of 4,096 bytes
/// first key    unsigned 16-bit length, bytes
/// last key     unsigned 16-bit length, bytes
/// footer       int64 offset of the first key, int64 number of keys, int64 offset of the root
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/bti/{PartitionIndex,BtiTableReader}.java.
/// </remarks>
internal sealed class BtiPartitionIndex : PartitionIndex
{
    private const int FooterBytes = 24;

    [ThreadStatic]
    private static BufferWriter? t_comparable;

    [ThreadStatic]
    private static BufferWriter? t_key;

    private readonly PagedFile _partitions;
    private readonly PagedFile _rows;
    private readonly Partitioner _partitioner;
    private readonly ClusteringComparator _clustering;
    private readonly long _dataLength;
    private readonly DataKeyReader _readDataKey;
    private readonly long _root;
    private readonly byte[] _firstKey;
    private readonly byte[] _lastKey;

    /// <summary>Opens an index. The files belong to it from then on, also when opening fails.</summary>
    /// <param name="partitions">Partitions.db.</param>
    /// <param name="rows">Rows.db, which is empty where no partition's rows are indexed.</param>
    /// <param name="partitioner">The table's partitioner.</param>
    /// <param name="clustering">The order of the table's rows.</param>
    /// <param name="dataLength">Length of the uncompressed data file.</param>
    /// <param name="readDataKey">Reads keys from the data file.</param>
    /// <param name="pages">Keeps pages of both files.</param>
    /// <exception cref="CorruptDataException">The footer or the keys before it do not fit the file.</exception>
    public BtiPartitionIndex(
        IReadableFile partitions,
        IReadableFile rows,
        Partitioner partitioner,
        ClusteringComparator clustering,
        long dataLength,
        DataKeyReader readDataKey,
        PageCache pages)
    {
        _partitions = new PagedFile(partitions, pages);
        _rows = new PagedFile(rows, pages);
        _partitioner = partitioner;
        _clustering = clustering;
        _dataLength = dataLength;
        _readDataKey = readDataKey;
        bool opened = false;
        try
        {
            (_firstKey, _lastKey, KeyCount, _root) = ReadFooter(_partitions);
            opened = true;
        }
        finally
        {
            if (!opened)
                Dispose();
        }
    }

    /// <summary>Number of partitions, as the footer has it.</summary>
    public long KeyCount { get; }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> FirstKey => _firstKey;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> LastKey => _lastKey;

    /// <inheritdoc/>
    public override bool TryFind(Token token, ReadOnlySpan<byte> key, out PartitionEntry entry)
    {
        entry = default;
        if (KeyCount == 0)
            return false;
        BufferWriter comparable = Cleared(ref t_comparable);
        TrieKey.WriteKey(_partitioner, token, key, comparable);

        TrieReader reader = new(_partitions);
        TrieNode node = reader.At(_root);
        ReadOnlySpan<byte> wanted = comparable.WrittenSpan;
        int depth = 0;
        while (depth < wanted.Length && node.Search(wanted[depth]) is var child and >= 0)
        {
            node = reader.At(node.Child(child));
            depth++;
        }

        // A prefix of the key is its leaf; where it ends within the trie, only the whole key would be.
        if (!HasEntry(node, depth == wanted.Length))
            return false;
        PartitionTriePayload payload = PartitionTriePayload.Read(node);
        if (!payload.CanBe(PartitionTriePayload.HashOf(key)))
            return false;

        if (payload.HasRowIndex)
        {
            if (!RowIndexEntry.IsOf(_rows, payload.Position, key))
                return false;
        }
        else
        {
            BufferWriter stored = Cleared(ref t_key);
            _readDataKey(DataPositionOf(payload, node), stored);
            if (!stored.WrittenSpan.SequenceEqual(key))
                return false;
        }

        entry = EntryOf(payload, node);
        return true;
    }

    /// <inheritdoc/>
    public override long FindFirstAtOrAfter(in RingPosition position)
    {
        if (KeyCount == 0 || IsAfterAllTokens(position))
            return _dataLength;

        TrieReader reader = new(_partitions);
        TrieNode node = reader.At(_root);
        long greater = -1;
        if (IsBeforeAllTokens(position))
        {
            greater = _root;
        }
        else
        {
            BufferWriter comparable = Cleared(ref t_comparable);
            TrieKey.WritePosition(_partitioner, position, comparable);
            ReadOnlySpan<byte> wanted = comparable.WrittenSpan;
            for (int depth = 0; ; depth++)
            {
                int index = depth < wanted.Length ? node.Search(wanted[depth]) : ~0;
                int next = node.NextChild(index < 0 ? ~index : index + 1);
                if (next >= 0)
                    greater = node.Child(next);
                if (index < 0)
                {
                    // The leaf of a prefix may stand for a key on either side.
                    if (HasEntry(node, depth == wanted.Length) && PartitionTriePayload.Read(node) is var payload && IsAtOrAfter(payload, node, position))
                        return EntryOf(payload, node).DataPosition;
                    break;
                }

                node = reader.At(node.Child(index));
            }
        }

        if (greater < 0)
            return _dataLength;
        node = reader.At(greater);
        while (node.PayloadBits == 0)
        {
            int first = node.NextChild(0);
            if (first < 0)
                node.Throw("a leaf has no payload.");
            node = reader.At(node.Child(first));
        }

        return EntryOf(PartitionTriePayload.Read(node), node).DataPosition;
    }

    /// <inheritdoc/>
    public override PartitionIndexCursor Walk() => new BtiPartitionIndexCursor(this);

    /// <inheritdoc/>
    public override RowIndexCursor OpenRows(in PartitionEntry entry, bool reversed)
    {
        if (!entry.HasRowIndex)
            throw new ArgumentException("the partition has no row index.", nameof(entry));
        return new BtiRowIndexCursor(_rows, RowIndexEntry.Read(_rows, entry.RowIndexPosition, _dataLength), _clustering, reversed, _dataLength);
    }

    /// <summary>What Rows.db says of a partition whose rows are indexed.</summary>
    public RowIndexEntry ReadRowIndexEntry(in PartitionEntry entry) => RowIndexEntry.Read(_rows, entry.RowIndexPosition, _dataLength);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _partitions.Dispose();
        _rows.Dispose();
    }

    /// <summary>A cursor on the trie itself.</summary>
    internal TrieCursor OpenTrie() => new(_partitions, _root);

    /// <summary>The entry that a leaf stands for.</summary>
    internal PartitionEntry EntryOf(PartitionTriePayload payload, in TrieNode leaf) => payload.HasRowIndex
        ? new PartitionEntry(RowIndexEntry.Read(_rows, payload.Position, _dataLength).DataPosition, payload.Position, 0)
        : new PartitionEntry(DataPositionOf(payload, leaf), -1, 0);

    /// <summary>Appends the key of the partition that a leaf stands for.</summary>
    internal void ReadKey(PartitionTriePayload payload, in TrieNode leaf, BufferWriter key)
    {
        if (payload.HasRowIndex)
            RowIndexEntry.ReadKey(_rows, payload.Position, key);
        else
            _readDataKey(DataPositionOf(payload, leaf), key);
    }

    /// <summary>Appends the form in which a key stands in the trie.</summary>
    internal void WriteComparable(ReadOnlySpan<byte> key, BufferWriter output) => TrieKey.WriteKey(_partitioner, _partitioner.TokenOf(key), key, output);

    /// <summary>Fails at an offset of Partitions.db.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    internal void Throw(long position, string problem) => throw new CorruptDataException(_partitions.Path, position, problem);

    private static (byte[] First, byte[] Last, long KeyCount, long Root) ReadFooter(PagedFile file)
    {
        const int smallest = FooterBytes + (2 * sizeof(ushort)) + 1;
        if (file.Length < smallest)
            throw new CorruptDataException(file.Path, -1, $"is {file.Length:N0} bytes long; a partition index has at least {smallest}.");

        long footer = file.Length - FooterBytes;
        Span<byte> bytes = stackalloc byte[FooterBytes];
        file.Read(footer, bytes);
        SpanReader reader = new(bytes, file.Path, footer);
        long firstPosition = reader.ReadInt64();
        if (firstPosition <= 0 || firstPosition > footer - (2 * sizeof(ushort)))
            throw new CorruptDataException(file.Path, footer, $"the first key is said to lie at byte {firstPosition:N0}, which is not between the trie and the footer.");
        long keyCount = reader.ReadInt64();
        if (keyCount < 0 || keyCount > firstPosition)
            throw new CorruptDataException(file.Path, footer + 8, $"{keyCount:N0} keys can't be in a trie of {firstPosition:N0} bytes.");
        long root = reader.ReadInt64();
        if (root < 0 || root >= firstPosition)
            throw new CorruptDataException(file.Path, footer + 16, $"the root is said to lie at byte {root:N0}; the trie ends at {firstPosition:N0}.");

        if (footer - firstPosition > 2 * (sizeof(ushort) + (long)ushort.MaxValue))
            throw new CorruptDataException(file.Path, footer, $"the first key is said to lie at byte {firstPosition:N0}, too far before the footer for two keys.");
        byte[] keys = new byte[footer - firstPosition];
        file.Read(firstPosition, keys);
        reader = new SpanReader(keys, file.Path, firstPosition);
        byte[] first = reader.ReadShortBytes().ToArray();
        byte[] last = reader.ReadShortBytes().ToArray();
        if (reader.Remaining != 0)
            reader.Throw($"{reader.Remaining:N0} bytes between the last key and the footer belong to neither.");
        return (first, last, keyCount, root);
    }

    private static BufferWriter Cleared(ref BufferWriter? scratch)
    {
        scratch ??= new BufferWriter();
        scratch.Clear();
        return scratch;
    }

    /// <summary>Whether a search that ends at a node has found an entry: it is a leaf, or the whole key led there.</summary>
    private static bool HasEntry(in TrieNode node, bool isWholeKey)
    {
        if (node.PayloadBits == 0)
        {
            if (!node.HasChildren)
                node.Throw("a leaf has no payload.");
            return false;
        }

        return isWholeKey || !node.HasChildren;
    }

    private long DataPositionOf(PartitionTriePayload payload, in TrieNode leaf)
    {
        if (payload.DataPosition >= _dataLength)
            leaf.Throw($"a partition is said to lie at byte {payload.DataPosition:N0} of a data file of {_dataLength:N0} bytes.");
        return payload.DataPosition;
    }

    private bool IsAtOrAfter(PartitionTriePayload payload, in TrieNode leaf, in RingPosition position)
    {
        BufferWriter stored = Cleared(ref t_key);
        ReadKey(payload, leaf, stored);
        ReadOnlySpan<byte> key = stored.WrittenSpan;
        return _partitioner.Compare(_partitioner.TokenOf(key), key, position) >= 0;
    }

    // The ends of the ring stand outside of what tokens can be, and have no byte-comparable form.
    private bool IsBeforeAllTokens(in RingPosition position) => position.Token.Value < SmallestToken;

    private bool IsAfterAllTokens(in RingPosition position) => position.Token.Value > GreatestToken || (_partitioner.TokensAreKeys && position.Key is null && position.Token.Value >= 0);

    private Int128 SmallestToken => ReferenceEquals(_partitioner, Partitioner.Murmur3) ? long.MinValue : 0;

    private Int128 GreatestToken => _partitioner.TokensAreKeys ? 0 : ReferenceEquals(_partitioner, Partitioner.Random) ? Int128.MaxValue : long.MaxValue;
}
