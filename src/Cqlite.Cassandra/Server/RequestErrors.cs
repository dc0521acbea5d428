using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Server;

/// <summary>The ERROR that a failure of the engine becomes.</summary>
internal static class RequestErrors
{
    // The one node there is, for a reason that Cassandra has no code for.
    private static readonly NodeFailures OwnFailure = new(1, [new(IPAddress.Loopback, 0)]);

    /// <summary>Code, text and details; what is no fault of the request is SERVER_ERROR.</summary>
    public static ErrorMessage ToMessage(CqliteException problem) => problem switch
    {
        ProtocolException protocol => new(protocol.Code, protocol.Message),
        AuthenticationException => new(AuthenticationException.Code, problem.Message),
        UnpreparedException unprepared => new(ErrorCode.Unprepared, unprepared.Message, new UnpreparedDetails(unprepared.StatementId)),
        CqlSyntaxException => new(ErrorCode.SyntaxError, problem.Message),
        InvalidQueryException { Function: { } function } => new(
            ErrorCode.FunctionFailure, problem.Message, new FunctionFailureDetails(function.Keyspace, function.Name, function.ArgumentTypes)),
        InvalidQueryException { Code: InvalidQueryException.AlreadyExistsCode } invalid => new(
            ErrorCode.AlreadyExists, problem.Message, new AlreadyExistsDetails(invalid.Existing?.Keyspace ?? "", invalid.Existing?.Table ?? "")),
        InvalidQueryException { Code: InvalidQueryException.ReadFailureCode } =>
            new(ErrorCode.ReadFailure, problem.Message, new ReadFailureDetails(ConsistencyLevel.One, 0, 1, OwnFailure, false)),
        InvalidQueryException { Code: InvalidQueryException.WriteFailureCode } =>
            new(ErrorCode.WriteFailure, problem.Message, new WriteFailureDetails(ConsistencyLevel.One, 0, 1, OwnFailure, "SIMPLE")),
        InvalidQueryException { Replicas: { } replicas } => new(
            ErrorCode.Unavailable, problem.Message, new UnavailableDetails((ConsistencyLevel)replicas.ConsistencyCode, replicas.Required, replicas.Alive)),
        InvalidQueryException invalid => new((ErrorCode)invalid.Code, invalid.Message),
        _ => new(ErrorCode.ServerError, problem.Message),
    };

    /// <summary>A request took longer than it may; nothing of a read was answered, and what a write has done is not known.</summary>
    public static ErrorMessage Timeout(Message request, TimeSpan limit)
    {
        ConsistencyLevel consistency = request switch
        {
            QueryMessage query => query.Parameters.Consistency,
            ExecuteMessage execute => execute.Parameters.Consistency,
            _ => ConsistencyLevel.One,
        };
        string text = $"Operation timed out after {limit.TotalSeconds:0.###} s";
        return request is BatchMessage batch
            ? new(ErrorCode.WriteTimeout, text, new WriteTimeoutDetails(batch.Parameters.Consistency, 0, 1, "BATCH"))
            : new(ErrorCode.ReadTimeout, text, new ReadTimeoutDetails(consistency, 0, 1, IsDataPresent: false));
    }
}
