using Cqlite.Cassandra.Messages;

namespace Cqlite.Cassandra.Server;

/// <summary>Executes the requests of sessions that are ready: QUERY, PREPARE, EXECUTE and BATCH. Called by many connections at once.</summary>
internal interface IRequestHandler
{
    /// <summary>
    /// Executes one request and puts its answer into <paramref name="response"/>. What is done before the first wait is done on the
    /// connection's own loop, which takes no other request meanwhile: short requests are fastest so, long ones must go elsewhere first.
    /// </summary>
    /// <param name="session">Who asks, and the keyspace in use.</param>
    /// <param name="request">The request; its byte strings are valid until the returned task ends.</param>
    /// <param name="extras">Whether to trace, and the custom payload.</param>
    /// <param name="response">Takes the answer.</param>
    /// <param name="cancellation">Ends when the connection does.</param>
    /// <exception cref="Core.Errors.CqliteException">The request failed; becomes an ERROR.</exception>
    ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation);
}
