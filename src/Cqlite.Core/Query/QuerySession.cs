using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Query;

/// <summary>
/// One user's conversation with a database: the keyspace that USE has set, and the engine that answers. For one thread at a time;
/// any number of sessions share an engine.
/// </summary>
public sealed class QuerySession : IQuerySession
{
    /// <summary>Begins a session.</summary>
    /// <param name="engine">What answers.</param>
    /// <param name="keyspace">The keyspace of names without one; null for none.</param>
    public QuerySession(QueryEngine engine, string? keyspace = null)
        : this(engine, keyspace, user: null)
    {
    }

    internal QuerySession(QueryEngine engine, string? keyspace, string? user)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Engine = engine;
        Keyspace = keyspace;
        User = user;
    }

    /// <summary>The role that has logged in (<see cref="QueryEngine.Authenticate"/>), whose permissions count; null for whoever opened the database, who may do everything.</summary>
    public string? User { get; }

    /// <summary>What answers.</summary>
    public QueryEngine Engine { get; }

    /// <summary>The keyspace of names without one; null for none.</summary>
    public string? Keyspace { get; private set; }

    /// <summary>Parses and plans a statement.</summary>
    /// <param name="cql">The statement.</param>
    /// <param name="keyspace">The keyspace of names without one, for this statement alone; null for the session's.</param>
    /// <exception cref="CqlSyntaxException">It does not parse.</exception>
    /// <exception cref="InvalidQueryException">It can't be executed, or the keyspace does not exist.</exception>
    public PreparedQuery Prepare(string cql, string? keyspace = null) => keyspace is null || Engine.Database.Schema.Keyspaces.ContainsKey(keyspace)
        ? Engine.Prepare(cql, keyspace ?? Keyspace)
        : throw new InvalidQueryException($"Keyspace '{keyspace}' does not exist");

    /// <summary>Executes a prepared statement.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="values">The values of its markers, serialized.</param>
    /// <param name="options">How to execute it.</param>
    public QueryResult Execute(PreparedQuery query, BindValues? values = null, QueryOptions? options = null)
    {
        QueryResult result = Engine.Execute(query, this, values, options);
        if (result.Kind == ResultKind.SetKeyspace)
            Keyspace = result.Keyspace;
        return result;
    }

    /// <summary>Parses, plans and executes a statement.</summary>
    public QueryResult Execute(string cql, BindValues? values = null, QueryOptions? options = null) => Execute(Engine.Prepare(cql, Keyspace, values), values, options);

    /// <inheritdoc/>
    PreparedStatement IQuerySession.Prepare(string cql, CancellationToken cancellation) => Prepare(cql);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A cluster has prepared the statement.</exception>
    QueryResult IQuerySession.Execute(PreparedStatement statement, BindValues? values, QueryOptions? options) =>
        Execute(Own(statement), values, options);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A cluster has prepared a statement.</exception>
    public QueryResult ExecuteBatch(BatchKind kind, IReadOnlyList<(PreparedStatement Statement, BindValues Values)> statements, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(statements);
        return Engine.ExecuteBatch(kind, [.. statements.Select(s => (Own(s.Statement), s.Values))], this, options);
    }

    /// <summary>Executes a statement, and makes an object of each row, away from the caller's thread: rows are read some hundreds at a time, when they are asked for.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="cql">The statement.</param>
    /// <param name="read">Makes an object of the row on which the result stands.</param>
    /// <param name="values">Values for its markers, as <see cref="PreparedStatement.Bind"/> takes them; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        string cql,
        Func<QueryResult, T> read,
        IReadOnlyList<object?>? values = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        const int RowsAtOnce = 256;
        PreparedQuery query = Prepare(cql);
        using QueryResult result = await Task.Run(() => Execute(query, query.Bind(values ?? []), new QueryOptions { Cancellation = cancellation }), cancellation).ConfigureAwait(false);
        List<T> rows = new(RowsAtOnce);
        do
        {
            rows.Clear();
            await Task.Run(
                () =>
                {
                    while (rows.Count < RowsAtOnce && result.MoveNext())
                        rows.Add(read(result));
                },
                cancellation).ConfigureAwait(false);
            foreach (T row in rows)
                yield return row;
        }
        while (rows.Count == RowsAtOnce);
    }

    private static PreparedQuery Own(PreparedStatement statement) =>
        statement as PreparedQuery ?? throw new ArgumentException("The statement was not prepared by a database.", nameof(statement));
}
