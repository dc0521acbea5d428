using System.IO.Compression;

namespace Cqlite.Core.Compression;

/// <summary>zlib streams, one a chunk, at zlib's default level.</summary>
/// <remarks>
/// <code>source    org/apache/cassandra/io/compress/DeflateCompressor.java</code>
/// A chunk of no data, as it ends compacted SSTables, has no compressed bytes either.
/// </remarks>
internal sealed unsafe class DeflateCompressor : Compressor
{
    /// <inheritdoc/>
    public override string Name => "DeflateCompressor";

    /// <inheritdoc/>
    public override int Decompress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        source.IsEmpty ? 0 : Inflate.DecodeZlib(source, destination);
}
