using System.Globalization;

namespace Cqlite.Core.Rewriting;

/// <summary>Compression by a short name, as commands take it.</summary>
public static class RewriteCompression
{
    private const int Kilobyte = 1024;
    private const string None = "none";

    private static readonly Dictionary<string, string> s_classes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["lz4"] = "LZ4Compressor",
        ["snappy"] = "SnappyCompressor",
        ["deflate"] = "DeflateCompressor",
        ["zstd"] = "ZstdCompressor",
    };

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_classes.Keys, None];

    /// <summary>What a length of chunks must be, for error texts.</summary>
    public static string ExpectedChunkLength => "a power of two from 1 KiB to 1 GiB is needed";

    /// <summary>Whether a length is one that Cassandra takes for chunks.</summary>
    public static bool IsChunkLength(long bytes) => bytes is >= Kilobyte and <= 1 << 30 && (bytes & (bytes - 1)) == 0;

    /// <summary>The table's option that a name stands for, as <see cref="RewriteOptions.Compression"/> takes it; null for no name.</summary>
    /// <param name="name">One of <see cref="Names"/>, in any case; null for the source's compression.</param>
    /// <param name="chunkLengthBytes">Bytes of a chunk before compression; null for Cassandra's default of 16 KiB.</param>
    /// <exception cref="ArgumentException">There is no such name or length, or a length for what is not compressed.</exception>
    public static IReadOnlyDictionary<string, string>? Option(string? name, long? chunkLengthBytes)
    {
        if (chunkLengthBytes is { } length && !IsChunkLength(length))
            throw new ArgumentException($"Chunks of {length:N0} bytes can't be: {ExpectedChunkLength}.");
        if (name is null)
            return null;
        Dictionary<string, string> option = [];
        if (string.Equals(name, None, StringComparison.OrdinalIgnoreCase))
            return chunkLengthBytes is null ? option : throw new ArgumentException("Without compression there are no chunks whose length could be given.");
        option["class"] = s_classes.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no compression '{name}'; there are {string.Join(", ", Names)}.");
        if (chunkLengthBytes is { } bytes)
            option["chunk_length_in_kb"] = (bytes / Kilobyte).ToString(CultureInfo.InvariantCulture);
        return option;
    }
}
