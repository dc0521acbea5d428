using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Migration.Clusters;

/// <summary>The paths of cells whose place CQL does not show: list elements, of which only the order is known, and fields of user types, which go by number.</summary>
/// <remarks>
/// An element's path is a timeuuid by which a list's elements are ordered. Nodes give what is appended the time of the writing, and what is prepended a time mirrored at
/// the beginning of 2010 (org/apache/cassandra/cql3/terms/Lists.java): made paths count on from there, so that later writes go to the right end.
/// <code>
/// list    time_low:4 time_mid:2 0x1000|time_hi:2 8080808080808080     time: 2010-01-01, plus 100 ns for each element before
/// fields  number:2
/// </code>
/// </remarks>
internal static class MadePaths
{
    /// <summary>Length of a list element's path.</summary>
    public const int ElementLength = 16;

    /// <summary>2010-01-01 in steps of 100 ns since 1582-10-15.</summary>
    private static readonly long s_origin = new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks - TimeUuid.EpochTicks;
    private const ulong SmallestRest = 0x8080808080808080;

    /// <summary>Writes the path of the element with so many others before it.</summary>
    public static void WriteElement(Span<byte> path, int index)
    {
        ulong time = (ulong)(s_origin + index);
        BinaryPrimitives.WriteUInt32BigEndian(path, (uint)time);
        BinaryPrimitives.WriteUInt16BigEndian(path[4..], (ushort)(time >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(path[6..], (ushort)(0x1000 | ((time >> 48) & 0x0FFF)));
        BinaryPrimitives.WriteUInt64BigEndian(path[8..], SmallestRest);
    }
}
