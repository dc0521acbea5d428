using System.Runtime.CompilerServices;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Client;

/// <summary>One user's conversation with a cluster: the keyspace that USE has set. For one thread at a time; any number of sessions share a connection.</summary>
public sealed class CassandraSession : IQuerySession
{
    private readonly CassandraConnection _connection;

    internal CassandraSession(CassandraConnection connection, string? keyspace)
    {
        _connection = connection;
        Keyspace = keyspace;
    }

    /// <inheritdoc/>
    public string? Keyspace { get; private set; }

    /// <summary>Has a statement parsed and planned.</summary>
    /// <inheritdoc cref="CassandraConnection.PrepareAsync"/>
    public Task<CassandraStatement> PrepareAsync(string cql, CancellationToken cancellation = default) => _connection.PrepareAsync(cql, Keyspace, cancellation);

    /// <summary>Executes a statement; USE holds for the session, not for a node's connection.</summary>
    /// <inheritdoc cref="CassandraConnection.ExecuteAsync(CassandraStatement, BindValues?, QueryOptions?)"/>
    public async Task<QueryResult> ExecuteAsync(CassandraStatement statement, BindValues? values = null, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return statement.Prepared is null && UseOf(statement.Text) is { } keyspace
            ? await UseAsync(keyspace, options?.Cancellation ?? default).ConfigureAwait(false)
            : await _connection.ExecuteAsync(statement, values, options).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public PreparedStatement Prepare(string cql, CancellationToken cancellation = default) => PrepareAsync(cql, cancellation).GetAwaiter().GetResult();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A database has prepared the statement.</exception>
    public QueryResult Execute(PreparedStatement statement, BindValues? values = null, QueryOptions? options = null) =>
        ExecuteAsync(Own(statement), values, options).GetAwaiter().GetResult();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A database has prepared a statement.</exception>
    public QueryResult ExecuteBatch(BatchKind kind, IReadOnlyList<(PreparedStatement Statement, BindValues Values)> statements, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(statements);
        return _connection.ExecuteBatchAsync(kind, [.. statements.Select(s => (Own(s.Statement), s.Values))], options).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        string cql,
        Func<QueryResult, T> read,
        IReadOnlyList<object?>? values = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (T row in _connection.QueryAsync(cql, read, values, Keyspace, cancellation).ConfigureAwait(false))
            yield return row;
    }

    private static CassandraStatement Own(PreparedStatement statement) =>
        statement as CassandraStatement ?? throw new ArgumentException("The statement was not prepared by a cluster.", nameof(statement));

    private static string? UseOf(string cql)
    {
        try
        {
            return CqlParser.Parse(cql) is UseStatement use ? use.Keyspace.Text : null;
        }
        catch (CqliteException)
        {
            return null;
        }
    }

    private async Task<QueryResult> UseAsync(string keyspace, CancellationToken cancellation)
    {
        CassandraStatement find = await _connection.PrepareAsync("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", cancellation: cancellation).ConfigureAwait(false);
        using QueryResult found = await _connection.ExecuteAsync(find, find.Bind(keyspace), new QueryOptions { Cancellation = cancellation }).ConfigureAwait(false);
        if (!found.MoveNext())
            throw new InvalidQueryException($"Keyspace '{keyspace}' does not exist");
        Keyspace = keyspace;
        return new CassandraDone(ResultKind.SetKeyspace, []) { Keyspace = keyspace };
    }
}
