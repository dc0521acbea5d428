using System.Buffers.Binary;
using System.Security.Cryptography;
using Cqlite.Core.Compression;
using Cqlite.Core.Encoding;
using Xunit;

namespace Cqlite.Core.Tests.Compression;

public sealed class DecompressionTests
{
    [Theory]
    [InlineData("LZ4Compressor", "lz4.chunk")]
    [InlineData("SnappyCompressor", "snappy.chunk")]
    public void Chunk_that_Cassandra_wrote_is_the_same_as_its_uncompressed_table(string name, string vector)
    {
        byte[] chunk = CheckedChunk(vector);
        byte[] data = new byte[16384];
        Assert.Equal(data.Length, Compressor(name).Decompress(chunk, data));
        Assert.Equal(Vectors.Plain, data);
    }

    [Fact]
    public void Deflated_chunk_that_Cassandra_wrote_is_what_zlib_makes_of_it()
    {
        byte[] data = new byte[6655];
        Assert.Equal(data.Length, Compressor("DeflateCompressor").Decompress(CheckedChunk("deflate.chunk"), data));
        Assert.Equal("48B7F5DD10C3028919467339419EFAD1B8A60DDE7BDD6843E357B346C3776E54", Convert.ToHexString(SHA256.HashData(data)));
    }

    [Theory]
    [InlineData("level-3.zst")]
    [InlineData("level-19.zst")]
    [InlineData("fast-20-unchecked.zst")]
    public void Frame_that_zstd_wrote_is_what_it_was_made_of(string vector)
    {
        byte[] data = new byte[16384];
        Assert.Equal(data.Length, Compressor("ZstdCompressor").Decompress(Vectors.Read(vector), data));
        Assert.Equal(Vectors.Plain, data);
    }

    [Fact]
    public void Zstd_frame_of_several_blocks_keeps_tables_and_offsets_between_them()
    {
        byte[] data = new byte[300000];
        Assert.Equal(data.Length, Compressor("ZstdCompressor").Decompress(Vectors.Read("words-blocks.zst"), data));
        Assert.Equal(Vectors.Words(300000), data);
    }

    [Fact]
    public void Zstd_frames_follow_each_other_and_skippable_ones_are_skipped()
    {
        byte[] expected = [.. new byte[200000], .. Vectors.Plain.AsSpan(0, 1000), .. Vectors.Words(40000)];
        byte[] data = new byte[expected.Length];
        Assert.Equal(data.Length, Compressor("ZstdCompressor").Decompress(Vectors.Read("frames.zst"), data));
        Assert.Equal(expected, data);
    }

    [Fact]
    public void Zstd_frame_with_a_wrong_checksum_is_refused()
    {
        byte[] frame = Vectors.Read("level-3.zst");
        frame[^1] ^= 1;
        Assert.Equal(DecompressionFailure.ChecksumMismatch, Compressor("ZstdCompressor").Decompress(frame, new byte[16384]));
    }

    [Fact]
    public void Zstd_frame_that_names_a_dictionary_is_refused_by_name()
    {
        // Descriptor: single segment, dictionary id of one byte; id 7; size 0; an empty last raw block.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x21, 0x07, 0x00, 0x01, 0x00, 0x00];
        int result = Compressor("ZstdCompressor").Decompress(frame, new byte[16]);
        Assert.Equal(DecompressionFailure.DictionaryRequired, result);
        Assert.Contains("dictionary", DecompressionFailure.Describe(result), StringComparison.Ordinal);
    }

    /// <summary>Compacted tables end with a chunk of no data, for which Deflate writes no bytes, and LZ4 these.</summary>
    [Fact]
    public void Chunk_of_no_data_is_read()
    {
        Assert.Equal(0, Compressor("DeflateCompressor").Decompress([], []));
        Assert.Equal(0, Compressor("LZ4Compressor").Decompress([0, 0, 0, 0, 0], []));
    }

    [Theory]
    [InlineData("LZ4Compressor", "lz4.chunk", 16384)]
    [InlineData("SnappyCompressor", "snappy.chunk", 16384)]
    [InlineData("DeflateCompressor", "deflate.chunk", 6655)]
    public void Data_longer_than_the_destination_is_told_apart_from_damage(string name, string vector, int length) =>
        Assert.Equal(
            DecompressionFailure.DestinationTooSmall, Compressor(name).Decompress(CheckedChunk(vector), new byte[length - 1]));

    /// <summary>
    /// Flipped, cut and made-up bytes end in a length or a failure, and nothing is touched outside of the destination. Whatever a flip
    /// leaves readable is stopped by the checksum after the chunk, not here.
    /// </summary>
    [Theory]
    [InlineData("LZ4Compressor", "lz4.chunk")]
    [InlineData("SnappyCompressor", "snappy.chunk")]
    [InlineData("DeflateCompressor", "deflate.chunk")]
    [InlineData("ZstdCompressor", "level-3.zst")]
    [InlineData("ZstdCompressor", "level-19.zst")]
    [InlineData("ZstdCompressor", "fast-20-unchecked.zst")]
    public void Hostile_bytes_do_no_harm(string name, string vector)
    {
        const int Guard = 64;
        const byte GuardByte = 0xA5;
        Compressor compressor = Compressor(name);
        byte[] good = vector.EndsWith(".chunk", StringComparison.Ordinal) ? Vectors.Read(vector)[..^4] : Vectors.Read(vector);
        Random random = new(name.Length + vector.Length);
        byte[] memory = new byte[Guard + 16384 + Guard];
        for (int round = 0; round < 3000; round++)
        {
            byte[] bad = good[..(round % 3 == 0 ? random.Next(good.Length) : good.Length)];
            for (int flips = random.Next(1, 6); flips > 0 && bad.Length > 0; flips--)
            {
                // Headers and tables are near the start: half of the flips go there.
                int at = random.Next(2) == 0 ? random.Next(Math.Min(bad.Length, 160)) : random.Next(bad.Length);
                bad[at] = (byte)random.Next(256);
            }

            int length = round % 5 == 0 ? random.Next(16384) : 16384;
            memory.AsSpan().Fill(GuardByte);
            int result = compressor.Decompress(bad, memory.AsSpan(Guard, length));
            Assert.InRange(result, DecompressionFailure.DictionaryRequired, length);
            Assert.False(memory.AsSpan(0, Guard).ContainsAnyExcept(GuardByte));
            Assert.False(memory.AsSpan(Guard + length).ContainsAnyExcept(GuardByte));
        }
    }

    [Fact]
    public void Lz4_block_with_an_offset_before_the_start_or_of_zero_is_refused()
    {
        // Four literals, then a match of 4 at offset 5; at offset 0.
        Assert.Equal(DecompressionFailure.Malformed, Lz4Decoder.Decode([0x40, 1, 2, 3, 4, 5, 0, 0x00], new byte[64]));
        Assert.Equal(DecompressionFailure.Malformed, Lz4Decoder.Decode([0x40, 1, 2, 3, 4, 0, 0, 0x00], new byte[64]));
        byte[] data = new byte[8];
        Assert.Equal(8, Lz4Decoder.Decode([0x40, 1, 2, 3, 4, 4, 0, 0x00], data));
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4], data);
    }

    private static byte[] CheckedChunk(string vector)
    {
        byte[] bytes = Vectors.Read(vector);
        Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(bytes.Length - 4)), Crc32.Compute(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes[..^4];
    }

    private static Compressor Compressor(string name)
    {
        Assert.True(CompressorFactory.TryCreate(name, null, out Compressor? compressor, out _));
        return compressor;
    }
}
