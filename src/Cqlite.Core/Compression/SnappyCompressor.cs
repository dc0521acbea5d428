namespace Cqlite.Core.Compression;

/// <summary>Raw Snappy blocks, one a chunk.</summary>
/// <remarks><code>source    org/apache/cassandra/io/compress/SnappyCompressor.java</code></remarks>
internal sealed class SnappyCompressor : Compressor
{
    /// <inheritdoc/>
    public override string Name => "SnappyCompressor";

    /// <inheritdoc/>
    public override int Decompress(ReadOnlySpan<byte> source, Span<byte> destination) => SnappyDecoder.Decode(source, destination);

    /// <inheritdoc/>
    public override int MaxCompressedLength(int length) => SnappyEncoder.MaxCompressedLength(length);

    /// <inheritdoc/>
    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination) => SnappyEncoder.Encode(source, destination);
}
