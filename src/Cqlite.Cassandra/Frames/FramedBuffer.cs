using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Frames;

/// <summary>
/// Envelopes in the framing of a connection, on their way to the socket. Who sends has two: one is filled while the other is sent, from where it
/// lies.
/// </summary>
internal sealed class FramedBuffer
{
    private readonly BufferWriter _content = new(4096);

    /// <summary>Creates an empty buffer, which frames as connections begin: plain envelopes.</summary>
    public FramedBuffer() => Writer = new EnvelopeWriter(_content);

    /// <summary>Puts envelopes in.</summary>
    public EnvelopeWriter Writer { get; }

    /// <summary>Bytes that are there; those that wait for a shared frame count only once <see cref="EnvelopeWriter.Flush"/> was called.</summary>
    public int LengthBytes => _content.Length;

    /// <summary>What is there; valid until something is put in.</summary>
    public ReadOnlyMemory<byte> Content => _content.WrittenMemory;

    /// <summary>Forgets the content and keeps the memory.</summary>
    public void Clear() => _content.Clear();
}
