using System.Security.Cryptography;

namespace Cqlite.Core.Query.Definition;

/// <summary>Ids of new tables: time-based UUIDs (version 1), as Cassandra's are, of a node number made up for the process.</summary>
/// <remarks>Source: org/apache/cassandra/schema/TableId.java, utils/TimeUUID.java.</remarks>
internal static class TableIds
{
    private const long GregorianEpochTicks = 0x01B21DD213814000;

    private static readonly byte[] ClockAndNode = MakeClockAndNode();
    private static long s_last;

    /// <summary>An id that was not given before.</summary>
    public static Guid Next()
    {
        long now = DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks + GregorianEpochTicks;
        long previous;
        long next;
        do
        {
            previous = Interlocked.Read(ref s_last);
            next = Math.Max(previous + 1, now);
        }
        while (Interlocked.CompareExchange(ref s_last, next, previous) != previous);

        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)next);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)(next >> 32));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(((next >> 48) & 0x0fff) | 0x1000));
        ClockAndNode.CopyTo(bytes[8..]);
        return new Guid(bytes, bigEndian: true);
    }

    private static byte[] MakeClockAndNode()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(8);
        bytes[0] = (byte)((bytes[0] & 0x3f) | 0x80);

        // The multicast bit tells that the node number is no network address.
        bytes[2] |= 0x01;
        return bytes;
    }
}
