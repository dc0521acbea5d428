using System.Buffers.Binary;
using Cqlite.Core.Compression;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Errors;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.CommitLog;

/// <summary>
/// Segments whose sections are compressed, made here as CommitLogFormat draws them; that the drawing is right, the LZ4 log of a killed node tells.
/// And encrypted ones, which are refused.
/// </summary>
public sealed class CompressedSegmentTests
{
    private const string At = "/CommitLog-7-5.log";

    [Theory]
    [InlineData("LZ4Compressor")]
    [InlineData("SnappyCompressor")]
    [InlineData("DeflateCompressor")]
    [InlineData("ZstdCompressor")]
    [InlineData("org.apache.cassandra.io.compress.LZ4Compressor")]
    public void Mutations_and_positions_are_found_and_a_cut_at_any_byte_keeps_whole_sections(string compressor)
    {
        (byte[] content, List<(byte[] Mutation, int Position, int SectionEnd)> written) = Make(compressor);
        for (int length = content.Length; length >= 0; length--)
        {
            SimulatedDisk disk = new();
            disk.Put(At, content[..length]);
            CommitLogSegmentReader reader = new(disk, At, mayBeTorn: true);
            int count = 0;
            while (reader.MoveNext())
            {
                Assert.Equal(written[count].Mutation, reader.Mutation.ToArray());
                Assert.Equal(written[count].Position, reader.PositionAfter);
                count++;
            }

            // Of a section that is cut, what a decompressor had made before the end may be there.
            int whole = written.Count(w => w.SectionEnd <= length);
            Assert.Equal((length, whole), (length, count));
        }
    }

    [Theory]
    [InlineData("LZ4Compressor")]
    [InlineData("SnappyCompressor")]
    [InlineData("DeflateCompressor")]
    [InlineData("ZstdCompressor")]
    public void Damage_before_the_last_section_is_told_with_its_place(string compressor)
    {
        (byte[] content, List<(byte[] Mutation, int Position, int SectionEnd)> written) = Make(compressor);
        int first = content.Length;
        for (int marker = HeadLength(content); marker < content.Length; marker = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(marker)))
            first = Math.Min(first, marker);
        int firstEnd = written[0].SectionEnd;
        int told = 0;
        for (int at = first + CommitLogFormat.MarkerLength; at < firstEnd; at++)
        {
            byte[] changed = [.. content];
            changed[at] ^= 0x20;
            SimulatedDisk disk = new();
            disk.Put(At, changed);
            CommitLogSegmentReader reader = new(disk, At, mayBeTorn: true);
            int count = 0;
            try
            {
                while (reader.MoveNext())
                    Assert.Equal(written[count++].Mutation, reader.Mutation.ToArray());

                // Some bits of a compressed form mean nothing; then all is as it was.
                Assert.Equal(written.Count, count);
            }
            catch (CorruptDataException e)
            {
                Assert.Equal(At, e.File);
                Assert.InRange(e.Offset, first, content.Length);
                told++;
            }
        }

        Assert.True(told > (firstEnd - first) / 2, $"{told} of {firstEnd - first}");
    }

    [Fact]
    public void An_unknown_compressor_is_named()
    {
        SimulatedDisk disk = new();
        BufferWriter output = new();
        new CommitLogDescriptor(CommitLogDescriptor.Version40, 5, "LzmaCompressor", new Dictionary<string, string>()).Write(output);
        disk.Put(At, output.ToArray());
        UnsupportedFormatException refused = Assert.Throws<UnsupportedFormatException>(() => new CommitLogSegmentReader(disk, At, mayBeTorn: true));
        Assert.Contains("LzmaCompressor", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_segment_is_refused_as_such()
    {
        // EncryptionContext.toHeaderParameters names these.
        byte[] parameters = System.Text.Encoding.UTF8.GetBytes("""{"encCipher":"AES/CBC/PKCS5Padding","encKeyAlias":"testing:1","encIV":"00"}""");
        BufferWriter output = new();
        output.WriteInt32(7);
        output.WriteInt64(5);
        output.WriteShortBytes(parameters);
        BufferWriter summed = new();
        summed.WriteInt32(7);
        summed.WriteInt32(5);
        summed.WriteInt32(0);
        summed.WriteInt32(parameters.Length);
        output.WriteInt32((int)Crc32.Update(Crc32.Compute(summed.WrittenSpan), parameters));
        SimulatedDisk disk = new();
        disk.Put(At, output.ToArray());
        UnsupportedFormatException refused = Assert.Throws<UnsupportedFormatException>(() => new CommitLogSegmentReader(disk, At, mayBeTorn: true));
        Assert.Contains("encrypted", refused.Message, StringComparison.Ordinal);
        Assert.Contains(At, refused.Message, StringComparison.Ordinal);
    }

    private static int HeadLength(byte[] content) => 4 + 8 + 2 + BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(12)) + 4;

    private static (byte[] Content, List<(byte[] Mutation, int Position, int SectionEnd)> Written) Make(string compressorName)
    {
        Assert.True(CompressorFactory.TryCreate(compressorName, null, out Compressor? compressor, out _));
        BufferWriter output = new();
        new CommitLogDescriptor(CommitLogDescriptor.Version40, 5, compressorName, new Dictionary<string, string>()).Write(output);
        List<(byte[], int, int)> written = [];
        int logical = output.Length;
        for (int section = 0; section < 4; section++)
        {
            BufferWriter mutations = new();
            List<(byte[] Mutation, int Position)> inSection = [];
            logical += CommitLogFormat.MarkerLength;
            for (int i = 0; i < 3; i++)
            {
                byte[] mutation = new byte[10 + (section * 31) + (i * 7)];
                new Random((section * 10) + i).NextBytes(mutation.AsSpan(0, mutation.Length / 2));
                mutations.WriteInt32(mutation.Length);
                mutations.WriteInt32((int)CommitLogFormat.SizeChecksum(mutation.Length));
                mutations.Write(mutation);
                mutations.WriteInt32((int)Crc32.Update(CommitLogFormat.SizeChecksum(mutation.Length), mutation));
                inSection.Add((mutation, logical + mutations.Length));
            }

            logical += mutations.Length;
            byte[] compressed = new byte[compressor.MaxCompressedLength(mutations.Length)];
            int length = compressor.Compress(mutations.WrittenSpan, compressed);
            int marker = output.Length;
            int end = marker + CommitLogFormat.MarkerLength + 4 + length;
            output.WriteInt32(end);
            output.WriteInt32((int)CommitLogFormat.MarkerChecksum(5, marker));
            output.WriteInt32(mutations.Length);
            output.Write(compressed.AsSpan(0, length));
            foreach ((byte[] mutation, int position) in inSection)
                written.Add((mutation, position, end));
        }

        return (output.ToArray(), written);
    }
}
