using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using CoreBatchKind = Cqlite.Core.Cql.Syntax.BatchKind;

namespace Cqlite.Cassandra.Client;

/// <content>Several statements as one.</content>
public sealed partial class CassandraConnection
{
    /// <summary>Executes statements that write as one batch, on a node that has the first one's partition.</summary>
    /// <param name="kind">Logged, unlogged or of counters.</param>
    /// <param name="statements">The statements, and the values of their markers.</param>
    /// <param name="options">How to execute it.</param>
    /// <exception cref="InvalidQueryException">They can't be in one batch, or a value does not suit.</exception>
    /// <exception cref="OverloadedException">The cluster can't take it now; try again later.</exception>
    /// <exception cref="OutcomeUnknownException">No answer came in time: it may have been executed.</exception>
    /// <exception cref="ConnectionFailedException">No node can be reached; it was not executed.</exception>
    public async Task<QueryResult> ExecuteBatchAsync(CoreBatchKind kind, IReadOnlyList<(CassandraStatement Statement, BindValues Values)> statements, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(statements);
        RequireOpen();
        if (statements.Count == 0)
            return new CassandraDone(Cqlite.Core.Query.ResultKind.Void, []);
        options ??= QueryOptions.Default;
        if (statements.FirstOrDefault(s => s.Statement.Prepared is null) is { Statement: { } unfit })
            throw new InvalidQueryException($"Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed. It is: {unfit.Text}");
        if (statements.FirstOrDefault(s => s.Values.Count != s.Statement.Markers.Length) is { Statement: { } unbound, Values: { } given })
            throw new InvalidQueryException($"There were {unbound.Markers.Length} markers(?) in CQL but {given.Count} bound variables");
        (NodeAnswer answer, NodeAddress node) = await AskBatchAsync(kind, statements, options, Route(KeyspaceOf(statements[0].Statement), statements[0].Statement.KeyOf(statements[0].Values))).ConfigureAwait(false);
        return answer.Message switch
        {
            VoidResult => new CassandraDone(Cqlite.Core.Query.ResultKind.Void, [.. answer.Extras.Warnings ?? []]),
            RowsResult rows => new CassandraResult(ToPage(statements[0].Statement, rows, default, [.. answer.Extras.Warnings ?? []], node), fetch: null, options.Cancellation),
            _ => throw Unexpected(answer, node),
        };
    }

    /// <summary>Asks; again only if all statements may be executed twice.</summary>
    private async Task<(NodeAnswer Answer, NodeAddress Node)> AskBatchAsync(
        CoreBatchKind kind, IReadOnlyList<(CassandraStatement Statement, BindValues Values)> statements, QueryOptions options, IEnumerable<ClusterNode> route)
    {
        bool isIdempotent = kind != CoreBatchKind.Counter && statements.All(s => s.Statement.IsIdempotent);
        QueryParameters parameters = new()
        {
            Consistency = options.Consistency ?? _options.Consistency,
            SerialConsistency = options.SerialConsistency ?? _options.SerialConsistency,
            TimestampMicros = options.TimestampMicros ?? (isIdempotent ? _clock.NextMicros() : null),
            NowInSeconds = options.NowSeconds is { } now ? checked((uint)now) : null,
        };
        BoundValue[][] values = [.. statements.Select(s => Bound(s.Values))];
        ClusterRequest request = new()
        {
            Message = () => new BatchMessage((Messages.BatchKind)kind, [.. statements.Select((s, i) => new BatchStatement(null, s.Statement.Prepared!.StatementId, values[i]))], parameters),
            IsIdempotent = isIdempotent,
            Timeout = options.Timeout,
            Route = route,
        };
        try
        {
            return await _runner.RunAsync(request, options.Cancellation).ConfigureAwait(false);
        }
        catch (InvalidQueryException problem) when (problem.Code == (int)ErrorCode.Unprepared)
        {
            // What a node has forgotten it tells one at a time: it is told all of them again, and asked once more.
            CassandraStatement[] forgotten = [.. statements.Select(s => s.Statement).Distinct()];
            return await _runner.RunAsync(request with { Batch = forgotten }, options.Cancellation).ConfigureAwait(false);
        }
    }
}
