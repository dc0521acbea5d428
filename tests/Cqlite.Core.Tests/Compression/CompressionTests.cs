using System.IO.Compression;
using Cqlite.Core.Compression;
using Xunit;

namespace Cqlite.Core.Tests.Compression;

public sealed class CompressionTests
{
    public static TheoryData<string, string?, string?> Settings => new()
    {
        { "LZ4Compressor", null, null },
        { "LZ4Compressor", "high", "1" },
        { "LZ4Compressor", "high", "9" },
        { "LZ4Compressor", "high", "12" },
        { "SnappyCompressor", null, null },
        { "DeflateCompressor", null, null },
        { "NoopCompressor", null, null },
        { "ZstdCompressor", "-131072", null },
        { "ZstdCompressor", "-5", null },
        { "ZstdCompressor", "1", null },
        { "ZstdCompressor", "3", null },
        { "ZstdCompressor", "6", null },
        { "ZstdCompressor", "22", null },
    };

    [Fact]
    public void Lz4_writes_the_bytes_that_Cassandra_wrote()
    {
        Compressor compressor = Create("LZ4Compressor", null, null);
        byte[] chunk = new byte[compressor.MaxCompressedLength(Vectors.Plain.Length)];
        int length = compressor.Compress(Vectors.Plain, chunk);
        Assert.Equal(Vectors.Read("lz4.chunk")[..^4], chunk[..length]);
    }

    [Fact]
    public void Deflated_bytes_are_read_by_zlib()
    {
        Compressor compressor = Create("DeflateCompressor", null, null);
        byte[] chunk = new byte[compressor.MaxCompressedLength(Vectors.Plain.Length)];
        int length = compressor.Compress(Vectors.Plain, chunk);
        using ZLibStream zlib = new(new MemoryStream(chunk, 0, length), CompressionMode.Decompress);
        byte[] data = new byte[Vectors.Plain.Length];
        zlib.ReadExactly(data);
        Assert.Equal(Vectors.Plain, data);
        Assert.Equal(-1, zlib.ReadByte());
    }

