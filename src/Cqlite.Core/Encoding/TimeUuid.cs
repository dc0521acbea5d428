using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cqlite.Core.Encoding;

/// <summary>Makes time-based UUIDs (version 1): each later than the one before it of this process.</summary>
/// <remarks>
/// <code>
/// time low (32) | time mid (16) | 1 (4) time high (12) | 2 (2) clock sequence (14) | node (48)
/// </code>
/// Time counts 100 ns since 1582-10-15. Clock sequence and node are random, the node marked as no hardware address. Source:
/// org/apache/cassandra/utils/TimeUUID.java.
/// </remarks>
internal static class TimeUuid
{
    /// <summary>Ticks of .NET at which the time of UUIDs begins: 1582-10-15.</summary>
    public const long EpochTicks = 499_163_040_000_000_000;

    private static readonly ulong s_low = MakeLow();
    private static long s_last;

    /// <summary>The next one.</summary>
    public static Guid Next()
    {
        long ticks = NextTimestamp(out ulong low);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)ticks);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)(ticks >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(((ticks >> 48) & 0x0FFF) | 0x1000));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The next one's time, in 100 ns since 1582, and its low half.</summary>
    public static long NextTimestamp(out ulong low)
    {
        low = s_low;
        long now = DateTime.UtcNow.Ticks - EpochTicks;
        while (true)
        {
            long last = Volatile.Read(ref s_last);
            long next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref s_last, next, last) == last)
                return next;
        }
    }

    private static ulong MakeLow()
    {
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        ulong value = BinaryPrimitives.ReadUInt64BigEndian(random);
        const ulong multicast = 1UL << 40;
        return (value & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000 | multicast;
    }
}
