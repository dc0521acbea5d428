using Cqlite.Core.Errors;

namespace Cqlite.Core.Query;

/// <summary>
/// One user's conversation with a database: the keyspace that USE has set, and the engine that answers. For one thread at a time;
/// any number of sessions share an engine.
/// </summary>
public sealed class QuerySession
{
    /// <summary>Begins a session.</summary>
    /// <param name="engine">What answers.</param>
    /// <param name="keyspace">The keyspace of names without one; null for none.</param>
    public QuerySession(QueryEngine engine, string? keyspace = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Engine = engine;
        Keyspace = keyspace;
    }

    /// <summary>What answers.</summary>
    public QueryEngine Engine { get; }

    /// <summary>The keyspace of names without one; null for none.</summary>
    public string? Keyspace { get; private set; }

    /// <summary>Parses and plans a statement.</summary>
    /// <exception cref="CqlSyntaxException">It does not parse.</exception>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    public PreparedQuery Prepare(string cql) => Engine.Prepare(cql, Keyspace);

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
}
