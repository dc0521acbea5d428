using System.Buffers;

namespace Cqlite.Cassandra.Tests;

/// <summary>Makes sequences of several segments, as a pipe has them.</summary>
internal static class Pieces
{
    /// <summary>The pieces as one sequence; empty ones are left out.</summary>
    public static ReadOnlySequence<byte> Of(params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (ReadOnlyMemory<byte> piece in pieces.Where(p => !p.IsEmpty))
        {
            last = last is null ? new Segment(piece) : last.Append(piece);
            first ??= last;
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>Bytes cut into pieces of a length.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, int pieceBytes) =>
        Of(Enumerable.Range(0, (bytes.Length + pieceBytes - 1) / pieceBytes).Select(i => (ReadOnlyMemory<byte>)bytes.AsMemory(i * pieceBytes, Math.Min(pieceBytes, bytes.Length - (i * pieceBytes)))));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
