using System.Globalization;

namespace Cqlite.Core.Schema.Options;

/// <summary>The option <c>compression</c>: the compressor's class, its chunk length and its own options.</summary>
/// <remarks>Source: org/apache/cassandra/schema/CompressionParams.java, io/compress/*Compressor.java.</remarks>
internal static class CompressionOptions
{
    private const string Package = "org.apache.cassandra.io.compress.";
    private const string Class = "class";
    private const string ChunkLength = "chunk_length_in_kb";
    private const string Enabled = "enabled";
    private const string MinRatio = "min_compress_ratio";
    private const string Lz4Type = "lz4_compressor_type";
    private const string Lz4Level = "lz4_high_compressor_level";
    private const string ZstdLevel = "compression_level";
    private const int ZstdLowestLevel = -131072;
    private const int ZstdHighestLevel = 22;
    private const int DefaultChunkLengthKib = 16;

    /// <summary>What tables get that ask for no compression.</summary>
    public static IReadOnlyDictionary<string, string> None { get; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal) { [Enabled] = "false" };

    /// <summary>Whether the sub-options, as they are kept, stand for compression.</summary>
    public static bool IsEnabled(IReadOnlyDictionary<string, string> map) =>
        map.Count > 0 && (!map.TryGetValue(Enabled, out string? enabled) || IsTrue(enabled));

    /// <summary>The sub-options as Cassandra keeps them: class in full, chunk length always; or <c>enabled = false</c>.</summary>
    public static IReadOnlyDictionary<string, string> Parse(IReadOnlyDictionary<string, string> map)
    {
        var options = new Dictionary<string, string>(map, StringComparer.Ordinal);
        bool enabled = !options.Remove(Enabled, out string? flag) || IsTrue(flag);
        if (map.Count > 0 && enabled && !options.ContainsKey(Class))
            throw OptionErrors.Configuration("Missing sub-option 'class' for the 'compression' option.");
        if (!enabled && options.Count > 0)
            throw OptionErrors.Configuration("If the 'enabled' option is set to false no other options must be specified");
        if (!options.Remove(Class, out string? className))
            return None;
        if (className.Length == 0)
            throw OptionErrors.Configuration("The 'class' option must not be empty. To disable compression use 'enabled' : false");

        int chunkLengthKib = ChunkLengthOf(options);
        double ratio = MinRatioOf(options);
        string fullName = className.Contains('.', StringComparison.Ordinal) ? className : Package + className;
        CheckCompressor(fullName, options);
        CheckNumbers(chunkLengthKib, ratio);

        var result = new SortedDictionary<string, string>(options, StringComparer.Ordinal)
        {
            [Class] = fullName,
            [ChunkLength] = chunkLengthKib.ToString(CultureInfo.InvariantCulture),
        };
        if (ratio != 0)
            result[MinRatio] = JavaNumber.Text(ratio);
        return result;
    }

    /// <summary>What was recorded of a table: with the class in full, of whatever class; or that it is not compressed.</summary>
    public static IReadOnlyDictionary<string, string> KeepAny(IReadOnlyDictionary<string, string> map)
    {
        IReadOnlyDictionary<string, string> options = Modernize(map);
        return IsEnabled(options) ? Keep(options) : None;
    }

