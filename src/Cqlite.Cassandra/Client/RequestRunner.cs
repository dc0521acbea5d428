using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Client;

/// <summary>A request that any node may be asked.</summary>
internal sealed record ClusterRequest
{
    /// <summary>Makes the message; again after the statement was prepared again.</summary>
    public required Func<Message> Message { get; init; }

    /// <summary>The prepared statement that it executes; null for none.</summary>
    public CassandraStatement? Statement { get; init; }

    /// <summary>The statements of a batch, which the node is to be told again before; empty for none.</summary>
    public IReadOnlyList<CassandraStatement> Batch { get; init; } = [];

    /// <summary>How long a node may take to answer; null for the connection's own time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Bytes that the answer may have; null for as many as the protocol allows.</summary>
    public int? LongestBody { get; init; }

    /// <summary>The keyspace of names without one, of a message that has names.</summary>
    public string? Keyspace { get; init; }

    /// <summary>Whether asking twice does what once does.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>The nodes to ask, best first.</summary>
    public required IEnumerable<ClusterNode> Route { get; init; }
}

/// <summary>Asks node after node until one answers. What a node may have begun is asked again only of statements that may be executed twice.</summary>
internal sealed class RequestRunner(CassandraOptions options)
{
    private const int FirstWaitMillis = 20;

    /// <summary>Asks.</summary>
    /// <returns>An answer that is no error, and who gave it.</returns>
    public Task<(NodeAnswer Answer, NodeAddress Node)> RunAsync(ClusterRequest request, CancellationToken cancellation) =>
        request.IsIdempotent && options.SpeculativeDelay is { } delay
            ? RunTwiceAsync(request, delay, cancellation)
            : RunOnceAsync(request, cancellation);

    private async Task<(NodeAnswer Answer, NodeAddress Node)> RunTwiceAsync(ClusterRequest request, TimeSpan delay, CancellationToken cancellation)
    {
        using CancellationTokenSource losers = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<(NodeAnswer Answer, NodeAddress Node)> first = RunOnceAsync(request, losers.Token);
        try
        {
            if (await Task.WhenAny(first, Task.Delay(delay, losers.Token)).ConfigureAwait(false) == first)
                return await first.ConfigureAwait(false);
            Task<(NodeAnswer Answer, NodeAddress Node)> second = RunOnceAsync(request with { Route = request.Route.Skip(1) }, losers.Token);
            Task<(NodeAnswer Answer, NodeAddress Node)> winner = await Task.WhenAny(first, second).ConfigureAwait(false);
            return await (winner.IsCompletedSuccessfully || winner == second ? winner.IsCompletedSuccessfully ? winner : first : second).ConfigureAwait(false);
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<(NodeAnswer Answer, NodeAddress Node)> RunOnceAsync(ClusterRequest request, CancellationToken cancellation)
    {
        CqliteException? last = null;
        int retries = 0;
        bool goesRound = true;
        while (goesRound)
        {
            goesRound = false;
            foreach (ClusterNode node in request.Route)
            {
                try
                {
                    NodeConnection connection = await node.Pool.GetAsync(cancellation).ConfigureAwait(false);
                    return (await AskAsync(connection, request, cancellation).ConfigureAwait(false), connection.Address);
                }
                catch (ConnectionFailedException problem)
                {
                    // Nothing was sent: any statement may go to the next node.
                    last = problem;
                }
                catch (CqliteException problem) when (request.IsIdempotent && retries < options.MaxRetries && MayBeTriedAgain(problem))
                {
                    last = problem;
                    goesRound = true;
                    await Task.Delay(Random.Shared.Next(FirstWaitMillis << Math.Min(retries, 8)), cancellation).ConfigureAwait(false);
                    retries++;
                }
            }
        }

        throw last ?? new ConnectionFailedException(string.Join(", ", options.ContactPoints), "no node can be asked.");
    }

    private static bool MayBeTriedAgain(CqliteException problem) => problem switch
    {
        OverloadedException => true,
        OutcomeUnknownException { Code: -1 or (int)ErrorCode.ReadTimeout or (int)ErrorCode.WriteTimeout } => true,
        _ => false,
    };

    private async Task<NodeAnswer> AskAsync(NodeConnection connection, ClusterRequest request, CancellationToken cancellation)
    {
        foreach (CassandraStatement forgotten in request.Batch)
            forgotten.Prepared = await PrepareAsync(connection, forgotten.Text, forgotten.Keyspace, cancellation).ConfigureAwait(false);
        NodeAnswer answer = await SendAsync(connection, request, cancellation).ConfigureAwait(false);
        if (answer.Message is ErrorMessage { Code: ErrorCode.Unprepared } && request.Statement is { } statement)
        {
            statement.Prepared = await PrepareAsync(connection, statement.Text, statement.Keyspace, cancellation).ConfigureAwait(false);
            answer = await SendAsync(connection, request, cancellation).ConfigureAwait(false);
        }

        return answer.Message is ErrorMessage error ? throw ServerFailure.Of(error, connection.Address) : answer;
    }

    private async Task<PreparedResult> PrepareAsync(NodeConnection connection, string text, string? keyspace, CancellationToken cancellation)
    {
        PrepareMessage message = new(text, connection.Version.HasPrepareFlags ? keyspace : null);
        NodeAnswer answer = await connection.AskWithinAsync(keyspace, message, options.Timeout, cancellation).ConfigureAwait(false);
        return answer.Message switch
        {
            PreparedResult prepared => prepared,
            ErrorMessage error => throw ServerFailure.Of(error, connection.Address),
            _ => throw new ServerErrorException($"{connection.Address} answered {answer.Message.Opcode.Name()} to PREPARE.", (int)ErrorCode.ProtocolError),
        };
    }

    private Task<NodeAnswer> SendAsync(NodeConnection connection, ClusterRequest request, CancellationToken cancellation)
    {
        Message message = request.Message();
        TimeSpan timeout = request.Timeout ?? options.Timeout;
        return message is ExecuteMessage or BatchMessage
            ? connection.AskAsync(message, timeout, cancellation, request.LongestBody)
            : connection.AskWithinAsync(request.Keyspace, message, timeout, cancellation);
    }
}
