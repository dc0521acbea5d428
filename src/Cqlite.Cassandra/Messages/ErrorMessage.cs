using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>ERROR: a request failed.</summary>
/// <remarks><code>
/// [int] code
/// [string] text
/// details     by code, see the heirs of ErrorDetails
/// source      org/apache/cassandra/transport/messages/ErrorMessage.java
/// </code>
/// A code that is not known is read as one without details: a client can still show its text.
/// </remarks>
internal sealed record ErrorMessage(ErrorCode Code, string Text, ErrorDetails? Details = null) : Message
{
    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Error;

    /// <summary>Reads the message.</summary>
    public static ErrorMessage Read(ref NotationReader reader, ProtocolVersion version)
    {
        var code = (ErrorCode)reader.ReadInt32();
        string text = reader.ReadString();
        return new(code, text, ReadDetails(ref reader, code, version));
    }

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version)
    {
        ErrorMessage told = For(version);
        output.WriteInt32((int)told.Code);
        output.WriteString(told.Text);
        told.Details?.Write(output, version);
    }

    /// <summary>The error as a version can tell it: what it does not know becomes the next best that it does.</summary>
    public ErrorMessage For(ProtocolVersion version)
    {
        if (!version.HasFailures)
        {
            switch (Details)
            {
                case ReadFailureDetails read:
                    return this with { Code = ErrorCode.ReadTimeout, Details = new ReadTimeoutDetails(read.Consistency, read.Received, read.Required, read.IsDataPresent) };
                case WriteFailureDetails write:
                    return this with { Code = ErrorCode.WriteTimeout, Details = new WriteTimeoutDetails(write.Consistency, write.Received, write.Required, write.WriteType) };
                case FunctionFailureDetails:
                    return new(ErrorCode.Invalid, $"ERROR FUNCTION_FAILURE: {Text}");
            }

            if (Code == ErrorCode.CdcWriteFailure)
                return new(ErrorCode.Invalid, $"ERROR CDC_WRITE_FAILURE: {Text}");
        }

        if (!version.HasConditionalWriteErrors && Details is CasWriteUnknownDetails unknown)
            return this with { Code = ErrorCode.WriteTimeout, Details = new WriteTimeoutDetails(unknown.Consistency, unknown.Received, unknown.Required, WriteTimeoutDetails.Conditional) };
        return this;
    }

    private static ErrorDetails? ReadDetails(ref NotationReader reader, ErrorCode code, ProtocolVersion version) => code switch
    {
        ErrorCode.Unavailable => UnavailableDetails.Read(ref reader),
        ErrorCode.WriteTimeout => WriteTimeoutDetails.Read(ref reader, version),
        ErrorCode.ReadTimeout => ReadTimeoutDetails.Read(ref reader),
        ErrorCode.ReadFailure => ReadFailureDetails.Read(ref reader, version),
        ErrorCode.WriteFailure => WriteFailureDetails.Read(ref reader, version),
        ErrorCode.FunctionFailure => FunctionFailureDetails.Read(ref reader),
        ErrorCode.CasWriteUnknown => CasWriteUnknownDetails.Read(ref reader),
        ErrorCode.AlreadyExists => AlreadyExistsDetails.Read(ref reader),
        ErrorCode.Unprepared => UnpreparedDetails.Read(ref reader),
        _ => null,
    };
}
