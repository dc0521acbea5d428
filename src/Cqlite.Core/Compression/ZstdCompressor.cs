using System.Globalization;

namespace Cqlite.Core.Compression;

/// <summary>Zstandard frames with a checksum, one a chunk.</summary>
/// <remarks><code>source    org/apache/cassandra/io/compress/ZstdCompressor.java</code></remarks>
internal sealed class ZstdCompressor : Compressor
{
    /// <summary>The level that Cassandra takes when none is given.</summary>
    public const int DefaultLevel = 3;

    private const int MinLevel = -131072;
    private const int MaxLevel = 22;

    private readonly int _level;

    private ZstdCompressor(int level) => _level = level;

    /// <inheritdoc/>
    public override string Name => "ZstdCompressor";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Options => _level == DefaultLevel
        ? NoOptions
        : new Dictionary<string, string> { ["compression_level"] = _level.ToString() };

    /// <summary>The compressor of these options, or what is wrong with them.</summary>
    public static Compressor? Create(IReadOnlyDictionary<string, string> options, out string? problem)
    {
        problem = null;
        int level = DefaultLevel;
        if (options.TryGetValue("compression_level", out string? text)
            && (!int.TryParse(text, NumberStyles.AllowLeadingSign, null, out level) || level is < MinLevel or > MaxLevel))
        {
            problem = $"Invalid value '{text}' for 'compression_level': a number from {MinLevel} to {MaxLevel} expected";
            return null;
        }

        return new ZstdCompressor(level);
    }

    /// <inheritdoc/>
    public override int Decompress(ReadOnlySpan<byte> source, Span<byte> destination) => ZstdDecoder.Decode(source, destination);

    /// <inheritdoc/>
    public override int MaxCompressedLength(int length) => ZstdEncoder.MaxCompressedLength(length);

    /// <inheritdoc/>
    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        ZstdEncoder.Encode(source, destination, _level);
}
