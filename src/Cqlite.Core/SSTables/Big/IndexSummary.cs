using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Big;

/// <summary>Every so-manieth key of Index.db with its place there, in memory.</summary>
/// <remarks>
/// <code>
/// int             min_index_interval
/// int             number of samples
/// long            length of offsets and samples
/// int             sampling level, of 128
/// int             number of samples at full sampling
/// int * samples   offset of each sample from here, little-endian
/// samples         key, then long position in Index.db, little-endian; a key's length is what the offsets leave
/// int + bytes     first key
/// int + bytes     last key
/// </code>
/// Source: org/apache/cassandra/io/sstable/indexsummary/IndexSummary.java, io/sstable/format/big/IndexSummaryComponent.java.
/// </remarks>
internal sealed class IndexSummary
{
    private const int FullSampling = 128;
    private const int DefaultInterval = 128;
    private const int HeadLength = 24;

    private readonly byte[] _samples;
    private readonly int[] _ends;

    private IndexSummary(byte[] samples, int[] ends)
    {
        _samples = samples;
        _ends = ends;
    }

    /// <summary>Number of samples; at least one.</summary>
    public int Count => _ends.Length;

    /// <summary>Keys between two samples at full sampling.</summary>
    public int MinIndexInterval { get; private init; } = DefaultInterval;

    /// <summary>How many of 128 samples were kept.</summary>
    public int SamplingLevel { get; private init; } = FullSampling;

    /// <summary>Number of samples at full sampling.</summary>
    public int SizeAtFullSampling { get; private init; }

    /// <summary>The first partition's key.</summary>
    public required ReadOnlyMemory<byte> FirstKey { get; init; }

    /// <summary>The last partition's key.</summary>
    public required ReadOnlyMemory<byte> LastKey { get; init; }

    /// <summary>A sample's key.</summary>
    public ReadOnlySpan<byte> KeyOf(int sample)
    {
        int start = StartOf(sample);
        return _samples.AsSpan(start, _ends[sample] - start - sizeof(long));
    }

    /// <summary>A sample's position in Index.db.</summary>
    public long PositionOf(int sample) => BinaryPrimitives.ReadInt64LittleEndian(_samples.AsSpan(_ends[sample] - sizeof(long)));

    /// <summary>The last sample that is not behind a key; -1 when all are.</summary>
    public int Floor(Partitioner partitioner, Token token, ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            ReadOnlySpan<byte> sample = KeyOf(middle);
            if (partitioner.Compare(partitioner.TokenOf(sample), sample, token, key) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    /// <summary>The last sample that is not behind a place on the ring; -1 when all are.</summary>
    public int Floor(Partitioner partitioner, in RingPosition position)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            ReadOnlySpan<byte> sample = KeyOf(middle);
            if (partitioner.Compare(partitioner.TokenOf(sample), sample, position) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    /// <summary>Reads Summary.db.</summary>
    public static IndexSummary Read(IFileSystem files, string path, long indexLength)
    {
        byte[] content = files.ReadAll(path, Array.MaxLength);
        if (content.Length == 0)
            throw new CorruptDataException(path, -1, "is empty.");
        SpanReader reader = new(content, path);
        int interval = reader.ReadInt32();
        int count = reader.ReadInt32();
        long length = reader.ReadInt64();
        int level = reader.ReadInt32();
        int full = reader.ReadInt32();
        if (count <= 0 || length < count * (long)sizeof(int) || length > reader.Remaining || level is < 1 or > FullSampling || interval < 1)
        {
            throw new CorruptDataException(
                path,
                0,
                $"{count:N0} samples in {length:N0} bytes at level {level} and interval {interval:N0} do not fit a file of {content.Length:N0} bytes.");
        }

        int[] ends = ReadEnds(ref reader, count, (int)length, out byte[] samples);
        IndexSummary summary = new(samples, ends)
        {
            MinIndexInterval = interval,
            SamplingLevel = level,
            SizeAtFullSampling = full,
            FirstKey = reader.ReadIntBytes().ToArray(),
            LastKey = reader.ReadIntBytes().ToArray(),
        };
        if (reader.Remaining != 0)
            reader.Throw($"{reader.Remaining:N0} bytes follow the last key.");
        long previous = -1;
        for (int i = 0; i < count; i++)
        {
            long position = summary.PositionOf(i);
            if (position <= previous || position >= indexLength || (i == 0 && position != 0))
                throw new CorruptDataException(path, HeadLength, $"sample {i:N0} can't be at {position:N0} of {indexLength:N0} bytes, after {previous:N0}.");
            previous = position;
        }

        if (!summary.KeyOf(0).SequenceEqual(summary.FirstKey.Span))
            throw new CorruptDataException(path, HeadLength, "the first sample is not the first key.");
        return summary;
    }

    private static int[] ReadEnds(ref SpanReader reader, int count, int length, out byte[] samples)
    {
        ReadOnlySpan<byte> offsets = reader.ReadBytes(count * sizeof(int));
        int samplesLength = length - (count * sizeof(int));
        int[] ends = new int[count];
        int start = 0;
        for (int i = 0; i < count; i++)
        {
            int begin = BinaryPrimitives.ReadInt32LittleEndian(offsets[(i * sizeof(int))..]) - (count * sizeof(int));
            int end = i + 1 < count
                ? BinaryPrimitives.ReadInt32LittleEndian(offsets[((i + 1) * sizeof(int))..]) - (count * sizeof(int))
                : samplesLength;
            if (begin != start || end < begin + sizeof(long) || end > samplesLength)
                throw new CorruptDataException(reader.File, HeadLength + (i * sizeof(int)), $"sample {i:N0} can't reach from {begin:N0} to {end:N0} of {samplesLength:N0} bytes.");
            ends[i] = end;
            start = end;
        }

        samples = reader.ReadBytes(samplesLength).ToArray();
        return ends;
    }

    private int StartOf(int sample) => sample == 0 ? 0 : _ends[sample - 1];

    /// <summary>Makes a summary from all keys of an index.</summary>
    internal sealed class Builder
    {
        private readonly BufferWriter _samples = new(4096);
        private readonly List<int> _ends = [];
        private byte[] _first = [];
        private byte[] _last = [];
        private int _lastLength;
        private long _keys;

        /// <summary>Takes the next key and its position.</summary>
        public void Add(ReadOnlySpan<byte> key, long position)
        {
            if (_keys == 0)
                _first = key.ToArray();
            if (_last.Length < key.Length)
                _last = new byte[Math.Max(key.Length, 64)];
            key.CopyTo(_last);
            _lastLength = key.Length;
            if (_keys++ % DefaultInterval != 0)
                return;
            _samples.Write(key);
            Span<byte> place = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(place, position);
            _samples.Write(place);
            _ends.Add(_samples.Length);
        }

        /// <summary>The summary; there must have been a key.</summary>
        public IndexSummary Build() => new(_samples.ToArray(), [.. _ends])
        {
            SizeAtFullSampling = _ends.Count,
            FirstKey = _first,
            LastKey = _last.AsMemory(0, _lastLength).ToArray(),
        };
    }
}
