namespace Cqlite.Core.Engine.Compaction;

/// <summary>How a database is compacted in the background. Immutable.</summary>
internal sealed record CompactorOptions
{
    /// <summary>Bytes of stored data that all compactions together read in a second; 0 for no limit. Default 64 MiB, as in Cassandra.</summary>
    public long BytesPerSecond { get; init; } = 64L << 20;

    /// <summary>How many compactions run at once in the background; 0 for none. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How often a look is taken without an event, for what has expired. Default one minute.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For how long a table is left alone after its first failure; twice as long after each further one. Default ten seconds.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long a table is left alone at most. Default ten minutes.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(10);
}
