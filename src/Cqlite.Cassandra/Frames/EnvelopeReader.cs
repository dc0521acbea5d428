using System.Buffers;

namespace Cqlite.Cassandra.Frames;

/// <summary>
/// Takes the envelopes of one connection out of what has arrived, in whichever framing the connection is in. Bodies that lie in one piece
/// are not copied. After an error that is not fatal reading goes on with the next envelope.
/// </summary>
/// <remarks>Source: org/apache/cassandra/transport/Envelope.java (Decoder), CQLMessageHandler.java.</remarks>
internal sealed class EnvelopeReader(FrameLimits limits, bool fromServer)
{
    private readonly FrameLimits _limits = limits;
    private readonly bool _fromServer = fromServer;
    private readonly LargeEnvelope _large = new();
    private readonly ScratchBuffer _joined = new();
    private readonly ScratchBuffer _decompressed = new();
    private ProtocolVersion? _version;
    private WireCompression _compression;
    private OuterFrameReader? _frames;
    private ReadOnlyMemory<byte> _payload;
    private long _bytesToSkip;
    private ProtocolException? _errorAfterSkip;
    private int _consecutiveErrors;

    /// <summary>How long the body of an envelope may be, by its header, where that is less than the limits allow; null for the limits alone.</summary>
    public Func<EnvelopeHeader, int>? LongestBody { get; init; }

    /// <summary>Whether parts of an envelope were taken off the input, and others are still to come.</summary>
    public bool IsWithinEnvelope => _large.IsOpen || _bytesToSkip > 0;

    /// <summary>Holds the envelopes that follow to a version.</summary>
    public void UseVersion(ProtocolVersion version) => _version = version;

    /// <summary>Takes the bodies of what follows as compressed where their flag says so (versions 3 and 4).</summary>
    public void UseBodyCompression(WireCompression compression) => _compression = compression;

    /// <summary>Takes what follows as outer frames (version 5).</summary>
    public void UseOuterFrames(WireCompression compression) => _frames = new OuterFrameReader(compression == WireCompression.Lz4);

    /// <summary>
    /// Takes one envelope off the input, if a whole one is there. To be called until it answers false before the input's memory is given
    /// back: what a frame still holds is kept where it lies.
    /// </summary>
    /// <param name="input">What has arrived; what was read is cut off, also where an error is thrown.</param>
    /// <param name="envelope">The envelope; valid until the next call and while the input is.</param>
    /// <exception cref="ProtocolException">What stands there is no envelope; its text, stream and version are what a server answers with.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, out Envelope envelope) =>
        _frames is null ? TryReadPlain(ref input, out envelope) : TryReadFramed(_frames, ref input, out envelope);

    private bool TryReadPlain(ref ReadOnlySequence<byte> input, out Envelope envelope)
    {
        envelope = default;
        if (!TrySkip(ref input) || input.IsEmpty)
            return false;

        // The version decides before a whole header is there: those of versions 1 and 2 are shorter.
        (ProtocolVersion version, _) = EnvelopeHeader.ReadVersion(input.FirstSpan[0]);
        if (!version.IsSpoken)
            RefuseVersion(version, ref input);
        if (input.Length < EnvelopeHeader.Length)
            return false;

        EnvelopeHeader header = ReadHeader(input);
        long length = EnvelopeHeader.Length + (long)header.BodyLength;
        if (FindProblem(header, "previous messages") is { } problem)
        {
            _bytesToSkip = length;
            _ = TrySkip(ref input);
            throw problem;
        }

        if (length > _limits.MaxEnvelopeBytes || IsRefused(header))
        {
            _bytesToSkip = length;
            _errorAfterSkip = IsRefused(header) ? Refused(header) : TooBig(header, length);
            _ = TrySkip(ref input);
            return false;
        }

        if (input.Length < length)
            return false;
        ReadOnlyMemory<byte> body = Join(input.Slice(EnvelopeHeader.Length, header.BodyLength));
        input = input.Slice(length);
        envelope = new(header, Decompress(header, body));
        return true;
    }

    private bool TryReadFramed(OuterFrameReader frames, ref ReadOnlySequence<byte> input, out Envelope envelope)
    {
        envelope = default;
        while (true)
        {
            if (!_payload.IsEmpty)
            {
                envelope = TakeContained();
                return true;
            }

            if (!frames.TryRead(ref input, out ReadOnlyMemory<byte> payload, out bool isSelfContained))
                return false;
            if (isSelfContained)
            {
                _payload = payload;
            }
            else if (TryComplete(payload, out envelope))
            {
                _consecutiveErrors = 0;
                return true;
            }
        }
    }

    /// <summary>Takes the next envelope of a self-contained frame.</summary>
    private Envelope TakeContained()
    {
        if (_payload.Length < EnvelopeHeader.Length)
            throw EndsEarly(_payload.Length);
        EnvelopeHeader header = EnvelopeHeader.Read(_payload.Span);
        if (header.BodyLength > int.MaxValue)
            throw new ProtocolException($"Invalid value for envelope header body length field: {(int)header.BodyLength}") { IsFatal = true, Stream = header.Stream };

        long length = EnvelopeHeader.Length + (long)header.BodyLength;
        if (FindProblem(header, "previousmessages") is { } problem)
        {
            // Skipping by a length that may be wrong itself is tried, as Cassandra does, a few times.
            _payload = _payload[(int)Math.Min(length, _payload.Length)..];
            if (++_consecutiveErrors > _limits.MaxConsecutiveErrors)
                throw new ProtocolException(problem.Message) { IsFatal = true, Stream = problem.Stream, AnswerVersion = problem.AnswerVersion };
            throw problem;
        }

        if (length > _payload.Length)
            throw EndsEarly(_payload.Length);
        Envelope envelope = new(header, _payload.Slice(EnvelopeHeader.Length, (int)header.BodyLength));
        _payload = _payload[(int)length..];
        _consecutiveErrors = 0;
        return envelope;
    }

