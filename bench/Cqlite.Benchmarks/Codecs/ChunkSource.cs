using System.Globalization;
using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Benchmarks.Codecs;

/// <summary>The uncompressed chunks that codecs are measured on.</summary>
internal static class ChunkSource
{
    public const int ChunkBytes = 16 * 1024;
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly string[] s_words =
        ("account request timeout server client retry cache miss hit token session expired region eu-west us-east node disk queue latency "
        + "batch commit rollback index shard replica leader follower write read flush compaction done").Split(' ');

    /// <summary>The chunks of the compressed SSTables in a folder, decompressed, up to 64 MiB.</summary>
    public static byte[][] Read(string folder)
    {
        List<byte[]> chunks = [];
        long total = 0;
        foreach (SSTableDescriptor table in SSTableFolder.Find(PhysicalFileSystem.Instance, folder))
        {
            string path = table.PathOf(SSTableComponent.CompressionInfo);
            if (!File.Exists(path))
            {
                continue;
            }

            CompressionInfo info = CompressionInfo.Read(PhysicalFileSystem.Instance, path, table.Version);
            byte[] file = File.ReadAllBytes(table.PathOf(SSTableComponent.Data));
            for (int index = 0; index < info.ChunkCount && total < MaxBytes; index++)
            {
                int length = (int)Math.Min(info.ChunkLength, info.DataLength - ((long)index * info.ChunkLength));
                int start = (int)info.OffsetOf(index);
                ReadOnlySpan<byte> stored = file.AsSpan(start..((int)info.EndOf(index, file.Length) - 4));
                if (length <= 0 || stored.Length >= info.MaxCompressedLength)
                {
                    continue;
                }

                byte[] chunk = new byte[length];
                if (info.Compressor.Decompress(stored, chunk) != length)
                {
                    throw new InvalidDataException($"{path}: chunk {index} is damaged.");
                }

                chunks.Add(chunk);
                total += length;
            }
        }

        return chunks.Count > 0 ? [.. chunks] : throw new ArgumentException($"No compressed SSTable in '{folder}'.");
    }

    /// <summary>Rows of log events: words, labels, numbers, and a payload of half noise, half zeros, about 500 bytes each.</summary>
    public static byte[][] Generate(int totalBytes)
    {
        MemoryStream rows = new(totalBytes + 1024);
        Random random = new(42);
        Span<byte> noise = stackalloc byte[120];
        for (int row = 0; rows.Length < totalBytes; row++)
        {
            random.NextBytes(noise);
            rows.Write(noise[..40]);
            StringBuilder text = new();
            for (int words = random.Next(16, 33); words > 0; words--)
            {
                text.Append(s_words[random.Next(s_words.Length)]).Append(' ');
            }

            text.Append(CultureInfo.InvariantCulture, $"host-{random.Next(50)} region-{random.Next(50)} tenant-{random.Next(50)}");
            text.Append(CultureInfo.InvariantCulture, $" trace-{random.NextInt64():x16} version-{random.Next(50)}");
            rows.Write(System.Text.Encoding.ASCII.GetBytes(text.ToString()));
            rows.Write(noise[40..]);
            rows.Write(new byte[80]);
        }

        return [.. rows.ToArray().Chunk(ChunkBytes)];
    }
}
