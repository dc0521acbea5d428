using System.Diagnostics.CodeAnalysis;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Frames;

/// <summary>The peer sent what the protocol does not allow. A server answers with an ERROR that has this text, in Cassandra's words where it has them.</summary>
internal sealed class ProtocolException : CqliteException
{
    /// <summary>Creates the error.</summary>
    public ProtocolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The error's code.</summary>
    public ErrorCode Code { get; init; } = ErrorCode.ProtocolError;

    /// <summary>The stream of the envelope that is wrong; null where only who called knows it.</summary>
    public short? Stream { get; init; }

    /// <summary>The version that the answer must be written in, where it is not the connection's.</summary>
    public ProtocolVersion? AnswerVersion { get; init; }

    /// <summary>Whether nothing that follows on the connection can be made sense of, so that it must be closed after the answer.</summary>
    public bool IsFatal { get; init; }

    /// <summary>Length of a body that was not taken for its length alone, and thrown away as it came; null where something else is wrong.</summary>
    public long? RefusedBytes { get; init; }

    /// <summary>Fails.</summary>
    [DoesNotReturn]
    public static void Throw(string message) => throw new ProtocolException(message);
}
