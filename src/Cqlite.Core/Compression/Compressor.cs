namespace Cqlite.Core.Compression;

/// <summary>One of Cassandra's compressors with its options: turns chunks into compressed chunks and back.</summary>
/// <remarks>
/// Instances hold no state of a call and may be used by many threads at once. No method throws for what the source holds: a failure is
/// a negative number (see <see cref="DecompressionFailure"/>), because only the caller knows the file and the offset to report.
/// </remarks>
internal abstract class Compressor
{
    /// <summary>Cassandra's class name without the package, as CompressionInfo.db gives it: "LZ4Compressor".</summary>
    public abstract string Name { get; }

    /// <summary>The options that differ from the defaults, as Cassandra writes them into CompressionInfo.db and CQL.</summary>
    public virtual IReadOnlyDictionary<string, string> Options => NoOptions;

    /// <summary>No options.</summary>
    protected static IReadOnlyDictionary<string, string> NoOptions { get; } = new Dictionary<string, string>(0);

    /// <summary>
    /// Decompresses one chunk, which must be the whole of <paramref name="source"/>. Never reads or writes outside of the two spans;
    /// what lies in the destination after the data, or after a failure, is undefined.
    /// </summary>
    /// <returns>The bytes produced, or one of <see cref="DecompressionFailure"/>, below zero.</returns>
    public abstract int Decompress(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <summary>The most bytes that <see cref="Compress"/> makes of so many.</summary>
    public abstract int MaxCompressedLength(int length);

    /// <summary>Compresses one chunk into a destination of at least <see cref="MaxCompressedLength"/> bytes.</summary>
    /// <returns>The bytes written, or -1 when the destination is smaller than that.</returns>
    public abstract int Compress(ReadOnlySpan<byte> source, Span<byte> destination);
}
