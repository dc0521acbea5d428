using Cqlite.Core.Query;
using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Server;

/// <summary>The ERROR that a failure of the engine becomes.</summary>
internal static class RequestErrors
{
    // The one node there is, for a reason that Cassandra has no code for.
    private static readonly NodeFailures OwnFailure = new(1, [new(IPAddress.Loopback, 0)]);

    /// <summary>Code and text; what is no fault of the request is SERVER_ERROR.</summary>
    public static ErrorMessage ToMessage(CqliteException problem) => problem switch
    {
        ProtocolException protocol => new(protocol.Code, protocol.Message),
        AuthenticationException => new(AuthenticationException.Code, problem.Message),
        CqlSyntaxException => new(ErrorCode.SyntaxError, problem.Message),
        InvalidQueryException { Code: InvalidQueryException.AlreadyExistsCode } => new((ErrorCode)InvalidQueryException.AlreadyExistsCode, problem.Message, new AlreadyExistsDetails("", "")),
        InvalidQueryException { Code: InvalidQueryException.ReadFailureCode } =>
            new(ErrorCode.ReadFailure, problem.Message, new ReadFailureDetails(ConsistencyLevel.One, 0, 1, OwnFailure, false)),
        InvalidQueryException { Code: InvalidQueryException.WriteFailureCode } =>
            new(ErrorCode.WriteFailure, problem.Message, new WriteFailureDetails(ConsistencyLevel.One, 0, 1, OwnFailure, "SIMPLE")),
        InvalidQueryException invalid => new((ErrorCode)invalid.Code, invalid.Message),
        _ => new(ErrorCode.ServerError, problem.Message),
    };
}
