using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Samples the keys of Index.db and writes Summary.db.</summary>
/// <remarks>
/// <code>
/// int              keys between two entries
/// int              number of entries
/// long             bytes of offsets and entries
/// int              sampling level (128: all samples kept)
/// int              number of entries at full sampling
/// int * entries    little-endian: where the entry begins, counted from the first offset
/// entries          key, long offset in Index.db (little-endian)
/// int + bytes      first key, last key
/// </code>
/// Source: org/apache/cassandra/io/sstable/indexsummary/{IndexSummaryBuilder,IndexSummary}.java, io/sstable/format/big/IndexSummaryComponent.java.
/// </remarks>
internal sealed class SummaryBuilder
{
    private const int FullSampling = 128;
    private const int ExpectedEntryBytes = 64 + sizeof(long);
    private readonly BufferWriter _entries = new();
    private readonly List<int> _starts = [];
    private readonly int _interval;
    private long _keyCount;
    private long _nextSample;

    /// <summary>Creates a builder.</summary>
    /// <param name="interval">Keys between two entries (min_index_interval).</param>
    /// <param name="expectedKeyCount">Expected number of keys; so many that entries would not fit memory widen the interval.</param>
    public SummaryBuilder(int interval, long expectedKeyCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, 1);
        _interval = expectedKeyCount / interval * ExpectedEntryBytes > int.MaxValue
            ? (int)Math.Ceiling((double)(expectedKeyCount * ExpectedEntryBytes) / int.MaxValue)
            : interval;
    }

    /// <summary>Notes a key, which may become an entry.</summary>
    public void Add(ReadOnlySpan<byte> key, long indexPosition)
    {
        if (_keyCount++ != _nextSample)
            return;
        _nextSample += _interval;
        if (_entries.Length + (long)key.Length + sizeof(long) > Array.MaxLength - (_starts.Count * (long)sizeof(int)))
            return;
        _starts.Add(_entries.Length);
        _entries.Write(key);
        BinaryPrimitives.WriteInt64LittleEndian(_entries.GetSpan(sizeof(long)), indexPosition);
        _entries.Advance(sizeof(long));
    }

    /// <summary>Appends Summary.db.</summary>
    public void Write(BufferWriter output, ReadOnlySpan<byte> firstKey, ReadOnlySpan<byte> lastKey)
    {
        int offsetBytes = _starts.Count * sizeof(int);
        output.WriteInt32(_interval);
        output.WriteInt32(_starts.Count);
        output.WriteInt64(offsetBytes + (long)_entries.Length);
        output.WriteInt32(FullSampling);
        output.WriteInt32((int)Math.Ceiling(_keyCount / (double)_interval));
        foreach (int start in _starts)
            output.WriteInt32(BinaryPrimitives.ReverseEndianness(start + offsetBytes));
        output.Write(_entries.WrittenSpan);
        output.WriteIntBytes(firstKey);
        output.WriteIntBytes(lastKey);
    }
}
