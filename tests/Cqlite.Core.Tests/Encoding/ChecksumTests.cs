using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Xunit;

namespace Cqlite.Core.Tests.Encoding;

public sealed class ChecksumTests
{
    [Fact]
    public void Crc32_of_the_check_string_is_the_published_one()
    {
        Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));
        Assert.Equal(~0xCBF43926u, Crc32.UpdateByTables(uint.MaxValue, "123456789"u8));
    }

    [Fact]
    public void Crc32_of_every_length_is_that_of_the_definition_bit_by_bit()
    {
        byte[] data = new byte[1200];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            ReadOnlySpan<byte> part = data.AsSpan(data.Length - length);
            uint expected = BitByBit(part);
            Assert.Equal(expected, Crc32.Compute(part));
            Assert.Equal(expected, ~Crc32.UpdateByTables(uint.MaxValue, part));
        }
    }

    [Fact]
    public void Crc32_can_be_carried_on_over_pieces()
    {
        byte[] data = new byte[5000];
        new Random(2).NextBytes(data);
        uint whole = Crc32.Compute(data);
        for (int cut = 0; cut < data.Length; cut += 7)
        {
            Assert.Equal(whole, Crc32.Update(Crc32.Compute(data.AsSpan(0, cut)), data.AsSpan(cut)));
        }
    }

    /// <summary>A v5 frame that Cassandra 5.0 sent: header of 3 bytes, CRC24; payload, CRC32 after the bytes FA 2D 55 CA.</summary>
    [Fact]
    public void Frame_of_Cassandra_has_these_checksums()
    {
        byte[] frame = Convert.FromHexString(
            "660002c4654105000002070000005d0000005353454c454354206b65792c2072656c656173655f76657273696f6e2c206e61746976655f70726f746f636f6c5f"
            + "76657273696f6e2c2063716c5f76657273696f6e2046524f4d2073797374656d2e6c6f63616c000100000000c48034b5");
        Assert.Equal(frame[3] | ((uint)frame[4] << 8) | ((uint)frame[5] << 16), Crc24.Compute(frame.AsSpan(0, 3)));
        uint payload = Crc32.Update(Crc32.Compute([0xFA, 0x2D, 0x55, 0xCA]), frame.AsSpan(6, frame.Length - 10));
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(frame.Length - 4)), payload);
    }

    [Fact]
    public void Adler32_is_that_of_the_definition()
    {
        Assert.Equal(0x11E60398u, Adler32.Compute("Wikipedia"u8));
        byte[] data = new byte[70000];
        data.AsSpan().Fill(0xFF);
        new Random(3).NextBytes(data.AsSpan(30000));
        foreach (int length in (int[])[0, 1, 31, 32, 33, 5535, 5536, 5537, 30000, 70000])
        {
            uint sum = 1;
            uint weighted = 0;
            foreach (byte value in data.AsSpan(0, length))
            {
                sum = (sum + value) % 65521;
                weighted = (weighted + sum) % 65521;
            }

            Assert.Equal((weighted << 16) | sum, Adler32.Compute(data.AsSpan(0, length)));
        }
    }

    [Fact]
    public void XxHash64_is_the_published_one()
    {
        Assert.Equal(0xEF46DB3751D8E999UL, XxHash64.Compute([]));
        Assert.Equal(0xD24EC4F1A98C6E5BUL, XxHash64.Compute("a"u8));
        Assert.Equal(0x44BC2CF5AD770999UL, XxHash64.Compute("abc"u8));
    }

    private static uint BitByBit(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
