using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>Up to which timestamp a partition's tombstones may go, by what SSTables outside of the merge may hold of it.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/CompactionController.java (getPurgeEvaluator).</remarks>
internal sealed class PurgeBounds : IDisposable
{
    private readonly List<SSTable> _others = [];

    /// <summary>Opens what is outside of the merge.</summary>
    public PurgeBounds(IFileSystem files, PurgeOptions options)
    {
        GcBeforeSeconds = options.NowSeconds - options.GcGraceSeconds;
        NowSeconds = options.NowSeconds;
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

    /// <summary>The moment, in seconds since 1970.</summary>
    public long NowSeconds { get; }

    /// <summary>Tombstones made before may go, in seconds since 1970.</summary>
    public long GcBeforeSeconds { get; }

    /// <summary>Tombstones of the partition that are older than this many microseconds since 1970 delete nothing outside of the merge; null where none can.</summary>
    public long? OldestOutside(Token token, ReadOnlySpan<byte> key)
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
    public void Dispose()
    {
        foreach (SSTable other in _others)
            other.Dispose();
    }
}
