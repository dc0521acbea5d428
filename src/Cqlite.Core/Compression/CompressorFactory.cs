using System.Diagnostics.CodeAnalysis;

namespace Cqlite.Core.Compression;

/// <summary>Finds the compressor that CompressionInfo.db or a table's <c>compression</c> option names.</summary>
/// <remarks><code>source    org/apache/cassandra/schema/CompressionParams.java (parseCompressorClass, createCompressor)</code></remarks>
internal static class CompressorFactory
{
    private const string Package = "org.apache.cassandra.io.compress.";

    /// <summary>
    /// Makes a compressor from Cassandra's class name, with or without the package, and its own options (chunk length and ratio are
    /// the table's, not the compressor's, and are taken out before this).
    /// </summary>
    /// <param name="className">As Cassandra spells it: <c>LZ4Compressor</c> or with the package before it.</param>
    /// <param name="options">The compressor's options; names that it does not know are refused, as Cassandra refuses them.</param>
    /// <param name="compressor">The compressor, when the answer is true.</param>
    /// <param name="problem">What is wrong, as a sentence without its full stop, when the answer is false.</param>
    public static bool TryCreate(
        string className,
        IReadOnlyDictionary<string, string>? options,
        [NotNullWhen(true)] out Compressor? compressor,
        [NotNullWhen(false)] out string? problem)
    {
        options ??= new Dictionary<string, string>(0);
        string name = className.StartsWith(Package, StringComparison.Ordinal) ? className[Package.Length..] : className;
        compressor = null;
        ReadOnlySpan<string> known = name switch
        {
            "LZ4Compressor" => ["lz4_compressor_type", "lz4_high_compressor_level"],
            "ZstdCompressor" => ["compression_level"],
            _ => [],
        };
        foreach (string option in options.Keys)
        {
            // 3.0 still let this one, which is about reading, through to the compressor's options.
            if (!known.Contains(option) && option != "crc_check_chance")
            {
                problem = $"Unknown compression option '{option}' of {name}";
                return false;
            }
        }

        problem = null;
        compressor = name switch
        {
            "LZ4Compressor" => Lz4Compressor.Create(options, out problem),
            "SnappyCompressor" => new SnappyCompressor(),
            "DeflateCompressor" => new DeflateCompressor(),
            "ZstdCompressor" => ZstdCompressor.Create(options, out problem),
            "NoopCompressor" => new NoopCompressor(),
            _ => null,
        };
        if (compressor is null)
        {
            problem ??= $"Unknown compressor '{className}'";
            return false;
        }

        return true;
    }
}
