namespace Cqlite.Core.SSTables.Bti;

/// <summary>Signed big-endian integers of 1 to 8 bytes, whose length is stored elsewhere.</summary>
/// <remarks>Source: org/apache/cassandra/io/util/SizedInts.java.</remarks>
internal static class SizedInteger
{
    /// <summary>Bytes that a value needs, its sign included: 1 to 8.</summary>
    public static int Length(long value) => (64 - (int)long.LeadingZeroCount(value < 0 ? ~value : value) + 8) >> 3;

    /// <summary>The value in all bytes of a span.</summary>
    public static long Read(ReadOnlySpan<byte> bytes)
    {
        long value = (sbyte)bytes[0];
        foreach (byte b in bytes[1..])
            value = (value << 8) | b;
        return value;
    }

    /// <summary>Writes a value into all bytes of a span.</summary>
    public static void Write(Span<byte> bytes, long value)
    {
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)value;
            value >>= 8;
        }
    }
}
