using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Modification;

/// <summary>
/// The paths of list elements: time-based UUIDs, in whose order the elements stand. Appended ones have the present time; prepended ones a time that goes
/// back as the present goes on, mirrored at the beginning of 2010.
/// </summary>
/// <remarks>Source: org/apache/cassandra/cql3/Lists.java (PrecisionTime), utils/TimeUUID.java.</remarks>
internal static class ListPaths
{
    private const long ReferenceMillis = 1_262_304_000_000;
    private const int MaxTicks = 9999;
    private const int TicksPerMilli = 10_000;
    private static readonly Lock Gate = new();
    private static long s_millis = long.MaxValue;
    private static int s_ticks;

    /// <summary>The path of an element after all others.</summary>
    public static void Append(Span<byte> path) => TimeUuid.Next().TryWriteBytes(path, bigEndian: true, out _);

    // So many paths in descending order, all before those that were given out: the time of the first is the result's plus the count.
    private static (long Millis, int Ticks) Reserve(int count)
    {
        long millis = ReferenceMillis - (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - ReferenceMillis);
        lock (Gate)
        {
            if (millis < s_millis)
            {
                (s_millis, s_ticks) = (millis, MaxTicks - count);
            }
            else if (s_ticks >= count)
            {
                s_ticks -= count;
            }
            else
            {
                s_millis--;
                s_ticks = MaxTicks - count;
            }

            return (s_millis, s_ticks);
        }
    }

    private static void Write(long millis, int ticks, Span<byte> path)
    {
        // Clock sequence and node are this process's, as in appended paths.
        Append(path);
        long time = (millis * TicksPerMilli) + DateTime.UnixEpoch.Ticks - TimeUuid.EpochTicks + ticks;
        BinaryPrimitives.WriteUInt32BigEndian(path, (uint)time);
        BinaryPrimitives.WriteUInt16BigEndian(path[4..], (ushort)(time >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(path[6..], (ushort)(((time >> 48) & 0x0FFF) | 0x1000));
    }

    /// <summary>The paths of the elements of one prepended list, from its last element to its first.</summary>
    public struct Prepending
    {
        private long _millis;
        private int _ticks;
        private int _left;

        /// <summary>Writes the path of an element.</summary>
        /// <param name="index">Its place, of which each call has the one before the last call's.</param>
        /// <param name="path">Takes the 16 bytes.</param>
        public void Next(int index, Span<byte> path)
        {
            if (_left == 0)
            {
                _left = Math.Min(MaxTicks, index) + 1;
                (_millis, _ticks) = Reserve(Math.Min(_left, MaxTicks));
            }

            Write(_millis, _ticks + _left--, path);
        }
    }
}
