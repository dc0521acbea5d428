using Cqlite.Core.Engine.Compaction.Strategies;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>Into which SSTables a compaction's result goes. Partitions are never split.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/writers/*.java, db/compaction/unified/ShardedCompactionWriter.java.</remarks>
internal abstract record OutputLayout
{
    /// <summary>Begins to lay out one result.</summary>
    public abstract OutputSplitter Begin();
}

/// <summary>Tells, partition by partition, where one SSTable ends and the next begins.</summary>
internal abstract class OutputSplitter
{
    /// <summary>Level of the SSTable that begins next.</summary>
    public virtual int Level => 0;

    /// <summary>Whether the coming partition begins another SSTable.</summary>
    /// <param name="storedBytes">Bytes of the SSTable at hand; 0 where none has begun.</param>
    /// <param name="next">Token of the coming partition.</param>
    public abstract bool EndsBefore(long storedBytes, Token next);
}

/// <summary>SSTables of one level, each ended once it is so large.</summary>
/// <param name="Level">The level.</param>
/// <param name="MaxBytes">Stored bytes from which on the next partition begins another; <see cref="long.MaxValue"/> for one SSTable.</param>
internal sealed record SizedOutput(int Level, long MaxBytes = long.MaxValue) : OutputLayout
{
    /// <inheritdoc/>
    public override OutputSplitter Begin() => new Splitter(this);

    /// <inheritdoc/>
    public override string ToString() => MaxBytes == long.MaxValue ? $"level {Level}" : $"level {Level}, {MaxBytes:N0} bytes each";

    private sealed class Splitter(SizedOutput layout) : OutputSplitter
    {
        public override int Level => layout.Level;

        public override bool EndsBefore(long storedBytes, Token next) => storedBytes > layout.MaxBytes;
    }
}

/// <summary>What a major compaction of leveled tables leaves: level 1 full, then level 2, and so on.</summary>
/// <param name="MaxBytes">Stored bytes of an SSTable.</param>
/// <param name="Fanout">How many times larger each level is than the one before.</param>
internal sealed record LevelsOutput(long MaxBytes, int Fanout) : OutputLayout
{
    /// <inheritdoc/>
    public override OutputSplitter Begin() => new Splitter(this);

    /// <inheritdoc/>
    public override string ToString() => $"levels from 1 on, {MaxBytes:N0} bytes each";

    private sealed class Splitter(LevelsOutput layout) : OutputSplitter
    {
        private int _level = 1;
        private long _levelBytes;

        public override int Level => _level;

        public override bool EndsBefore(long storedBytes, Token next)
        {
            if (storedBytes <= layout.MaxBytes)
                return false;
            _levelBytes += storedBytes;
            if (_levelBytes > LevelArrangement.MaxBytes(_level, layout.Fanout, layout.MaxBytes) && _level < LevelArrangement.LevelCount - 1)
            {
                _levelBytes = 0;
                _level++;
            }

            return true;
        }
    }
}

/// <summary>SSTables of half, a quarter, an eighth ... of the whole, so that a major compaction does not leave one that nothing is ever similar to.</summary>
/// <param name="TotalBytes">Expected bytes of the whole.</param>
/// <param name="LeastBytes">Bytes below which no part is made smaller; 50 MB in Cassandra.</param>
internal sealed record HalvesOutput(long TotalBytes, long LeastBytes = 50_000_000) : OutputLayout
{
    private const int MostHalvings = 20;

    /// <inheritdoc/>
    public override OutputSplitter Begin() => new Splitter(this);

    /// <inheritdoc/>
    public override string ToString() => "level 0, each half of the one before";

    private sealed class Splitter : OutputSplitter
    {
        private readonly int _last;
        private long _bytes;
        private int _part;

        public Splitter(HalvesOutput layout)
        {
            _bytes = layout.TotalBytes / 2;
            long bytes = _bytes;
            for (_last = 0; _last < MostHalvings - 1 && bytes >= layout.LeastBytes; _last++)
                bytes /= 2;
        }

        public override bool EndsBefore(long storedBytes, Token next)
        {
            if (_part >= _last || storedBytes <= _bytes)
                return false;
            _part++;
            _bytes /= 2;
            return true;
        }
    }
}

/// <summary>An SSTable for each of so many equal parts of the ring that has any partition.</summary>
/// <param name="Ring">The ring.</param>
/// <param name="Count">Number of parts.</param>
internal sealed record ShardedOutput(RingShare Ring, int Count) : OutputLayout
{
    /// <inheritdoc/>
    public override OutputSplitter Begin() => new Splitter(this);

    /// <inheritdoc/>
    public override string ToString() => Count == 1 ? "one shard" : $"{Count:N0} shards";

    private sealed class Splitter(ShardedOutput layout) : OutputSplitter
    {
        private int _shard = -1;

        public override bool EndsBefore(long storedBytes, Token next)
        {
            int shard = layout.Ring.ShardOf(next, layout.Count);
            bool isOther = shard != _shard;
            _shard = shard;
            return isOther && storedBytes > 0;
        }
    }
}
