using Cqlite.Core.Rows;

namespace CqlitePS.Objects;

/// <summary>The deletion of a partition, a row or a range of rows.</summary>
public sealed class SSTableDeletion
{
    /// <summary>Timestamp of the deletion, in microseconds since 1970: it hides what was not written later.</summary>
    public long Timestamp { get; init; }

    /// <summary><see cref="Timestamp"/> as a moment; null where it is none of the years 1 to 9999.</summary>
    public DateTimeOffset? MarkedAt => StoredTime.FromMicros(Timestamp);

    /// <summary>The node's clock at the deletion, from which gc_grace_seconds is counted.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => MarkedAt is { } moment ? moment.ToString("yyyy-MM-dd HH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture) : $"{Timestamp} us";

    internal static SSTableDeletion? From(in DeletionTime deletion) => deletion.IsLive
        ? null
        : new SSTableDeletion { Timestamp = deletion.MarkedAtMicros, DeletedAt = StoredTime.FromSeconds(deletion.LocalSeconds) };
}