    private static IReadOnlyDictionary<string, string> Keep(IReadOnlyDictionary<string, string> map)
    {
        string className = map.GetValueOrDefault(Class, "LZ4Compressor");
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ChunkLength] = DefaultChunkLengthKib.ToString(CultureInfo.InvariantCulture),
        };
        foreach ((string name, string value) in map)
            result[name] = value;
        result[Class] = className.Contains('.', StringComparison.Ordinal) ? className : Package + className;
        result.Remove(Enabled);
        return result;
    }

    /// <summary>
    /// What system_schema or a statement of an older release has, in today's names: <c>sstable_compression</c> and <c>chunk_length_kb</c>
    /// of 2.x, and <c>crc_check_chance</c> left out, which is an option of the table now.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Modernize(IReadOnlyDictionary<string, string> map)
    {
        var options = new Dictionary<string, string>(map, StringComparer.Ordinal);
        options.Remove("crc_check_chance");
        if (options.Remove("sstable_compression", out string? className) && !options.ContainsKey(Class))
        {
            if (className.Length == 0)
                return new Dictionary<string, string>(StringComparer.Ordinal) { [Enabled] = "false" };
            options[Class] = className;
        }

        if (options.Remove("chunk_length_kb", out string? length))
            options.TryAdd(ChunkLength, length);
        return options;
    }

    private static bool IsTrue(string text) => string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);

    private static int ChunkLengthOf(Dictionary<string, string> options)
    {
        if (!options.Remove(ChunkLength, out string? text))
            return DefaultChunkLengthKib;
        if (!JavaNumber.TryParseInt(text, out int kib))
            throw OptionErrors.Configuration($"Invalid value for {ChunkLength}");
        return kib <= int.MaxValue / 1024 ? kib : throw OptionErrors.Configuration($"Value of {ChunkLength} is too large ({kib})");
    }

    private static double MinRatioOf(Dictionary<string, string> options)
    {
        if (!options.Remove(MinRatio, out string? text))
            return 0;
        return JavaNumber.TryParseDouble(text, out double ratio) ? ratio : throw OptionErrors.Configuration($"Invalid value for {MinRatio}");
    }

    private static void CheckNumbers(int chunkLengthKib, double ratio)
    {
        // Java multiplies without looking at overflow, so that very negative lengths count as what is left of them.
        int chunkLength = unchecked(1024 * chunkLengthKib);
        if (chunkLength <= 0)
            throw OptionErrors.Configuration($"Invalid negative or null {ChunkLength}");
        if ((chunkLength & (chunkLength - 1)) != 0)
            throw OptionErrors.Configuration($"{ChunkLength} must be a power of 2");
        double longest = Math.Ceiling(Math.Min(chunkLength / ratio, int.MaxValue));
        if (longest < 0)
            throw OptionErrors.Configuration($"Invalid negative {MinRatio}");
        if (longest > chunkLength && longest < int.MaxValue)
            throw OptionErrors.Configuration($"{MinRatio} can either be 0 or greater than or equal to 1");
    }

    private static void CheckCompressor(string className, Dictionary<string, string> options)
    {
        string[] supported = className switch
        {
            Package + "LZ4Compressor" => [Lz4Type, Lz4Level],
            Package + "ZstdCompressor" => [ZstdLevel],
            Package + "SnappyCompressor" or Package + "DeflateCompressor" or Package + "NoopCompressor" => [],
            _ => throw OptionErrors.Configuration($"Could not create Compression for type {className}"),
        };

        if (className.EndsWith(".LZ4Compressor", StringComparison.Ordinal))
            CheckLz4(options);
        else if (className.EndsWith(".ZstdCompressor", StringComparison.Ordinal) && options.TryGetValue(ZstdLevel, out string? level))
            CheckZstd(level);

        foreach (string name in JavaHashOrder.OfStrings(options.Keys))
        {
            if (!supported.Contains(name, StringComparer.Ordinal))
                throw OptionErrors.Configuration($"Unknown compression options {name}");
        }
    }

    private static void CheckLz4(Dictionary<string, string> options)
    {
        if (options.TryGetValue(Lz4Type, out string? type) && type is not ("fast" or "high"))
        {
            throw OptionErrors.Configuration(
                $"Invalid compressor type '{type}' specified for LZ4 parameter '{Lz4Type}'. Valid options are [high, fast].");
        }

        if (options.TryGetValue(Lz4Level, out string? level) && !(JavaNumber.TryParseInt(level, out int number) && number is >= 1 and <= 17))
            throw OptionErrors.Configuration($"Invalid value [{level}] for parameter '{Lz4Level}'. Value must be between 1 and 17.");
    }

    private static void CheckZstd(string level)
    {
        if (!JavaNumber.TryParseInt(level, out int number))
            throw OptionErrors.Configuration($"ZstdCompressor.create() threw an error: java.lang.NumberFormatException For input string: \"{level}\"");
        if (number is < ZstdLowestLevel or > ZstdHighestLevel)
        {
            throw OptionErrors.Configuration(
                $"ZstdCompressor.create() threw an error: java.lang.IllegalArgumentException {ZstdLevel}={number} is invalid");
        }
    }
}
