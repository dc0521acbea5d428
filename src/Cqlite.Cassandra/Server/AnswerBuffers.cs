using System.Collections.Concurrent;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// The buffers that answers are written into, kept from one answer to the next: pages of rows are long, and memory that is asked for anew for each of them
/// has to be cleared, moved and collected.
/// </summary>
internal static class AnswerBuffers
{
    private const int LongestKeptBytes = 4 << 20;
    private static readonly int s_mostKept = Environment.ProcessorCount * 4;
    private static readonly ConcurrentBag<BufferWriter> s_kept = [];
    private static int s_keptCount;

    /// <summary>An empty buffer.</summary>
    public static BufferWriter Rent()
    {
        if (!s_kept.TryTake(out BufferWriter? buffer))
            return new BufferWriter();
        Interlocked.Decrement(ref s_keptCount);
        return buffer;
    }

    /// <summary>Takes a buffer back, whose content is void from now on.</summary>
    public static void Return(BufferWriter buffer)
    {
        if (buffer.Array.Length > LongestKeptBytes || Volatile.Read(ref s_keptCount) >= s_mostKept)
            return;
        buffer.Clear();
        Interlocked.Increment(ref s_keptCount);
        s_kept.Add(buffer);
    }
}
