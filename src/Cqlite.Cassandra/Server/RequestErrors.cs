using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Server;

/// <summary>The ERROR that a failure of the engine becomes.</summary>
internal static class RequestErrors
{
    /// <summary>Code and text; what is no fault of the request is SERVER_ERROR.</summary>
    public static ErrorMessage ToMessage(CqliteException problem) => problem switch
    {
        ProtocolException protocol => new(protocol.Code, protocol.Message),
        AuthenticationException => new(AuthenticationException.Code, problem.Message),
        CqlSyntaxException => new(ErrorCode.SyntaxError, problem.Message),
        InvalidQueryException { Code: InvalidQueryException.AlreadyExistsCode } => new((ErrorCode)InvalidQueryException.AlreadyExistsCode, problem.Message, new AlreadyExistsDetails("", "")),
        InvalidQueryException invalid => new((ErrorCode)invalid.Code, invalid.Message),
        _ => new(ErrorCode.ServerError, problem.Message),
    };
}
