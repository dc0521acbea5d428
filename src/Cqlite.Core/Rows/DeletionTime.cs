namespace Cqlite.Core.Rows;

/// <summary>When something was deleted, and when its tombstone was made (which gc_grace counts from).</summary>
/// <param name="MarkedAtMicros">Timestamp of the deletion: it hides what is not newer. <see cref="long.MinValue"/> for none.</param>
/// <param name="LocalSeconds">Wall clock at the deletion, in seconds since 1970; <see cref="long.MaxValue"/> for none.</param>
/// <remarks>Source: org/apache/cassandra/db/DeletionTime.java.</remarks>
public readonly record struct DeletionTime(long MarkedAtMicros, long LocalSeconds)
{
    /// <summary>No deletion.</summary>
    public static DeletionTime Live { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>Whether nothing is deleted.</summary>
    public bool IsLive => MarkedAtMicros == long.MinValue && LocalSeconds == long.MaxValue;

    /// <summary>Whether a write of that timestamp is hidden.</summary>
    public bool Deletes(long timestampMicros) => timestampMicros <= MarkedAtMicros;

    /// <summary>Whether this deletion hides the other: newer, or of the same timestamp and made later.</summary>
    public bool Supersedes(in DeletionTime other) => MarkedAtMicros > other.MarkedAtMicros
        || (MarkedAtMicros == other.MarkedAtMicros && LocalSeconds > other.LocalSeconds);
}
