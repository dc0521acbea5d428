using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Cqlite.Testing;

/// <summary>Packs a folder of recorded files into an archive of tests/Fixtures: a ustar archive, compressed with Brotli.</summary>
/// <remarks>
/// The archive depends on nothing but paths and contents, so that packing the same folder again changes no byte. Files that were
/// compressed with gzip are stored plain and without <c>.gz</c>: Brotli finds far more in them than it would in the compressed bytes.
/// </remarks>
public static class FixturePacker
{
    /// <summary>The largest window that every Brotli decoder takes: 16 MiB.</summary>
    private const int WindowBits = 24;

    /// <summary>The highest quality; about half a megabyte a second.</summary>
    public const int BestQuality = 11;

    /// <summary>Writes the archive of <paramref name="files"/> and returns the line that the index keeps of it.</summary>
    /// <param name="name">The archive's name, without extension.</param>
    /// <param name="sourceFolder">The folder that the paths are relative to.</param>
    /// <param name="files">Paths relative to <paramref name="sourceFolder"/>, with <c>/</c>.</param>
    /// <param name="targetFolder">The folder that the archive is written to.</param>
    /// <param name="quality">Brotli's quality, 0 to 11.</param>
    public static FixtureArchiveEntry Pack(
        string name, string sourceFolder, IEnumerable<string> files, string targetFolder, int quality = BestQuality)
    {
        using var tar = new MemoryStream();
        var count = 0;
        long unpackedBytes = 0;
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            foreach (var file in files.OrderBy(Similarity).ThenBy(path => path, StringComparer.Ordinal))
            {
                var content = ReadPlain(Path.Combine(sourceFolder, file));
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, PlainName(file))
                {
                    DataStream = new MemoryStream(content),
                    Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                });
                count++;
                unpackedBytes += content.Length;
            }

        var source = tar.GetBuffer().AsSpan(0, checked((int)tar.Length));
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(source.Length)];
        if (!BrotliEncoder.TryCompress(source, packed, out var packedBytes, quality, WindowBits))
            throw new InvalidOperationException($"Brotli needs more than {packed.Length:N0} bytes for {source.Length:N0}.");

        var archive = packed.AsSpan(0, packedBytes);
        File.WriteAllBytes(Path.Combine(targetFolder, name + FixtureStore.Extension), archive);
        return new FixtureArchiveEntry(name, Convert.ToHexStringLower(SHA256.HashData(archive)), count, unpackedBytes);
    }

    /// <summary>The path without the extension of gzip.</summary>
    public static string PlainName(string path) => path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;

    /// <summary>The text of an index, naming files as the archive does.</summary>
    internal static string WithPlainNames(string index) => index.Replace(".jsonl.gz\"", ".jsonl\"", StringComparison.Ordinal);

    private static byte[] ReadPlain(string path)
    {
        if (Path.GetFileName(path) == FixtureIndex.FileName)
            return Encoding.UTF8.GetBytes(WithPlainNames(File.ReadAllText(path)));
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
            return File.ReadAllBytes(path);

        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>Files of one kind stand together, for they have most in common: all statistics, all dumps, all data.</summary>
    private static string Similarity(string path)
    {
        var name = PlainName(path);
        var folder = Path.GetFileName(Path.GetDirectoryName(name)) ?? "";
        var file = Path.GetFileName(name);
        var component = file[(file.LastIndexOf('-') + 1)..];
        return folder is "dump" or "metadata" ? folder + Path.GetExtension(file) : component;
    }
}
