using Cqlite.Cassandra.Messages;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using CoreBatchKind = Cqlite.Core.Cql.Syntax.BatchKind;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// Answers requests from a database. Statements are executed on the thread pool; none of its threads waits for the disk, which
/// <see cref="Acknowledgements"/> do for all.
/// </summary>
/// <param name="engine">What plans and executes statements.</param>
/// <param name="options">Limits.</param>
/// <param name="isReadOnly">Whether statements that write or define are refused, also where the database could be written.</param>
internal sealed class DatabaseRequestHandler(QueryEngine engine, ServerOptions options, bool isReadOnly = false) : IRequestHandler
{
    private const string TracingWarning = "Tracing was asked for; this server does not trace, and the answer has no tracing id.";
    private readonly PreparedStatements _prepared = new(options.MaxPreparedStatements);
    private readonly Acknowledgements _acknowledgements = new();

    /// <summary>How many statements are prepared.</summary>
    public int PreparedCount => _prepared.Count;

    /// <inheritdoc/>
    public async ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
    {
        // The connection's loop goes on reading meanwhile.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        cancellation.ThrowIfCancellationRequested();
        if (extras.IsTracingRequested)
            response.Warn(TracingWarning);
        var writes = DeferredDurability.Begin();
        try
        {
            Execute(session, request, response, cancellation);
        }
        finally
        {
            writes.End();
        }

        if (writes.IsPending)
            await _acknowledgements.WaitAsync(writes);
    }

    private void Execute(ServerSession session, Message request, ServerResponse response, CancellationToken cancellation)
    {
        switch (request)
        {
            case QueryMessage query:
                ExecuteQuery(session, query, response, cancellation);
                break;
            case PrepareMessage prepare:
                Prepare(session, prepare, response);
                break;
            case ExecuteMessage execute:
                ExecutePrepared(session, execute, response, cancellation);
                break;
            case BatchMessage batch:
                ExecuteBatch(session, batch, response, cancellation);
                break;
            default:
                throw new Frames.ProtocolException($"Unsupported message {request.Opcode}");
        }
    }

    private void ExecuteQuery(ServerSession session, QueryMessage request, ServerResponse response, CancellationToken cancellation)
    {
        QueryParameters parameters = request.Parameters;
        RequestValues.CheckPageSize(parameters);
        PreparedQuery query = engine.Prepare(request.Query, KeyspaceOf(session, parameters.Keyspace));
        BindValues values = RequestValues.Bind(parameters, query);
        if (values.Count != query.Markers.Length)
            throw new InvalidQueryException("Invalid amount of bind variables");
        Run(session, query, values, parameters, new ResultAnswer(response, session.Version, parameters, options.MaxAnswerBytes), cancellation);
    }

    private void Prepare(ServerSession session, PrepareMessage request, ServerResponse response)
    {
        string? keyspace = KeyspaceOf(session, request.Keyspace);
        var statement = PreparedStatement.Create(engine, request.Query, keyspace);
        if (!statement.IsQualified && !_prepared.TryGet(statement.Id.Span, out _))
            WarnOfUse(session, request.Keyspace, statement, response);
        _prepared.Put(statement);
        response.Write(statement.Answer);
    }

    private void ExecutePrepared(ServerSession session, ExecuteMessage request, ServerResponse response, CancellationToken cancellation)
    {
        PreparedStatement statement = Find(request.StatementId);
        QueryParameters parameters = request.Parameters;
        _ = KeyspaceOf(session, parameters.Keyspace);
        RequestValues.CheckPageSize(parameters);
        ResultAnswer answer = new(response, session.Version, parameters, options.MaxAnswerBytes) { Prepared = statement, KnownMetadataId = request.ResultMetadataId };
        Run(session, statement.Query, RequestValues.Bind(parameters, statement.Query), parameters, answer, cancellation);
    }

