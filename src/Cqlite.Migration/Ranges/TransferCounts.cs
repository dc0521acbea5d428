namespace Cqlite.Migration.Ranges;

/// <summary>Counts what goes by, for any number of threads that add and read.</summary>
public sealed class TransferCounts
{
    private long _partitions;
    private long _rows;
    private long _bytes;

    /// <summary>Partitions.</summary>
    public long Partitions => Interlocked.Read(ref _partitions);

    /// <summary>Rows; a partition that has nothing but static values counts as one.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Adds what was counted elsewhere; below zero to take back what must be read again.</summary>
    public void Add(long partitions, long rows, long bytes)
    {
        Interlocked.Add(ref _partitions, partitions);
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _bytes, bytes);
    }
}
