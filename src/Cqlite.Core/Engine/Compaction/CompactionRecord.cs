namespace Cqlite.Core.Engine.Compaction;

/// <summary>A compaction that runs, or has ended. Immutable but for its progress.</summary>
internal sealed record CompactionRecord
{
    /// <summary>Keyspace of the table.</summary>
    public required string Keyspace { get; init; }

    /// <summary>The table's name.</summary>
    public required string Table { get; init; }

    /// <summary>What is done.</summary>
    public required CompactionTask Task { get; init; }

    /// <summary>When it began, in milliseconds since 1970.</summary>
    public required long BegunMillis { get; init; }

    /// <summary>How far it is.</summary>
    public required CompactionProgress Progress { get; init; }

    /// <summary>How long it took; null while it runs.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What it did; null while it runs, and where it did nothing.</summary>
    public CompactionResult? Result { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public Exception? Error { get; init; }

    /// <summary>Whether it was cancelled.</summary>
    public bool IsCancelled { get; init; }
}
