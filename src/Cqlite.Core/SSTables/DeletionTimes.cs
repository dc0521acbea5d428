using System.Buffers.Binary;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables;

/// <summary>Deletion times as files store them.</summary>
/// <remarks>Source: org/apache/cassandra/db/DeletionTime.java, db/rows/Cell.java (decodeLocalDeletionTime).</remarks>
internal static class DeletionTimes
{
    /// <summary>What a local deletion time becomes that can't be one: 2^32-2 seconds.</summary>
    public const long Invalid = uint.MaxValue - 1L;

    private const long Largest = uint.MaxValue - 2L;

    /// <summary>Reads the 12 bytes of a deletion of a partition or an open marker.</summary>
    public static DeletionTime Read(ReadOnlySpan<byte> bytes, bool hasUIntDeletionTime)
    {
        if (hasUIntDeletionTime)
            return new DeletionTime(BinaryPrimitives.ReadInt64BigEndian(bytes), FromUInt(BinaryPrimitives.ReadUInt32BigEndian(bytes[8..])));

        int seconds = BinaryPrimitives.ReadInt32BigEndian(bytes);
        long timestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[4..]);
        return timestamp == long.MinValue && seconds == int.MaxValue ? DeletionTime.Live : Build(timestamp, seconds);
    }

    /// <summary>A deletion of a time that may not be one.</summary>
    public static DeletionTime Build(long timestampMicros, long localSeconds) =>
        new(timestampMicros, localSeconds is < 0 or > Largest ? Invalid : localSeconds);

    /// <summary>An unsigned number, of which the largest means none.</summary>
    public static long FromUInt(uint stored) => stored == uint.MaxValue ? Cell.NoDeletionTime : stored;
}
