using System.Collections.Concurrent;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query;

/// <summary>Answers CQL from a database. Statements and their plans are kept, so that a text that comes again is neither parsed nor planned.</summary>
public sealed class QueryEngine
{
    private const int KeptPlans = 1000;
    private readonly Database _database;
    private readonly ConcurrentDictionary<(string Text, string? Keyspace), PreparedQuery> _prepared = new();

    /// <summary>Answers from a database, which stays its owner's.</summary>
    public QueryEngine(Database database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
    }

    /// <summary>Parses and plans a SELECT.</summary>
    /// <param name="cql">The statement.</param>
    /// <param name="keyspace">The keyspace of tables that are named without one.</param>
    /// <exception cref="CqlSyntaxException">It does not parse.</exception>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    public PreparedQuery Prepare(string cql, string? keyspace = null)
    {
        ArgumentNullException.ThrowIfNull(cql);
        if (_prepared.TryGetValue((cql, keyspace), out PreparedQuery? prepared))
            return prepared;
        if (CqlParser.Parse(cql) is not SelectStatement select)
            throw new InvalidQueryException("This database is open for reading: SELECT is the only statement that can be executed.");
        prepared = new PreparedQuery(cql, SelectPlanner.Plan(select, _database.Schema, keyspace));
        if (_prepared.Count >= KeptPlans)
            _prepared.Clear();
        _prepared[(cql, keyspace)] = prepared;
        return prepared;
    }

    /// <summary>Executes a prepared statement.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="values">The values of its markers, serialized.</param>
    /// <param name="options">How to execute it.</param>
    /// <exception cref="InvalidQueryException">A value does not suit.</exception>
    public QueryResult Execute(PreparedQuery query, BindValues? values = null, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        options ??= QueryOptions.Default;
        SelectPlan plan = query.Plan;
        TableStore store = _database.OpenTable(plan.Table);
        return SelectResult.Start(plan, store, values ?? BindValues.None, options.NowSeconds ?? _database.NowSeconds, options);
    }

    /// <summary>Parses, plans and executes a statement.</summary>
    public QueryResult Execute(string cql, string? keyspace = null, BindValues? values = null, QueryOptions? options = null) =>
        Execute(Prepare(cql, keyspace), values, options);
}
