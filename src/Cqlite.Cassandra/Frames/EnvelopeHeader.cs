using System.Buffers.Binary;

namespace Cqlite.Cassandra.Frames;

/// <summary>The header of an envelope: of each message, in every version.</summary>
/// <remarks>
/// <code>
/// version      1 byte; the highest bit is set in answers
/// flags        1 byte
/// stream       2 bytes, signed (versions 1 and 2: 1 byte); an answer has its request's, an event -1
/// opcode       1 byte
/// body length  4 bytes
/// source       org/apache/cassandra/transport/Envelope.java
/// </code>
/// </remarks>
internal readonly record struct EnvelopeHeader(ProtocolVersion Version, bool IsResponse, EnvelopeFlags Flags, short Stream, Opcode Opcode, uint BodyLength)
{
    /// <summary>Bytes of a header from version 3 on.</summary>
    public const int Length = 9;

    /// <summary>Bytes of a header of versions 1 and 2, which are only written to refuse them.</summary>
    public const int OldLength = 8;

    private const byte ResponseBit = 0x80;

    /// <summary>Splits the first byte of a header.</summary>
    public static (ProtocolVersion Version, bool IsResponse) ReadVersion(byte first) => (new((byte)(first & ~ResponseBit)), (first & ResponseBit) != 0);

    /// <summary>Takes the fields of the first <see cref="Length"/> bytes as they are.</summary>
    public static EnvelopeHeader Read(ReadOnlySpan<byte> bytes)
    {
        (ProtocolVersion version, bool isResponse) = ReadVersion(bytes[0]);
        return new(
            version,
            isResponse,
            (EnvelopeFlags)bytes[1],
            BinaryPrimitives.ReadInt16BigEndian(bytes[2..]),
            (Opcode)bytes[4],
            BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]));
    }

    /// <summary>Writes the header in the shape of its version.</summary>
    /// <returns>The bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        destination[0] = IsResponse ? (byte)(Version.Number | ResponseBit) : Version.Number;
        destination[1] = (byte)Flags;
        int position = 2;
        if (Version.HasWideStreams)
        {
            BinaryPrimitives.WriteInt16BigEndian(destination[position..], Stream);
            position += sizeof(short);
        }
        else
        {
            destination[position++] = (byte)Stream;
        }

        destination[position++] = (byte)Opcode;
        BinaryPrimitives.WriteUInt32BigEndian(destination[position..], BodyLength);
        return position + sizeof(uint);
    }

    /// <summary>What the header's reader refuses, in Cassandra's words; null when it is good.</summary>
    /// <param name="fromServer">Whether the peer is a server.</param>
    public ProtocolException? FindProblem(bool fromServer)
    {
        if (!Version.IsSpoken)
        {
            ProtocolVersion answerIn = Version.Number is 1 or 2 ? Version : ProtocolVersion.V5;
            return new ProtocolException(Version.RefusalText) { Stream = Stream, AnswerVersion = answerIn };
        }

        if (Version.IsBeta && !Flags.HasFlag(EnvelopeFlags.UseBeta))
            return new ProtocolException($"Beta version of the protocol used ({Version}), but USE_BETA flag is unset") { Stream = Stream, AnswerVersion = Version };
        if (!Opcode.Exists())
            return new ProtocolException($"Unknown opcode {(byte)Opcode}") { Stream = Stream };
        if (IsResponse == Opcode.IsRequest() || IsResponse != fromServer)
            return new ProtocolException(WrongDirection) { Stream = Stream };
        return null;
    }

    private string WrongDirection =>
        $"Wrong protocol direction (expected {Direction(!Opcode.IsRequest())}, got {Direction(IsResponse)}) for opcode {(byte)Opcode} ({Opcode.Name()})";

    private static string Direction(bool isResponse) => isResponse ? "RESPONSE" : "REQUEST";
}
