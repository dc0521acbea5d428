namespace Cqlite.Core.Compression;

/// <summary>Chunks as they are, for their checksums' sake.</summary>
/// <remarks><code>source    org/apache/cassandra/io/compress/NoopCompressor.java</code></remarks>
internal sealed class NoopCompressor : Compressor
{
    /// <inheritdoc/>
    public override string Name => "NoopCompressor";

    /// <inheritdoc/>
    public override int Decompress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        source.TryCopyTo(destination) ? source.Length : DecompressionFailure.DestinationTooSmall;

    /// <inheritdoc/>
    public override int MaxCompressedLength(int length) => length;

    /// <inheritdoc/>
    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        source.TryCopyTo(destination) ? source.Length : -1;
}
