using System.Collections.Concurrent;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// Executes the statements that write one table: waits while nodes are busy, slow or lost, and puts aside what they refuse. What is left of TTLs counts from a moment that
/// nodes are told, so that cells end when they are to, however long a statement was under way; before version 5 of the protocol from each node's own. For any number of threads.
/// </summary>
internal sealed class PatientExecution(CassandraConnection connection, ClusterWriting writing, Rejects rejects, TableMetadata table)
{
    private const int FirstWaitMillis = 100;
    private const int LongestWaitMillis = 5000;

    /// <summary>The protocol's version from which on a statement can be told its "now".</summary>
    private const int NowSince = 5;

    private readonly ConcurrentDictionary<string, CassandraStatement> _prepared = new(StringComparer.Ordinal);

    /// <summary>Whether nodes can be told the moment from which TTLs count.</summary>
    public bool TellsNow { get; } = connection.ProtocolVersion >= NowSince;

    /// <summary>Whether nodes tell the times of elements.</summary>
    public bool HasElementTimes { get; } = ToldTimes.Of(connection.Versions).Elements;

    /// <summary>Does something until nodes let it be done; what they refuse is put aside.</summary>
    /// <param name="action">Does it.</param>
    /// <param name="statement">What is put aside.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="mayBeDoneTwice">Whether it may be done again where it may have been done; null for always.</param>
    public async Task PatientlyAsync(Func<Task> action, RowStatement statement, CancellationToken cancellation, Func<bool>? mayBeDoneTwice = null)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await action().ConfigureAwait(false);
                return;
            }
            catch (CqliteException problem) when (attempt < writing.Retries && MayPass(problem, mayBeDoneTwice))
            {
                await Task.Delay(Random.Shared.Next(Math.Min(LongestWaitMillis, FirstWaitMillis << Math.Min(attempt, 16))), cancellation).ConfigureAwait(false);
            }
            catch (CqliteException problem) when (problem is InvalidQueryException or ServerErrorException)
            {
                rejects.Add(statement, problem);
                return;
            }
        }
    }

    /// <summary>Writes statements of a partition as a batch; one that is refused statement by statement, so that only what is wrong is put aside.</summary>
    /// <param name="statements">What may be executed twice.</param>
    /// <param name="token">The partition's.</param>
    /// <param name="nowSeconds">The moment from which TTLs count.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task WriteAsync(RowStatement[] statements, Token token, long nowSeconds, CancellationToken cancellation)
    {
        bool isRefused = false;
        if (statements.Length > 1)
        {
            await PatientlyAsync(
                async () =>
                {
                    try
                    {
                        await ExecuteBatchAsync(statements, token, nowSeconds, cancellation).ConfigureAwait(false);
                    }
                    catch (CqliteException problem) when (problem is InvalidQueryException or ServerErrorException)
                    {
                        isRefused = true;
                    }
                },
                statements[0],
                cancellation).ConfigureAwait(false);
        }

        if (statements.Length > 1 && !isRefused)
            return;
        foreach (RowStatement statement in statements)
            await PatientlyAsync(() => ExecuteAsync(statement, nowSeconds, cancellation), statement, cancellation).ConfigureAwait(false);
    }

    /// <summary>Executes a statement that may be executed twice.</summary>
    public async Task ExecuteAsync(RowStatement statement, long nowSeconds, CancellationToken cancellation)
    {
        CassandraStatement prepared = await PrepareAsync(statement.Text, cancellation).ConfigureAwait(false);
        (await connection.ExecuteAsync(prepared, new BindValues(statement.Values), Options(nowSeconds, cancellation)).ConfigureAwait(false)).Dispose();
    }

    /// <summary>Executes what does more each time: the connection does not try it again by itself.</summary>
    public async Task ExecuteOnceAsync(RowStatement statement, long nowSeconds, CancellationToken cancellation)
    {
        CassandraStatement prepared = await PrepareAsync(statement.Text, cancellation).ConfigureAwait(false);
        prepared.IsExecutedOnce = true;
        (await connection.ExecuteAsync(prepared, new BindValues(statement.Values), Options(nowSeconds, cancellation)).ConfigureAwait(false)).Dispose();
    }

    /// <summary>The values of the row that a SELECT finds; none where there is no row.</summary>
    public async Task<byte[]?[]> ReadAsync(RowStatement statement, long nowSeconds, CancellationToken cancellation)
    {
        CassandraStatement prepared = await PrepareAsync(statement.Text, cancellation).ConfigureAwait(false);
        using QueryResult result = await connection.ExecuteAsync(prepared, new BindValues(statement.Values), Options(nowSeconds, cancellation)).ConfigureAwait(false);
        return result.MoveNext() ? [.. Enumerable.Range(0, result.Columns.Length).Select(result.GetBytes)] : [];
    }

    private static bool MayPass(CqliteException problem, Func<bool>? mayBeDoneTwice) => problem switch
    {
        OverloadedException or ConnectionFailedException => true,
        OutcomeUnknownException => mayBeDoneTwice is null || mayBeDoneTwice(),
        _ => false,
    };

    private async Task ExecuteBatchAsync(RowStatement[] statements, Token token, long nowSeconds, CancellationToken cancellation)
    {
        List<(CassandraStatement Statement, BindValues Values)> batch = [];
        foreach (RowStatement statement in statements)
            batch.Add((await PrepareAsync(statement.Text, cancellation).ConfigureAwait(false), new BindValues(statement.Values)));
        await connection.ExecuteBatchAsync(batch, table.Keyspace, token, Options(nowSeconds, cancellation)).ConfigureAwait(false);
    }

    private QueryOptions Options(long nowSeconds, CancellationToken cancellation) => new()
    {
        NowSeconds = TellsNow ? nowSeconds : null,
        Consistency = writing.Consistency,
        Cancellation = cancellation,
    };

    private async ValueTask<CassandraStatement> PrepareAsync(string text, CancellationToken cancellation)
    {
        if (_prepared.TryGetValue(text, out CassandraStatement? known))
            return known;
        return _prepared[text] = await connection.PrepareAsync(text, cancellation: cancellation).ConfigureAwait(false);
    }
}
