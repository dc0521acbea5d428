using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query;

/// <summary>What answers CQL: a database in this process, or a cluster. Any number of sessions share it.</summary>
public interface IQueryTarget
{
    /// <summary>Begins a session.</summary>
    /// <param name="keyspace">The keyspace of names without one; null for none.</param>
    IQuerySession OpenSession(string? keyspace = null);

    /// <summary>What it is called in messages: a database's folder, a cluster's name.</summary>
    string Name { get; }

    /// <summary>The schema as it is now; of a cluster as far as it is known to us.</summary>
    /// <param name="cancellation">Ends the waiting for a cluster's answer.</param>
    Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation = default);
}

/// <summary>One user's conversation with a target, for one thread at a time. Who asks does not see whether a database or a cluster answers.</summary>
public interface IQuerySession
{
    /// <summary>The keyspace of names without one, as USE has set it; null for none.</summary>
    string? Keyspace { get; }

    /// <summary>Has a statement parsed and planned.</summary>
    /// <param name="cql">The statement.</param>
    /// <param name="cancellation">Ends the waiting for a cluster's answer.</param>
    /// <exception cref="CqlSyntaxException">It does not parse.</exception>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    PreparedStatement Prepare(string cql, CancellationToken cancellation = default);

    /// <summary>Executes a statement that this target prepared.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="values">The values of its markers, serialized.</param>
    /// <param name="options">How to execute it.</param>
    QueryResult Execute(PreparedStatement statement, BindValues? values = null, QueryOptions? options = null);

    /// <summary>Executes statements that this target prepared, all of which write, as one batch.</summary>
    /// <param name="kind">Logged, unlogged or of counters.</param>
    /// <param name="statements">The statements, and the values of their markers.</param>
    /// <param name="options">How to execute it.</param>
    /// <exception cref="InvalidQueryException">They can't be in one batch, or a value does not suit.</exception>
    QueryResult ExecuteBatch(BatchKind kind, IReadOnlyList<(PreparedStatement Statement, BindValues Values)> statements, QueryOptions? options = null);

    /// <summary>Executes a statement, and makes an object of each row, without holding up the caller's thread.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="cql">The statement.</param>
    /// <param name="read">Makes an object of the row on which the result stands.</param>
    /// <param name="values">Values for its markers, as <see cref="PreparedStatement.Bind"/> takes them; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    IAsyncEnumerable<T> QueryAsync<T>(string cql, Func<QueryResult, T> read, IReadOnlyList<object?>? values = null, CancellationToken cancellation = default);
}
