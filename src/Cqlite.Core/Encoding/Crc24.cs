namespace Cqlite.Core.Encoding;

/// <summary>The CRC of 24 bits that guards a frame header of the native protocol v5.</summary>
/// <remarks>
/// <code>
/// polynomial 0x1974F0B, first value 0x875060, bytes in order, most significant bit of each byte first
/// header     3 bytes (uncompressed frames) or 5 bytes (LZ4 frames), little-endian; then the 3 bytes of the CRC, little-endian
/// source     org/apache/cassandra/net/Crc.java, FrameEncoderCrc.java, FrameEncoderLZ4.java
/// </code>
/// </remarks>
internal static class Crc24
{
    private const uint InitialValue = 0x875060;
    private const uint Polynomial = 0x1974F0B;
    private static readonly uint[] s_table = MakeTable();

    /// <summary>The CRC of the header bytes, in the low 24 bits.</summary>
    public static uint Compute(ReadOnlySpan<byte> header)
    {
        uint crc = InitialValue;
        foreach (byte value in header)
        {
            crc = ((crc << 8) ^ s_table[((crc >> 16) ^ value) & 0xFF]) & 0xFFFFFF;
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value << 16;
            for (int bit = 0; bit < 8; bit++)
            {
                crc <<= 1;
                crc ^= ((crc >> 24) & 1) * Polynomial;
            }

            table[value] = crc;
        }

        return table;
    }
}
