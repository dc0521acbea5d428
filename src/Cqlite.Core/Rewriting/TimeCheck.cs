using System.Runtime.CompilerServices;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Refuses deletion times that a version has no room for, so that none is changed silently: up to nb they end in 2038; from oa on deletions of partitions have no
/// negative timestamps, whose sign stands for no deletion there.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/DeletionTime.java, db/rows/Cell.java (MAX_DELETION_TIME_2038_LEGACY_CAP).</remarks>
internal sealed class TimeCheck
{
    private const long LastSeconds = int.MaxValue - 1;
    private readonly SSTableVersion _version;

    private TimeCheck(SSTableVersion version) => _version = version;

    /// <summary>The check for a version.</summary>
    public static TimeCheck For(SSTableVersion version) => new(version);

    /// <summary>Checks a partition's deletion, in which, unlike in rows, there is no room for a time that can't be one either.</summary>
    public void Check(ReadOnlySpan<byte> key, in DeletionTime deletion)
    {
        if (!PartitionDeletion.HasRoom(deletion, _version))
        {
            throw new UnsupportedFormatException(
                $"Partition {Convert.ToHexStringLower(key)} was deleted with timestamp {deletion.MarkedAtMicros}; version {_version} has no room for negative ones of partitions. Version nb has.");
        }

        if (!_version.HasUIntDeletionTime && deletion.LocalSeconds > LastSeconds && deletion.LocalSeconds != Cell.NoDeletionTime)
            Throw(key, "the partition was deleted", deletion.LocalSeconds);
    }

    /// <summary>Checks a marker.</summary>
    public void Check(ReadOnlySpan<byte> key, RangeTombstoneMarker marker)
    {
        if (_version.HasUIntDeletionTime)
            return;
        if (IsBeyond(marker.StartDeletion.LocalSeconds))
            Throw(key, "a range was deleted", marker.StartDeletion.LocalSeconds);
        if (IsBeyond(marker.EndDeletion.LocalSeconds))
            Throw(key, "a range was deleted", marker.EndDeletion.LocalSeconds);
    }

    /// <summary>Checks a row.</summary>
    public void Check(ReadOnlySpan<byte> key, Row row)
    {
        if (_version.HasUIntDeletionTime)
            return;
        if (IsBeyond(row.Liveness.ExpiresAtSeconds))
            Throw(key, "a row expires", row.Liveness.ExpiresAtSeconds);
        if (IsBeyond(row.Deletion.LocalSeconds))
            Throw(key, "a row was deleted", row.Deletion.LocalSeconds);
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
        {
            if (IsBeyond(deletion.Deletion.LocalSeconds))
                Throw(key, "a column was deleted", deletion.Deletion.LocalSeconds);
        }

        foreach (ref readonly Cell cell in row.Cells)
        {
            if (IsBeyond(cell.LocalDeletionSeconds))
                Throw(key, cell.IsExpiring ? "a cell expires" : "a cell was deleted", cell.LocalDeletionSeconds);
        }
    }

    /// <summary>Whether a time of a row is past what 31 bits hold. One that can't be a time stays one, as a negative number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBeyond(long seconds) => seconds != Cell.NoDeletionTime && seconds > LastSeconds && seconds != DeletionTimes.Invalid;

    private void Throw(ReadOnlySpan<byte> key, string what, long seconds) => throw new UnsupportedFormatException(
        $"In partition {Convert.ToHexStringLower(key)} {what} {seconds:N0} seconds after 1970; "
        + $"version {_version} has room for times up to {LastSeconds:N0} (2038) only. Versions oa and da have room up to 2106.");
}
