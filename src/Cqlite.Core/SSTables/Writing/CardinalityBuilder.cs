using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Gathers hashes of partition keys into a HyperLogLog++ sketch: a list of 25-bit indexes as long as there are few, then 8,192
/// registers.
/// </summary>
/// <remarks>
/// <code>
/// number of the list, the lowest 12 bits of the index not all zero      index (25 bits) 0
/// else                                                                  index (25 bits) 63 - run length (6 bits) 1
/// run length      leading zeros of the hash after its first 13 bits, plus one
/// </code>
/// Numbers are gathered 1,537 at a time, sorted by index, and merged into the list as signed numbers; the two orders differ where run
/// lengths are told, so that the list is not quite sorted. This is kept, because it decides the bytes. They are drawn on
/// <see cref="CompactionMetadata"/>. Source: com.clearspring.analytics.stream.cardinality.HyperLogLogPlus 2.5.2 (p = 13, sp = 25), as
/// org/apache/cassandra/io/sstable/metadata/MetadataCollector.java uses it.
/// </remarks>
internal sealed class CardinalityBuilder
{
    private const int FormVersion = 2;
    private const int Precision = 13;
    private const int SparsePrecision = 25;
    private const int RegisterCount = 1 << Precision;
    private const int MostSparse = RegisterCount * 3 / 4;
    private const int BatchSize = (MostSparse / 4) + 1;
    private const int RegisterBits = 5;
    private const int RegistersPerWord = 6;
    private const int WordCount = (RegisterCount / RegistersPerWord) + 1;

    private readonly int[] _batch = new int[BatchSize];
    private int _batchCount;
    private int[] _sparse = [];
    private uint[]? _words;

    /// <summary>Adds a key's hash (MurmurHash2).</summary>
    public void Add(ulong hash)
    {
        if (_words is not null)
        {
            Raise((int)(hash >> (64 - Precision)), RunLength(hash));
            return;
        }

        _batch[_batchCount++] = Encode(hash);
        if (_batchCount < BatchSize)
            return;
        MergeBatch();
        if (_sparse.Length > MostSparse)
            Convert();
    }

    /// <summary>The sketch of all keys added.</summary>
    public CompactionMetadata Build()
    {
        BufferWriter sketch = new(8 * 1024);
        sketch.WriteInt32(-FormVersion);
        WriteSmall(sketch, Precision);
        WriteSmall(sketch, SparsePrecision);
        if (_words is not null)
        {
            WriteSmall(sketch, 0);
            WriteSmall(sketch, WordCount * sizeof(uint));
            foreach (uint word in _words)
                sketch.WriteInt32((int)word);
        }
        else
        {
            MergeBatch();
            WriteSmall(sketch, 1);
            WriteSmall(sketch, (uint)_sparse.Length);
            int previous = 0;
            foreach (int number in _sparse)
            {
                WriteSmall(sketch, unchecked((uint)(number - previous)));
                previous = number;
            }
        }

        BufferWriter framed = new(sketch.Length + sizeof(int));
        framed.WriteIntBytes(sketch.WrittenSpan);
        SpanReader reader = new(framed.WrittenSpan, "");
        return CompactionMetadata.Read(ref reader);
    }

    private static int Encode(ulong hash)
    {
        int index = (int)(hash >> (64 - SparsePrecision));
        bool tellsRunLength = (index & ((1 << (SparsePrecision - Precision)) - 1)) != 0;
        return tellsRunLength ? index << 1 : (((index << 6) | (RunLength(hash) ^ 63)) << 1) | 1;
    }

    private static int RunLength(ulong hash) => BitOperations.LeadingZeroCount((hash << Precision) | (1UL << (Precision - 1))) + 1;

    private static int IndexOf(int number) => (number & 1) == 1 ? number >>> 7 : number >>> 1;

    private static int CompareInBatch(int left, int right)
    {
        int byIndex = IndexOf(left).CompareTo(IndexOf(right));
        const int hashShift = Precision + 31 - SparsePrecision;
        return byIndex != 0 ? byIndex : (left << hashShift).CompareTo(right << hashShift);
    }

    private void MergeBatch()
    {
        if (_batchCount == 0)
            return;
        Span<int> batch = _batch.AsSpan(0, _batchCount);
        batch.Sort(CompareInBatch);
        int[] merged = new int[_sparse.Length + batch.Length];
        int count = 0;
        int nextOld = 0;
        int nextNew = 0;
        while (nextOld < _sparse.Length || nextNew < batch.Length)
        {
            if (nextNew == batch.Length)
            {
                merged[count++] = _sparse[nextOld++];
                continue;
            }

            int added = batch[nextNew];
            if (nextOld < _sparse.Length)
            {
                int old = _sparse[nextOld];
                bool isSame = IndexOf(old) == IndexOf(added);
                if (!isSame && old < added)
                {
                    merged[count++] = old;
                    nextOld++;
                    continue;
                }

                if (isSame)
                {
                    added = Math.Min(old, added);
                    nextOld++;
                }
            }

            merged[count++] = added;
            int index = IndexOf(batch[nextNew]);
            while (nextNew < batch.Length && IndexOf(batch[nextNew]) == index)
                nextNew++;
        }

        _sparse = count == merged.Length ? merged : merged[..count];
        _batchCount = 0;
    }

    private void Convert()
    {
        _words = new uint[WordCount];
        foreach (int number in _sparse)
        {
            int runLength = (number & 1) == 1
                ? ((number >>> 1) & 63) ^ 63
                : BitOperations.LeadingZeroCount((uint)number << (Precision + 31 - SparsePrecision)) + 1;
            Raise(IndexOf(number) >> (SparsePrecision - Precision), runLength);
        }

        _sparse = [];
    }

    private void Raise(int register, int runLength)
    {
        ref uint word = ref _words![register / RegistersPerWord];
        int shift = register % RegistersPerWord * RegisterBits;
        uint mask = ((1u << RegisterBits) - 1) << shift;
        uint value = (uint)runLength << shift;
        if ((word & mask) < value)
            word = (word & ~mask) | value;
    }

    /// <summary>Seven bits a byte, low ones first.</summary>
    private static void WriteSmall(BufferWriter output, uint value)
    {
        while (value >= 0x80)
        {
            output.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        output.WriteByte((byte)value);
    }
}
