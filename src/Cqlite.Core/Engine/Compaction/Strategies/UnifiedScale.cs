using System.Globalization;
using System.Numerics;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>Sizes of levels and numbers of shards of <see cref="UnifiedStrategy"/>.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/unified/Controller.java.</remarks>
internal sealed class UnifiedScale
{
    private const int MostShardDoublings = 20;
    private const long LeastFlushBytes = 1 << 20;
    private readonly int[] _parameters;
    private readonly long _leastBytes;
    private readonly long _targetBytes;
    private readonly long _flushBytes;
    private readonly int _baseShards;
    private readonly double _growth;

    /// <summary>Takes the values of options.</summary>
    public UnifiedScale(StrategyOptions options)
    {
        _parameters = [.. options.Word("scaling_parameters", "T4").Split(',').Select(p => Parameter(p.Trim()))];
        _leastBytes = options.Bytes("min_sstable_size", 100L << 20);
        _targetBytes = Math.Max(1, options.Bytes("target_sstable_size", 1L << 30));
        _flushBytes = options.Bytes("flush_size_override", 0);
        _baseShards = Math.Max(1, options.Int("base_shard_count", 4));
        string growth = options.Word("sstable_growth", "0.333").Trim();
        _growth = growth.EndsWith('%') ? Number(growth[..^1]) / 100 : Number(growth);
    }

    /// <summary>Ratio of the density at which a level ends to that at which it begins.</summary>
    public int Fanout(int level) => 2 + Math.Abs(Scaling(level));

    /// <summary>How many SSTables must overlap in a level for a compaction.</summary>
    public int Threshold(int level) => Scaling(level) <= 0 ? 2 : 2 + Scaling(level);

    /// <summary>Whether a level is compacted whenever an SSTable is added.</summary>
    public bool IsLeveled(int level) => Scaling(level) < 0;

    /// <summary>The density from which the lowest level's end is counted: somewhat below what a flush leaves.</summary>
    /// <param name="flushBytes">What flushes leave, in stored bytes; 0 where there was none.</param>
    public double BaseBytes(long flushBytes)
    {
        long megabytes = (flushBytes + LeastFlushBytes - 1) >> 20 << 20;
        return Math.Max(LeastFlushBytes, _flushBytes > 0 ? _flushBytes : megabytes) * (1.0 - (0.9 / Fanout(0)));
    }

    /// <summary>The density at which a level ends.</summary>
    /// <param name="level">The level.</param>
    /// <param name="start">The density at which it begins.</param>
    public double LevelEnd(int level, double start) => Math.Floor(start * Fanout(level));

    /// <summary>Into how many parts of the ring an SSTable of a density is cut.</summary>
    public int ShardCount(double density)
    {
        if (_leastBytes > 0 && !(density / _leastBytes >= _baseShards))
        {
            // Fewer than the base count: a power of two that divides it, so that the cuts are among those of denser SSTables.
            int few = (int)Math.Max(1, BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, density / _leastBytes) + 1) >> 1);
            return Math.Min(few, _baseShards & -_baseShards);
        }

        if (_growth == 1)
            return _baseShards;
        if (_growth == 0)
        {
            double count = Math.Min(density / (_targetBytes * Math.Sqrt(0.5) * _baseShards), 1 << MostShardDoublings);
            return _baseShards << BitOperations.Log2((uint)Math.Max(1, count));
        }

        double power = (Math.Log2(density / ((double)_targetBytes * _baseShards)) * (1 - _growth)) + 0.5;
        return power >= MostShardDoublings ? _baseShards << MostShardDoublings : power >= 0 ? _baseShards << (int)power : _baseShards;
    }

    private int Scaling(int level) => _parameters[Math.Min(level, _parameters.Length - 1)];

    /// <summary>N is 0; L and T with a fan factor are numbers below and above.</summary>
    private static int Parameter(string text) => text switch
    {
        ['L', .. string fanout] => 2 - (int)Number(fanout),
        ['T', .. string fanout] => (int)Number(fanout) - 2,
        "N" => 0,
        _ => (int)Number(text),
    };

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : 0;
}
