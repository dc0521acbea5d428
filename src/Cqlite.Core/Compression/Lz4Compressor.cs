using System.Buffers.Binary;
using System.Globalization;

namespace Cqlite.Core.Compression;

/// <summary>LZ4 blocks, each after the length of its data.</summary>
/// <remarks>
/// <code>
/// chunk     length of the data (4 bytes, little-endian), LZ4 block
/// source    org/apache/cassandra/io/compress/LZ4Compressor.java
/// </code>
/// </remarks>
internal sealed class Lz4Compressor : Compressor
{
    private const int HeaderBytes = 4;
    private const int DefaultHighLevel = 9;

    private readonly bool _isHigh;
    private readonly int _highLevel;

    private Lz4Compressor(bool isHigh, int highLevel)
    {
        _isHigh = isHigh;
        _highLevel = highLevel;
    }

    /// <summary>With no options given.</summary>
    public static Lz4Compressor Default { get; } = new(isHigh: false, DefaultHighLevel);

    /// <inheritdoc/>
    public override string Name => "LZ4Compressor";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Options => !_isHigh
        ? NoOptions
        : new Dictionary<string, string> { ["lz4_compressor_type"] = "high", ["lz4_high_compressor_level"] = _highLevel.ToString() };

    /// <summary>The compressor of these options, or what is wrong with them.</summary>
    public static Compressor? Create(IReadOnlyDictionary<string, string> options, out string? problem)
    {
        problem = null;
        string type = options.GetValueOrDefault("lz4_compressor_type", "fast");
        if (type is not ("fast" or "high"))
        {
            problem = $"Invalid compressor type '{type}' for 'lz4_compressor_type': 'fast' or 'high' expected";
            return null;
        }

        int level = DefaultHighLevel;
        if (options.TryGetValue("lz4_high_compressor_level", out string? text)
            && (!int.TryParse(text, NumberStyles.AllowLeadingSign, null, out level) || level is < 1 or > 17))
        {
            problem = $"Invalid value '{text}' for 'lz4_high_compressor_level': a number from 1 to 17 expected";
            return null;
        }

        return type == "fast" ? Default : new Lz4Compressor(isHigh: true, level);
    }

    /// <inheritdoc/>
    public override int Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(source, out int length) || length < 0)
        {
            return DecompressionFailure.Malformed;
        }

        if (length > destination.Length)
        {
            return DecompressionFailure.DestinationTooSmall;
        }

        int produced = Lz4Decoder.Decode(source[HeaderBytes..], destination[..length]);
        return produced == length ? length : DecompressionFailure.Malformed;
    }

    /// <inheritdoc/>
    public override int MaxCompressedLength(int length) => (int)Math.Min(HeaderBytes + (long)Lz4Encoder.MaxCompressedLength(length), int.MaxValue);

    /// <inheritdoc/>
    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < MaxCompressedLength(source.Length))
        {
            return -1;
        }

        BinaryPrimitives.WriteInt32LittleEndian(destination, source.Length);
        int written = _isHigh
            ? Lz4HighEncoder.Encode(source, destination[HeaderBytes..], _highLevel)
            : Lz4Encoder.Encode(source, destination[HeaderBytes..]);
        return HeaderBytes + written;
    }
}