    /// <summary>The bounds are what Snappy and zstd themselves made of the same bytes, and a few per cent.</summary>
    [Theory]
    [InlineData("SnappyCompressor", null, null, 7178 * 1.03)]
    [InlineData("LZ4Compressor", "high", "9", 7305 * 0.97)]
    [InlineData("ZstdCompressor", "3", null, 5705 * 1.10)]
    [InlineData("ZstdCompressor", "19", null, 5241 * 1.10)]
    public void Compressed_size_is_near_that_of_the_originals(string name, string? first, string? second, double bound)
    {
        Compressor compressor = Create(name, first, second);
        byte[] chunk = new byte[compressor.MaxCompressedLength(Vectors.Plain.Length)];
        Assert.InRange(compressor.Compress(Vectors.Plain, chunk), 1, (int)bound);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_was_compressed_comes_back(string name, string? first, string? second)
    {
        Compressor compressor = Create(name, first, second);
        foreach (byte[] data in Inputs())
        {
            byte[] chunk = new byte[compressor.MaxCompressedLength(data.Length)];
            int length = compressor.Compress(data, chunk);
            Assert.InRange(length, 0, chunk.Length);
            byte[] back = new byte[data.Length];
            Assert.Equal(data.Length, compressor.Decompress(chunk.AsSpan(0, length), back));
            Assert.Equal(data, back);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Destination_that_may_be_too_small_is_refused(string name, string? first, string? second)
    {
        Compressor compressor = Create(name, first, second);
        Assert.Equal(-1, compressor.Compress(Vectors.Plain, new byte[compressor.MaxCompressedLength(Vectors.Plain.Length) - 1]));
    }

    [Fact]
    public void Nothing_is_written_behind_the_bound()
    {
        byte[] random = new byte[16384];
        new Random(5).NextBytes(random);
        foreach ((string name, string? first, string? second) in Settings.Select(row => row.Data))
        {
            Compressor compressor = Create(name, first, second);
            for (int length = 0; length < 400; length++)
            {
                int bound = compressor.MaxCompressedLength(length);
                byte[] memory = new byte[bound + 64];
                memory.AsSpan(bound).Fill(0xA5);
                compressor.Compress(random.AsSpan(0, length), memory.AsSpan(0, bound));
                Assert.False(memory.AsSpan(bound).ContainsAnyExcept((byte)0xA5));
            }
        }
    }

    [Theory]
    [InlineData("org.apache.cassandra.io.compress.LZ4Compressor", "LZ4Compressor")]
    [InlineData("ZstdCompressor", "ZstdCompressor")]
    public void Class_is_found_with_and_without_its_package(string className, string name)
    {
        Assert.True(CompressorFactory.TryCreate(className, null, out Compressor? compressor, out _));
        Assert.Equal(name, compressor.Name);
    }

    [Theory]
    [InlineData("LZOCompressor", null, null, "Unknown compressor 'LZOCompressor'")]
    [InlineData("SnappyCompressor", "level", "3", "Unknown compression option 'level' of SnappyCompressor")]
    [InlineData("ZstdCompressor", "compression_level", "23", "Invalid value '23' for 'compression_level': a number from -131072 to 22 expected")]
    [InlineData("LZ4Compressor", "lz4_compressor_type", "slow", "Invalid compressor type 'slow' for 'lz4_compressor_type': 'fast' or 'high' expected")]
    [InlineData("LZ4Compressor", "lz4_high_compressor_level", "18", "Invalid value '18' for 'lz4_high_compressor_level': a number from 1 to 17 expected")]
    public void What_is_not_known_is_named(string className, string? option, string? value, string problem)
    {
        Dictionary<string, string> options = option is null ? [] : new() { [option] = value! };
        Assert.False(CompressorFactory.TryCreate(className, options, out _, out string? actual));
        Assert.Equal(problem, actual);
    }

    private static Compressor Create(string name, string? first, string? second)
    {
        Dictionary<string, string> options = [];
        if (first is not null)
        {
            options[name == "ZstdCompressor" ? "compression_level" : "lz4_compressor_type"] = first;
        }

        if (second is not null)
        {
            options["lz4_high_compressor_level"] = second;
        }

        Assert.True(CompressorFactory.TryCreate(name, options, out Compressor? compressor, out _));
        return compressor;
    }

    private static IEnumerable<byte[]> Inputs()
    {
        Random random = new(4);
        for (int length = 0; length < 80; length++)
        {
            yield return Vectors.Plain[..length];
            yield return new byte[length];
        }

        yield return Vectors.Plain;
        yield return Vectors.Words(70000);
        yield return Vectors.Words(300000);
        yield return new byte[300000];
        byte[] noise = new byte[140000];
        random.NextBytes(noise);
        yield return noise;

        // Noise, then the same again from far off; then few symbols; then runs of every period up to 40.
        yield return [.. noise.AsSpan(0, 66000), .. noise.AsSpan(0, 66000)];
        yield return [.. noise.Select(value => (byte)(value & 3))];
        for (int period = 1; period <= 40; period++)
        {
            byte[] runs = new byte[3000];
            for (int index = 0; index < runs.Length; index++)
            {
                runs[index] = noise[index % period];
            }

            yield return runs;
        }

        for (int round = 0; round < 60; round++)
        {
            // Pieces of text, noise and zeros in a random order.
            List<byte> mixed = [];
            while (mixed.Count < 9000)
            {
                int take = random.Next(1, 700);
                int from = random.Next(10000);
                mixed.AddRange(random.Next(3) switch
                {
                    0 => Vectors.Plain.AsSpan(from, take),
                    1 => noise.AsSpan(from, take),
                    _ => new byte[take],
                });
            }

            yield return [.. mixed];
        }
    }
}
