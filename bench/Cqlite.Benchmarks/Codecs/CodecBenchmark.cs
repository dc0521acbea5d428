using System.Globalization;
using System.Text;
using Cqlite.Core.Compression;
using Cqlite.Core.Encoding;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Codecs;

/// <summary>
/// <c>codecs [FOLDER]</c>: checksums, hashes and compressors against the originals in C, on the chunks of the SSTables in the folder or
/// on rows made up for it.
/// </summary>
internal sealed class CodecBenchmark
{
    private const int Rounds = 15;

    private readonly byte[][] _chunks;
    private readonly long _totalBytes;
    private readonly NativeCodecs _native = new();
    private readonly byte[] _buffer = new byte[4 * 1024 * 1024];
    private readonly StringBuilder _table = new();

    private CodecBenchmark(byte[][] chunks)
    {
        _chunks = chunks;
        _totalBytes = chunks.Sum(chunk => (long)chunk.Length);
    }

    private delegate int Codec(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <summary>Measures, prints, and writes bench/results/codecs.md.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        byte[][] chunks = arguments.Length > 0 ? ChunkSource.Read(arguments[0]) : ChunkSource.Generate(32 * 1024 * 1024);
        CodecBenchmark benchmark = new(chunks);
        string data = arguments.Length > 0 ? "chunks of SSTables" : "made-up rows in chunks of 16 KiB";
        benchmark._table.Append(CultureInfo.InvariantCulture, $"""
            # Codecs

            {Measurement.Machine()}. Data: {data}, {benchmark._totalBytes / 1e6:f1} MB in {chunks.Length} chunks.
            Medians of {Rounds} rounds taken in turns, one thread; GB are 10^9 bytes of uncompressed data. Ratio: ours to the original's speed.
            Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- codecs`.

            | what | ours GB/s | original GB/s | ratio | our size | original's size |
            |---|---|---|---|---|---|

            """);
        benchmark.MeasureSums();
        benchmark.MeasureCompressors();
        string text = benchmark._table.ToString();
        Console.Write(text);
        string folder = Path.Combine(Repository.Root, "bench", "results");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "codecs.md"), text.ReplaceLineEndings("\n"));
        return 0;
    }

    private void MeasureSums()
    {
        MeasureOurs("CRC32, 16 KiB", () =>
        {
            foreach (byte[] chunk in _chunks)
            {
                Crc32.Compute(chunk);
            }
        });
        MeasureOurs("CRC32 without special instructions", () =>
        {
            foreach (byte[] chunk in _chunks)
            {
                Crc32.UpdateByTables(0, chunk);
            }
        });
        MeasureOurs("Adler32", () =>
        {
            foreach (byte[] chunk in _chunks)
            {
                Adler32.Compute(chunk);
            }
        });
        MeasureOurs("XXH64", () =>
        {
            foreach (byte[] chunk in _chunks)
            {
                XxHash64.Compute(chunk);
            }
        });
        foreach (int keyBytes in (int[])[16, 13])
        {
            double seconds = Measurement.Compare(Rounds, ("murmur3", () => HashKeys(keyBytes)))[0].Seconds;
            double keys = _chunks.Sum(chunk => (double)(chunk.Length / keyBytes));
            _table.Append(CultureInfo.InvariantCulture,
                $"| murmur3 token, keys of {keyBytes} bytes ({keys / seconds / 1e6:f0} M keys/s) | {_totalBytes / seconds / 1e9:f2} | | | | |\n");
        }
    }

    private void HashKeys(int keyBytes)
    {
        foreach (byte[] chunk in _chunks)
        {
            for (int at = 0; at + keyBytes <= chunk.Length; at += keyBytes)
            {
                Murmur3.Token(chunk.AsSpan(at, keyBytes));
            }
        }
    }

    private void MeasureCompressors()
    {
        MeasureCodec("LZ4", Lz4Encode, Lz4Decoder.Decode, _native.HasLz4 ? _native.CompressLz4 : null, _native.HasLz4 ? _native.DecompressLz4 : null);
        MeasureCodec(
            "Snappy",
            SnappyEncoder.Encode,
            SnappyDecoder.Decode,
            _native.HasSnappy ? _native.CompressSnappy : null,
            _native.HasSnappy ? _native.DecompressSnappy : null);
        foreach (int level in (int[])[1, 3, 9])
        {
            MeasureCodec(
                $"Zstd level {level}",
                (source, destination) => ZstdEncoder.Encode(source, destination, level),
                ZstdDecoder.Decode,
                _native.HasZstd ? (source, destination) => _native.CompressZstd(source, destination, level) : null,
                _native.HasZstd ? _native.DecompressZstd : null);
        }

        DeflateCompressor deflate = new();
        byte[][] packed = Pack(deflate.Compress);
        Add("Deflate, decompress; original: .NET's zlib", () => Unpack(packed, deflate.Decompress), () => UnpackByZlib(packed), packed, null);
        MeasureOurs("Deflate, compress (.NET's zlib)", () => Pack(deflate.Compress), rounds: 3);
        MeasureOurs("LZ4 high, level 9, compress", () => Pack((source, destination) => Lz4HighEncoder.Encode(source, destination, 9)), rounds: 3);
    }

    private static int Lz4Encode(ReadOnlySpan<byte> source, Span<byte> destination) => Lz4Encoder.Encode(source, destination);

    /// <summary>Both decode the original's bytes where it is there, else ours.</summary>
    private void MeasureCodec(string name, Codec compress, Codec decompress, Codec? originalCompress, Codec? originalDecompress)
    {
        byte[][] ours = Pack(compress);
        byte[][]? originals = originalCompress is null ? null : Pack(originalCompress);
        byte[][] packed = originals ?? ours;
        Add($"{name}, decompress", () => Unpack(packed, decompress), originalDecompress is null ? null : () => Unpack(packed, originalDecompress), null, null);
        Add(
            $"{name}, compress",
            () => CompressAll(compress),
            originalCompress is null ? null : () => CompressAll(originalCompress),
            ours,
            originals);
        if (originalCompress is null)
        {
            _table.Append($"| {name}: the original's library was not found | | | | | |\n");
        }
    }

    private void MeasureOurs(string name, Action run, int rounds = Rounds)
    {
        double seconds = Measurement.Compare(rounds, (name, run))[0].Seconds;
        _table.Append(CultureInfo.InvariantCulture, $"| {name} | {_totalBytes / seconds / 1e9:f2} | | | | |\n");
    }

    private void Add(string name, Action ours, Action? original, byte[][]? ourBytes, byte[][]? originalBytes)
    {
        IReadOnlyList<Measurement> times = original is null
            ? Measurement.Compare(Rounds, ("ours", ours))
            : Measurement.Compare(Rounds, ("ours", ours), ("original", original));
        _table.Append(CultureInfo.InvariantCulture, $"| {name} | {_totalBytes / times[0].Seconds / 1e9:f2} |");
        _table.Append(times.Count == 1
            ? " | |"
            : string.Create(CultureInfo.InvariantCulture, $" {_totalBytes / times[1].Seconds / 1e9:f2} | {times[1].Seconds / times[0].Seconds:f2} |"));
        _table.Append(CultureInfo.InvariantCulture, $" {Size(ourBytes)} | {Size(originalBytes)} |\n");
    }

    private static string Size(byte[][]? packed) =>
        packed is null ? "" : packed.Sum(chunk => (long)chunk.Length).ToString(CultureInfo.InvariantCulture);

    private byte[][] Pack(Codec compress)
    {
        byte[][] packed = new byte[_chunks.Length][];
        for (int index = 0; index < packed.Length; index++)
        {
            packed[index] = _buffer[..compress(_chunks[index], _buffer)];
        }

        return packed;
    }

    private void CompressAll(Codec compress)
    {
        foreach (byte[] chunk in _chunks)
        {
            compress(chunk, _buffer);
        }
    }

    private void Unpack(byte[][] packed, Codec decompress)
    {
        for (int index = 0; index < packed.Length; index++)
        {
            int length = _chunks[index].Length;
            if (decompress(packed[index], _buffer.AsSpan(0, length)) != length)
            {
                throw new InvalidDataException("A chunk did not come back.");
            }
        }
    }

    private void UnpackByZlib(byte[][] packed)
    {
        for (int index = 0; index < packed.Length; index++)
        {
            using System.IO.Compression.ZLibStream zlib = new(new MemoryStream(packed[index]), System.IO.Compression.CompressionMode.Decompress);
            zlib.ReadExactly(_buffer, 0, _chunks[index].Length);
        }
    }
}
