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

    /// <inheritdoc/>
    public override int MaxCompressedLength(int length)
    {
        // zlib's bound for any strategy and memory level: stored blocks in the worst case, and what wraps them.
        long bound = length + ((length + 7L) >> 3) + ((length + 63L) >> 6) + 5 + 6;
        return (int)Math.Min(bound, int.MaxValue);
    }

    /// <inheritdoc/>
    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < MaxCompressedLength(source.Length))
        {
            return -1;
        }

        fixed (byte* to = destination)
        {
            using UnmanagedMemoryStream output = new(to, 0, destination.Length, FileAccess.Write);
            using (ZLibStream zlib = new(output, CompressionLevel.Optimal, leaveOpen: true))
            {
                zlib.Write(source);
            }

            return (int)output.Position;
        }
    }
}
