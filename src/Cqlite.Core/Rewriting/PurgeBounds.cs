using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>Up to which timestamp a partition's tombstones may go, by what is outside of the merge and may hold something of it.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/CompactionController.java (getPurgeEvaluator).</remarks>
internal abstract class PurgeBounds : IDisposable
{
    /// <summary>Takes the moment and the grace period, both in seconds.</summary>
    protected PurgeBounds(long nowSeconds, long gcGraceSeconds)
    {
        NowSeconds = nowSeconds;
        GcBeforeSeconds = nowSeconds - gcGraceSeconds;
    }

    /// <summary>The moment, in seconds since 1970.</summary>
    public long NowSeconds { get; }

    /// <summary>Tombstones made before may go, in seconds since 1970.</summary>
    public long GcBeforeSeconds { get; }

    /// <summary>Tombstones of the partition that are older than this many microseconds since 1970 delete nothing outside of the merge; null where none can.</summary>
    public abstract long? OldestOutside(Token token, ReadOnlySpan<byte> key);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back files.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>The bounds where all that is outside of the merge is known beforehand, and does not change: SSTables.</summary>
internal sealed class FixedPurgeBounds : PurgeBounds
{
    private readonly List<SSTable> _others = [];

    /// <summary>Opens what is outside of the merge.</summary>
    public FixedPurgeBounds(IFileSystem files, PurgeOptions options)
        : base(options.NowSeconds, options.GcGraceSeconds)
    {
        bool opened = false;
        try
        {
            foreach (SSTableDescriptor other in options.Others)
                _others.Add(SSTable.Open(files, other));
            opened = true;
        }
        finally
        {
            if (!opened)
                Dispose();
        }
    }

    /// <inheritdoc/>
    public override long? OldestOutside(Token token, ReadOnlySpan<byte> key)
    {
        long? oldest = null;
        foreach (SSTable other in _others)
        {
            long smallest = other.Statistics.Stats.MinTimestampMicros;
            if ((oldest is null || smallest < oldest) && other.TryFind(token, key, out _))
                oldest = smallest;
        }

        return oldest;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (SSTable other in _others)
            other.Dispose();
        base.Dispose(disposing);
    }
}
