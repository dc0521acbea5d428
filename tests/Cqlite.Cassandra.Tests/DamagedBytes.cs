namespace Cqlite.Cassandra.Tests;

/// <summary>Damages bytes: each flipped, cut at every length. Of long ones the beginning, where the lengths and counts are, and a sample of the rest.</summary>
internal static class DamagedBytes
{
    private const int AllBytes = 1024;
    private const int LongBytes = 64 * 1024;
    private const int AllBytesOfLong = 64;
    private const int Samples = 64;
    private static readonly byte[] s_flips = [0xFF, 0x01];

    /// <summary>Gives each damaged form to an action; the memory is used again for the next.</summary>
    public static void ForEach(ReadOnlySpan<byte> bytes, Action<Memory<byte>> action)
    {
        byte[] damaged = bytes.ToArray();
        int all = bytes.Length < LongBytes ? AllBytes : AllBytesOfLong;
        int step = Math.Max(1, (bytes.Length - all) / Samples);
        for (int i = 0; i < bytes.Length; i += i < all ? 1 : step)
        {
            foreach (byte flip in s_flips)
            {
                damaged[i] = (byte)(bytes[i] ^ flip);
                action(damaged);
            }

            damaged[i] = bytes[i];
            action(damaged.AsMemory(0, i));
        }
    }
}