    private void ExecuteBatch(ServerSession session, BatchMessage request, ServerResponse response, CancellationToken cancellation)
    {
        QueryParameters parameters = request.Parameters;
        string? keyspace = KeyspaceOf(session, parameters.Keyspace);
        var statements = new (PreparedQuery Query, BindValues Values)[request.Statements.Count];
        for (int i = 0; i < statements.Length; i++)
        {
            BatchStatement statement = request.Statements[i];
            PreparedQuery query = statement.Query is { } text ? engine.Prepare(text, keyspace) : Find(statement.StatementId).Query;
            if (statement.Values.Count != query.Markers.Length)
                throw new InvalidQueryException($"There were {query.Markers.Length} markers(?) in CQL but {statement.Values.Count} bound variables");
            statements[i] = (query, RequestValues.Bind(statement.Values));
        }

        CheckMayWrite();
        QueryOptions execution = RequestValues.OptionsOf(parameters, cancellation);
        using QueryResult result = engine.ExecuteBatch((CoreBatchKind)request.Kind, statements, new QuerySession(engine, keyspace, session.User), execution);
        _ = new ResultAnswer(response, session.Version, parameters, options.MaxAnswerBytes).TryWrite(result);
    }

    private void Run(ServerSession session, PreparedQuery query, BindValues values, QueryParameters parameters, ResultAnswer answer, CancellationToken cancellation)
    {
        if (query.Writes)
            CheckMayWrite();
        QuerySession own = new(engine, parameters.Keyspace ?? session.Keyspace, session.User);
        QueryOptions execution = RequestValues.OptionsOf(parameters, cancellation);
        while (true)
        {
            using QueryResult result = own.Execute(query, values, execution);
            if (answer.TryWrite(result))
            {
                if (result.Keyspace is { } used)
                    session.Keyspace = used;
                return;
            }

            // A page that is cut off has no place to go on from; a shorter one has.
            execution = execution with { PageSize = answer.RowsThatFit };
        }
    }

    /// <summary>The keyspace of names without one: the request's, which must exist, or else the session's.</summary>
    private string? KeyspaceOf(ServerSession session, string? requested) => requested is null || engine.Database.Schema.Keyspaces.ContainsKey(requested)
        ? requested ?? session.Keyspace
        : throw new InvalidQueryException($"Keyspace '{requested}' does not exist");

    /// <summary>The statement with an id, planned against the schema as it is now.</summary>
    private PreparedStatement Find(ReadOnlyMemory<byte> id)
    {
        if (!_prepared.TryGet(id.Span, out PreparedStatement? statement))
            throw new UnpreparedException(id);
        PreparedStatement? current = statement.Renew(engine);
        if (ReferenceEquals(current, statement))
            return statement;
        if (current is null)
        {
            _prepared.Remove(statement);
            throw new UnpreparedException(id);
        }

        _prepared.Put(current);
        return current;
    }

    private void CheckMayWrite()
    {
        if (isReadOnly)
            throw new InvalidQueryException("This server was told to serve reads only: SELECT and DESCRIBE are the only statements that can be executed.");
    }

    /// <summary>Warns as Cassandra does: once a connection, and each time a request names a keyspace of its own.</summary>
    private static void WarnOfUse(ServerSession session, string? requested, PreparedStatement statement, ServerResponse response)
    {
        if (requested is null && session.IsWarnedOfUse)
            return;
        session.IsWarnedOfUse |= requested is null;
        string keyspace = statement.Keyspace ?? "null";
        response.Warn(
            "`USE <keyspace>` with prepared statements is considered to be an anti-pattern due to ambiguity in non-qualified table names. "
            + "Please consider removing instances of `Session#setKeyspace(<keyspace>)`, `Session#execute(\"USE <keyspace>\")` and `cluster.newSession(<keyspace>)` from your code, and "
            + "always use fully qualified table names (e.g. <keyspace>.<table>). "
            + $"Keyspace used: {keyspace}, statement keyspace: {keyspace}, statement id: {Convert.ToHexStringLower(statement.Id.Span)}");
    }
}
