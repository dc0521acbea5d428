using System.Buffers;

namespace Cqlite.Cassandra.Frames;

/// <summary>A message as it travels: header and body, decompressed. The body is valid until its reader's next step.</summary>
internal readonly record struct Envelope(EnvelopeHeader Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the body lies in an array of <see cref="ArrayPool{T}.Shared"/> that is the receiver's, and so is valid for as long as that keeps it.</summary>
    public bool IsBodyRented { get; init; }
}
