using System.Numerics;

namespace Cqlite.Core.Schema;

/// <summary>
/// The order in which Java's <c>HashMap</c> walks its keys. Cassandra prints some maps in it (replication options, dropped
/// columns, lists of unknown options), so that equal text needs the equal order.
/// </summary>
internal static class JavaHashOrder
{
    // An empty map takes 16 buckets with its first key, as a copy of this many keys does.
    private const int SmallestAdded = 11;

    /// <summary>Keys that are strings, in the order of a map that was made as the copy of another of that size.</summary>
    public static IEnumerable<string> OfStrings(IReadOnlyCollection<string> keys, int copiedCount = -1) =>
        keys.OrderBy(key => Bucket(StringHash(key), copiedCount < 0 ? keys.Count : copiedCount));

    /// <summary>Keys that are byte buffers of the names in UTF-8, in the order of a map that was made as a copy.</summary>
    public static IEnumerable<string> OfBuffers(IReadOnlyCollection<string> keys) =>
        keys.OrderBy(key => Bucket(BufferHash(key), keys.Count));

    /// <summary>Keys that are byte buffers of the names in UTF-8, in the order of a set to which they were added one by one.</summary>
    public static IEnumerable<string> OfAddedBuffers(IReadOnlyCollection<string> keys) =>
        keys.OrderBy(key => Bucket(BufferHash(key), Math.Max(keys.Count, SmallestAdded)));

    /// <summary>The text of a Java collection of strings: <c>[a, b]</c>.</summary>
    public static string Text(IReadOnlyCollection<string> keys, int copiedCount = -1) => $"[{string.Join(", ", OfStrings(keys, copiedCount))}]";

    private static uint Bucket(int hash, int count)
    {
        // HashMap.putMapEntries: the table is sized for the count at a load factor of 0.75, and a power of two.
        uint capacity = BitOperations.RoundUpToPowerOf2((uint)((count / 0.75f) + 1f));
        uint spread = (uint)hash ^ ((uint)hash >> 16);
        return spread & (capacity - 1);
    }

    private static int StringHash(string text)
    {
        int hash = 0;
        foreach (char c in text)
            hash = unchecked((31 * hash) + c);
        return hash;
    }

    private static int BufferHash(string text)
    {
        int hash = 1;
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        for (int i = bytes.Length - 1; i >= 0; i--)
            hash = unchecked((31 * hash) + (sbyte)bytes[i]);
        return hash;
    }
}
