using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>One message. Byte strings within it are slices of the body it was read from, and valid as long as that is.</summary>
internal abstract record Message
{
    /// <summary>What kind it is.</summary>
    public abstract Opcode Opcode { get; }

    /// <summary>Appends the message as its body has it after <see cref="EnvelopeExtras"/>.</summary>
    public abstract void Write(BufferWriter output, ProtocolVersion version);

    /// <summary>Reads the message of an envelope; bytes after its end are passed over, as Cassandra does.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="extras">What stands in the body before the message.</param>
    /// <exception cref="ProtocolException">The body is not what its opcode asks for.</exception>
    public static Message Read(in Envelope envelope, out EnvelopeExtras extras)
    {
        NotationReader reader = new(envelope.Body);
        EnvelopeHeader header = envelope.Header;
        extras = EnvelopeExtras.Read(ref reader, header);
        return Read(ref reader, header.Opcode, header.Version);
    }

    /// <summary>Reads a message of an opcode.</summary>
    public static Message Read(ref NotationReader reader, Opcode opcode, ProtocolVersion version) => opcode switch
    {
        Opcode.Error => ErrorMessage.Read(ref reader, version),
        Opcode.Startup => StartupMessage.Read(ref reader),
        Opcode.Ready => ReadyMessage.Instance,
        Opcode.Authenticate => AuthenticateMessage.Read(ref reader),
        Opcode.Options => OptionsMessage.Instance,
        Opcode.Supported => SupportedMessage.Read(ref reader),
        Opcode.Query => QueryMessage.Read(ref reader, version),
        Opcode.Result => ResultMessage.Read(ref reader, version),
        Opcode.Prepare => PrepareMessage.Read(ref reader, version),
        Opcode.Execute => ExecuteMessage.Read(ref reader, version),
        Opcode.Register => RegisterMessage.Read(ref reader),
        Opcode.Event => EventMessage.Read(ref reader),
        Opcode.Batch => BatchMessage.Read(ref reader, version),
        Opcode.AuthChallenge => AuthChallengeMessage.Read(ref reader),
        Opcode.AuthResponse => AuthResponseMessage.Read(ref reader),
        Opcode.AuthSuccess => AuthSuccessMessage.Read(ref reader),
        _ => throw new ProtocolException(opcode.Exists() ? $"Unsupported message {opcode.Name()}" : $"Unknown opcode {(byte)opcode}"),
    };
}
