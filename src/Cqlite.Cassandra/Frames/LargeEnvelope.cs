using System.Buffers;

namespace Cqlite.Cassandra.Frames;

/// <summary>Puts an envelope together that came in several outer frames. Memory grows with what arrives, not with what the header claims, unless whoever asked has bounded that.</summary>
internal sealed class LargeEnvelope
{
    private const int KeptBytes = ScratchBuffer.KeptBytes;
    private byte[] _body = [];
    private EnvelopeHeader _header;
    private ProtocolException? _refusal;
    private long _received;
    private bool _isRented;

    /// <summary>Whether parts are missing.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Begins an envelope.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="refusal">Thrown once all its parts are there and thrown away; null when it is wanted.</param>
    /// <param name="isBounded">Whether memory for all of it may be asked for at once: somebody has said how long it may be. The body then lies in a rented array, which goes to the receiver.</param>
    public void Open(in EnvelopeHeader header, ProtocolException? refusal, bool isBounded = false)
    {
        // A buffer that one large message needed is not kept for all the small ones after it.
        if (_body.Length > KeptBytes)
            _body = [];
        _header = header;
        _refusal = refusal;
        _received = 0;
        IsOpen = true;
        _isRented = isBounded && refusal is null;
        if (_isRented)
            _body = ArrayPool<byte>.Shared.Rent((int)header.BodyLength);
    }

    /// <summary>Adds a part of the body; true, with the envelope, when it was the last.</summary>
    /// <exception cref="ProtocolException">The part is longer than what is missing, or the envelope was refused.</exception>
    public bool TryComplete(ReadOnlySpan<byte> part, out Envelope envelope)
    {
        envelope = default;
        long missing = _header.BodyLength - _received;
        if (part.Length > missing)
            throw new ProtocolException($"a frame has {part.Length:N0} bytes of an envelope that lacks {missing:N0}") { IsFatal = true, Stream = _header.Stream };

        if (_refusal is null)
        {
            int needed = (int)_received + part.Length;
            if (_body.Length < needed)
                Array.Resize(ref _body, (int)Math.Min(_header.BodyLength, Math.Max(needed, _body.Length * 2L)));
            part.CopyTo(_body.AsSpan((int)_received));
        }

        _received += part.Length;
        if (_received < _header.BodyLength)
            return false;
        IsOpen = false;
        if (_refusal is { } refusal)
            throw refusal;
        envelope = new(_header, _body.AsMemory(0, (int)_received)) { IsBodyRented = _isRented };
        if (_isRented)
            _body = [];
        return true;
    }
}
