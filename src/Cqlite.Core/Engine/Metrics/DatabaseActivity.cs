namespace Cqlite.Core.Engine.Metrics;

/// <summary>What an open database has done since it was opened. Serves all threads.</summary>
internal sealed class DatabaseActivity
{
    private const int Stripes = 16;
    private const int Stride = 8;
    private readonly long[] _writes = new long[(Stripes + 1) * Stride];
    private long _flushes;
    private long _flushedBytes;
    private long _corruptions;

    /// <summary>From the beginning of a statement to its answer: of rows the first.</summary>
    public LatencyHistogram Queries { get; } = new();

    /// <summary>Readings of chunks that were not in the cache, decompression included.</summary>
    public LatencyHistogram FileReads { get; } = new();

    /// <summary>Mutations that were acknowledged.</summary>
    public long Writes
    {
        get
        {
            long sum = 0;
            for (int i = Stride; i < _writes.Length; i += Stride)
                sum += Volatile.Read(ref _writes[i]);
            return sum;
        }
    }

    /// <summary>Memtables that became SSTables.</summary>
    public long Flushes => Volatile.Read(ref _flushes);

    /// <summary>Stored bytes of data that they became.</summary>
    public long FlushedBytes => Volatile.Read(ref _flushedBytes);

    /// <summary>Statements that met damaged data.</summary>
    public long Corruptions => Volatile.Read(ref _corruptions);

    /// <summary>Counts mutations.</summary>
    public void CountWrites(int count) => Interlocked.Add(ref _writes[((Environment.CurrentManagedThreadId % Stripes) + 1) * Stride], count);

    /// <summary>Counts a flush.</summary>
    public void CountFlush(long bytes)
    {
        Interlocked.Increment(ref _flushes);
        Interlocked.Add(ref _flushedBytes, bytes);
    }

    /// <summary>Counts damage that was met.</summary>
    public void CountCorruption() => Interlocked.Increment(ref _corruptions);
}
