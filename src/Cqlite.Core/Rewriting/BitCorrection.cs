using System.Numerics;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Finds the one bit that is wrong, if a single one is, from what CRC-32 makes of some bytes and what it should have made: each bit changes the checksum
/// in a way of its own. Of random damage to 64 KiB, one in 8,000 would be taken for that of one bit; what is corrected must still decompress and decode.
/// </summary>
internal static class BitCorrection
{
    private const uint Polynomial = 0xEDB88320;

    /// <summary>Where the bit is: the byte's offset and the mask. The offset equals the length where the checksum itself is wrong; null where more than one bit is.</summary>
    public static (int Offset, byte Mask)? Find(ReadOnlySpan<byte> bytes, uint expected)
    {
        uint difference = Crc32.Compute(bytes) ^ expected;
        if (BitOperations.PopCount(difference) == 1)
            return (bytes.Length, 0);

        // What a wrong bit in the last byte does, then what it does with one more byte behind it, and so on.
        Span<uint> effects = stackalloc uint[8];
        for (int bit = 0; bit < 8; bit++)
            effects[bit] = Shift(1u << bit);
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                if (effects[bit] == difference)
                    return (i, (byte)(1 << bit));
                effects[bit] = Shift(effects[bit]);
            }
        }

        return null;
    }

    private static uint Shift(uint value)
    {
        for (int i = 0; i < 8; i++)
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        return value;
    }
}