    /// <summary>Adds a part of an envelope that has several frames; true with the last one.</summary>
    private bool TryComplete(ReadOnlyMemory<byte> part, out Envelope envelope)
    {
        envelope = default;
        if (!_large.IsOpen)
        {
            if (part.Length < EnvelopeHeader.Length)
                throw EndsEarly(part.Length);
            EnvelopeHeader header = EnvelopeHeader.Read(part.Span);
            if (FindProblem(header, "previousmessages") is { } problem)
                throw new ProtocolException(problem.Message) { IsFatal = true, Stream = header.Stream, AnswerVersion = problem.AnswerVersion };
            _large.Open(header, IsRefused(header) ? Refused(header) : header.BodyLength > _limits.MaxMessageBytes ? TooBig(header) : null, isBounded: LongestBody?.Invoke(header) < int.MaxValue);
            part = part[EnvelopeHeader.Length..];
        }

        return _large.TryComplete(part.Span, out envelope);
    }

    private ProtocolException? FindProblem(in EnvelopeHeader header, string previousMessages)
    {
        if (header.FindProblem(_fromServer) is { } problem)
            return problem;
        return _version is { } version && version != header.Version
            ? new ProtocolException($"Invalid message version. Got {header.Version} but {previousMessages} on this connection had version {version}") { Stream = header.Stream }
            : null;
    }

    private static void RefuseVersion(ProtocolVersion version, ref ReadOnlySequence<byte> input)
    {
        // Nothing is known of such a version but where some have their stream; what else has arrived is of no use.
        Span<byte> head = stackalloc byte[4];
        head.Clear();
        input.Slice(0, Math.Min(head.Length, input.Length)).CopyTo(head);
        short stream = version.HasWideStreams ? System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(head[2..]) : (sbyte)head[2];
        input = input.Slice(input.End);
        throw new EnvelopeHeader(version, IsResponse: false, EnvelopeFlags.None, stream, Opcode.Options, 0).FindProblem(fromServer: false)!;
    }

    private bool TrySkip(ref ReadOnlySequence<byte> input)
    {
        if (_bytesToSkip == 0)
            return true;
        long skipped = Math.Min(_bytesToSkip, input.Length);
        input = input.Slice(skipped);
        _bytesToSkip -= skipped;
        if (_bytesToSkip > 0)
            return false;
        if (_errorAfterSkip is { } error)
        {
            _errorAfterSkip = null;
            throw error;
        }

        return true;
    }

    private ReadOnlyMemory<byte> Decompress(in EnvelopeHeader header, ReadOnlyMemory<byte> body)
    {
        if (!header.Flags.HasFlag(EnvelopeFlags.Compressed) || _compression == WireCompression.None)
            return body;
        try
        {
            return BodyCompression.Decompress(_compression, body.Span, _limits.MaxEnvelopeBytes - EnvelopeHeader.Length, _decompressed);
        }
        catch (ProtocolException problem)
        {
            throw new ProtocolException(problem.Message) { Code = problem.Code, Stream = header.Stream };
        }
    }

    private ReadOnlyMemory<byte> Join(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
            return bytes.First;
        Memory<byte> joined = _joined.Take((int)bytes.Length);
        bytes.CopyTo(joined.Span);
        return joined;
    }

    private static EnvelopeHeader ReadHeader(in ReadOnlySequence<byte> input)
    {
        if (input.FirstSpan.Length >= EnvelopeHeader.Length)
            return EnvelopeHeader.Read(input.FirstSpan);
        Span<byte> bytes = stackalloc byte[EnvelopeHeader.Length];
        input.Slice(0, EnvelopeHeader.Length).CopyTo(bytes);
        return EnvelopeHeader.Read(bytes);
    }

    private bool IsRefused(in EnvelopeHeader header) => LongestBody is { } longest && header.BodyLength > longest(header);

    private static ProtocolException Refused(in EnvelopeHeader header) =>
        new($"a body of {header.BodyLength:N0} bytes is longer than was wanted") { Stream = header.Stream, RefusedBytes = header.BodyLength };

    private ProtocolException TooBig(in EnvelopeHeader header, long length) =>
        new($"Request is too big: length {length} exceeds maximum allowed length {_limits.MaxEnvelopeBytes}.") { Code = ErrorCode.Invalid, Stream = header.Stream };

    private ProtocolException TooBig(in EnvelopeHeader header) =>
        new($"CQL Message of size {header.BodyLength} bytes exceeds allowed maximum of {_limits.MaxMessageBytes} bytes") { Code = ErrorCode.Invalid, Stream = header.Stream };

    private static ProtocolException EndsEarly(int left) =>
        new($"a self-contained frame ends within an envelope, {left:N0} bytes after its beginning") { IsFatal = true, Stream = 0 };
}
