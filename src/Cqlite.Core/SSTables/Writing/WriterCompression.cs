using System.Globalization;
using Cqlite.Core.Compression;
using Cqlite.Core.Errors;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>How an SSTable's data is to be compressed: a table's <c>compression</c> option, understood.</summary>
/// <remarks>Source: org/apache/cassandra/schema/CompressionParams.java.</remarks>
public sealed record WriterCompression
{
    private const int DefaultChunkLength = 16 * 1024;
    private const int LargestChunkLength = 1 << 30;
    private static readonly string[] s_ownOptions =
        ["class", "sstable_compression", "enabled", "chunk_length_in_kb", "chunk_length_kb", "min_compress_ratio", "crc_check_chance"];

    private WriterCompression(Compressor compressor, IReadOnlyDictionary<string, string> options, int chunkLength, int maxCompressedLength)
    {
        Compressor = compressor;
        Options = options;
        ChunkLength = chunkLength;
        MaxCompressedLength = maxCompressedLength;
    }

    /// <summary>Options of the compressor itself.</summary>
    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>Length of a chunk in bytes, before compression; a power of two, 16 KiB by default.</summary>
    public int ChunkLength { get; }

    /// <summary>Compressed length in bytes from which a chunk is stored as it is; <see cref="int.MaxValue"/>, the default, for never.</summary>
    public int MaxCompressedLength { get; }

    /// <summary>The compressor.</summary>
    internal Compressor Compressor { get; }

    /// <summary>What a table's option means; null for no compression.</summary>
    /// <param name="options"><c>class</c>, <c>chunk_length_in_kb</c>, <c>min_compress_ratio</c> and the compressor's own; empty for none.</param>
    /// <exception cref="InvalidQueryException">A value is not one that Cassandra takes.</exception>
    public static WriterCompression? FromTable(IReadOnlyDictionary<string, string> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string name = options.GetValueOrDefault("class") ?? options.GetValueOrDefault("sstable_compression") ?? "";
        if (name.Length == 0 || string.Equals(options.GetValueOrDefault("enabled"), "false", StringComparison.OrdinalIgnoreCase))
            return null;

        int chunkLength = DefaultChunkLength;
        string? kilobytes = options.GetValueOrDefault("chunk_length_in_kb") ?? options.GetValueOrDefault("chunk_length_kb");
        if (kilobytes is not null)
        {
            if (!int.TryParse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) || parsed <= 0 || parsed > LargestChunkLength / 1024)
                throw new InvalidQueryException($"Invalid value for chunk_length_in_kb: {kilobytes}");
            chunkLength = parsed * 1024;
        }

        double ratio = 0;
        if (options.TryGetValue("min_compress_ratio", out string? text)
            && (!double.TryParse(text, CultureInfo.InvariantCulture, out ratio) || (ratio != 0 && !(ratio >= 1))))
        {
            throw new InvalidQueryException($"min_compress_ratio can either be 0 or greater than or equal to 1, not {text}");
        }

        int maxCompressedLength = ratio == 0 ? int.MaxValue : (int)Math.Ceiling(Math.Min(chunkLength / ratio, int.MaxValue));
        Dictionary<string, string> own = [];
        foreach ((string key, string value) in options)
        {
            if (Array.IndexOf(s_ownOptions, key) < 0)
                own.Add(key, value);
        }

        return Create(name, own, chunkLength, maxCompressedLength);
    }

    /// <summary>The same as an existing SSTable has.</summary>
    /// <param name="info">How that one is compressed.</param>
    /// <param name="chunkLengthBytes">Another length of chunks; null for the same.</param>
    /// <exception cref="InvalidQueryException">The length is no power of two.</exception>
    internal static WriterCompression Like(CompressionInfo info, int? chunkLengthBytes = null)
    {
        int chunkLength = chunkLengthBytes ?? info.ChunkLength;
        int maxCompressed = info.MaxCompressedLength == int.MaxValue ? int.MaxValue : (int)((long)info.MaxCompressedLength * chunkLength / info.ChunkLength);
        return Create(info.CompressorName, info.Options, chunkLength, maxCompressed);
    }

    private static WriterCompression Create(string name, IReadOnlyDictionary<string, string> options, int chunkLength, int maxCompressedLength)
    {
        if ((chunkLength & (chunkLength - 1)) != 0)
            throw new InvalidQueryException($"chunk_length_in_kb must be a power of 2, not {chunkLength / 1024}");
        if (!CompressorFactory.TryCreate(name, options, out Compressor? compressor, out string? problem))
            throw new InvalidQueryException(problem);
        return new WriterCompression(compressor, options, chunkLength, maxCompressedLength);
    }
}
