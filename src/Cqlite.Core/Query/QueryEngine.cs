using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Metrics;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Access;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Guardrails;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Query.Views;
using Cqlite.Core.Schema;
using Partitioner = Cqlite.Core.Schema.Partitioner;

namespace Cqlite.Core.Query;

/// <summary>Answers CQL from a database. Statements and their plans are kept, so that a text that comes again is neither parsed nor planned.</summary>
public sealed class QueryEngine : IQueryTarget, IDisposable
{
    private const int KeptPlans = 1000;

    /// <summary>So often a statement is planned again that meets a changing schema.</summary>
    private const int MostPlans = 100;
    private readonly Database _database;
    private readonly bool _ownsDatabase;
    private readonly GuardrailSettings _guardrails;
    private readonly ConcurrentDictionary<(string Text, string? Keyspace, bool Unmask), PreparedQuery> _prepared = new();

    /// <summary>Answers from a database, which stays its owner's.</summary>
    public QueryEngine(Database database)
        : this(database, ownsDatabase: false)
    {
    }

    private QueryEngine(Database database, bool ownsDatabase)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _ownsDatabase = ownsDatabase;
        Access = new AccessControl(this);
        _guardrails = new GuardrailSettings(database.Settings);
        if (!database.IsReadOnly)
            ViewBuild.Complete(database);
    }

    /// <summary>Whether clients have to log in: the setting <c>authenticator</c> is <c>PasswordAuthenticator</c>.</summary>
    public bool RequiresAuthentication => Access.RequiresAuthentication;

    /// <summary>Roles and permissions.</summary>
    internal AccessControl Access { get; }

    /// <summary>Called after a statement has changed the schema, on the thread that executed it.</summary>
    internal Action<SchemaChange>? SchemaChanged { get; set; }

    /// <summary>The database.</summary>
    public Database Database => _database;

    /// <summary>Opens what lies at a path, and answers from it; the database is closed with this.</summary>
    /// <param name="path">A node's folder, its data directory, a keyspace's or table's folder, a snapshot, or a folder of SSTables.</param>
    /// <param name="options">How to open it.</param>
    /// <exception cref="StorageException">There is no such folder, or it can't be read.</exception>
    /// <exception cref="UnsupportedFormatException">It holds nothing of Cassandra's.</exception>
    /// <exception cref="InvalidQueryException">The schema's statements can't be applied.</exception>
    public static QueryEngine Open(string path, DatabaseOptions? options = null) => new(Database.Open(path, ReadSchema, options), ownsDatabase: true);

    /// <inheritdoc/>
    string IQueryTarget.Name => _database.Path;

    /// <inheritdoc/>
    public IQuerySession OpenSession(string? keyspace = null) => new QuerySession(this, keyspace);

    /// <inheritdoc/>
    Task<DatabaseSchema> IQueryTarget.ReadSchemaAsync(CancellationToken cancellation) => Task.FromResult(_database.Schema);

    /// <summary>Reads a schema from CQL text, as a database asks for it when it is opened.</summary>
    public static DatabaseSchema ReadSchema(string cql, string file, Partitioner partitioner)
    {
        try
        {
            // A DROP that does not say when it was must not hide what was written into a column added again.
            // A table without an id has the same one whenever the text is read, so that what was begun with it can be gone on with.
            DdlSettings settings = DdlSettings.Recorded with { Partitioner = partitioner, NowMicros = () => long.MinValue, NewTableId = LooseTable.IdOf };
            return SchemaScript.Apply(DatabaseSchema.Empty, cql, settings, OnlyKeyspace(cql));
        }
        catch (InvalidQueryException error)
        {
            throw new InvalidQueryException($"{file}: {error.Message}", error.Code);
        }
        catch (CqlSyntaxException error)
        {
            throw new CqlSyntaxException($"{file}: {error.Message}", error.Line, error.Column);
        }
    }

    // Tables without a keyspace belong to the one that the text creates, if it is only one: the USE between them was typed, not written down.
    private static string? OnlyKeyspace(string cql)
    {
        Identifier? only = null;
        foreach (string text in StatementSplitter.Split(cql).Select(s => s.Text))
        {
            if (!text.StartsWith("CREATE KEYSPACE", StringComparison.OrdinalIgnoreCase) || CqlParser.Parse(text) is not CreateKeyspaceStatement create)
                continue;
            if (only is not null)
                return null;
            only = create.Name;
        }

        return only?.Text;
    }

    /// <summary>Parses and plans a statement.</summary>
    /// <param name="cql">The statement.</param>
    /// <param name="keyspace">The keyspace of tables that are named without one.</param>
    /// <exception cref="CqlSyntaxException">It does not parse.</exception>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    public PreparedQuery Prepare(string cql, string? keyspace = null) => PrepareFor(cql, keyspace, unmask: true);

    /// <summary>Begins a session of a role: its permissions count in all that the session executes.</summary>
    /// <param name="user">The role's name.</param>
    /// <param name="password">Its password.</param>
    /// <exception cref="InvalidQueryException">They are not good, or the role may not log in; with Cassandra's code for bad credentials.</exception>
    public QuerySession Authenticate(string user, string password)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(password);
        Access.Authenticate(user, password);
        return new QuerySession(this, keyspace: null, user);
    }

    private PreparedQuery PrepareFor(string cql, string? keyspace, bool unmask)
    {
        ArgumentNullException.ThrowIfNull(cql);
        DatabaseSchema schema = _database.Schema;
        if (_prepared.TryGetValue((cql, keyspace, unmask), out PreparedQuery? prepared) && ReferenceEquals(prepared.Schema, schema))
            return prepared;
        prepared = new PreparedQuery(cql, keyspace, StatementPlanner.Plan(CqlParser.Parse(cql), schema, keyspace, unmask), schema);

        // A definition is executed once, as a rule; and what it was checked against is gone after it.
        if (prepared.Plan is DefinitionPlan or RolePlan)
            return prepared;
        if (_prepared.Count >= KeptPlans)
            _prepared.Clear();
        _prepared[(cql, keyspace, unmask)] = prepared;
        return prepared;
    }

    /// <summary>Executes a prepared statement, which is planned again if the schema has changed since.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="values">The values of its markers, serialized.</param>
    /// <param name="options">How to execute it.</param>
    /// <exception cref="InvalidQueryException">A value does not suit.</exception>
    public QueryResult Execute(PreparedQuery query, BindValues? values = null, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Execute(query, new QuerySession(this, query.Keyspace), values, options);
    }

    /// <summary>Parses, plans and executes a statement.</summary>
    public QueryResult Execute(string cql, string? keyspace = null, BindValues? values = null, QueryOptions? options = null) =>
        Execute(Prepare(cql, keyspace, values), values, options);

    /// <summary>Parses and plans a statement for these values.</summary>
    internal PreparedQuery Prepare(string cql, string? keyspace, BindValues? values)
    {
        PreparedQuery query = Prepare(cql, keyspace);
        return (values?.Count ?? 0) == query.Markers.Length ? query : throw new InvalidQueryException("Invalid amount of bind variables");
    }

    /// <summary>
    /// Tells how a statement would be executed, without executing it: the plan, a line a step, the innermost last; then, of a SELECT, which SSTables would be
    /// read, and how many rows they have.
    /// </summary>
    /// <param name="query">The statement.</param>
    /// <param name="values">The values of its markers; null where they are not known yet.</param>
    /// <exception cref="InvalidQueryException">A value does not suit.</exception>
    public string Explain(PreparedQuery query, BindValues? values = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!ReferenceEquals(query.Schema, _database.Schema))
            query = Prepare(query.Text, query.Keyspace);
        return query.Plan.Explain(new QueryContext(_database, new QuerySession(this, query.Keyspace), QueryOptions.Default), values);
    }

    /// <summary>Tells how a SELECT is executed, executes it, and tells how many rows were read for those that it answers with.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="values">The values of its markers, serialized.</param>
    /// <param name="options">How to execute it.</param>
    /// <exception cref="InvalidQueryException">A value does not suit; or the statement would change something.</exception>
    public string Analyze(PreparedQuery query, BindValues? values = null, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Plan is not SelectPlan)
            throw new InvalidQueryException("Only a SELECT is executed to be explained.");
        string explanation = Explain(query, values);
        long rows = 0;
        long started = Stopwatch.GetTimestamp();
        using QueryResult result = Execute(query, values, options);
        while (result.MoveNext())
            rows++;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{explanation}read {result.RowsRead:N0} rows of {result.PartitionsRead:N0} partitions, returned {rows:N0}, in {elapsed.TotalMilliseconds:N1} ms\n");
    }

    /// <summary>Executes a prepared statement within a session.</summary>
    internal QueryResult Execute(PreparedQuery query, QuerySession session, BindValues? values, QueryOptions? options)
    {
        ArgumentNullException.ThrowIfNull(query);
        QueryContext context = Context(session, options);
        values ??= BindValues.None;
        LatencyTimer timer = new(_database.Activity.Queries);
        for (int attempt = 1; ; attempt++)
        {
            query = Current(query, values);
            StatementAccess.Check(query.Plan, Access, context);
            if (StatementAccess.IsMasked(query.Plan, Access, session.User))
                query = PrepareFor(query.Text, query.Keyspace, unmask: false);
            if (context.Guard is { } guard)
                StatementGuardrails.Check(guard, query.Plan, context, values);
            if (query.Writes)
                _database.CheckWritable();
            try
            {
                QueryResult result = query.Plan.Execute(context, values);
                if (query.Writes)
                    Access.NoteExecution(query.Plan, result, session.User);
                if (result.Change is { } change)
                    SchemaChanged?.Invoke(change);
                result = Guarded(result, context);
                result.Timer = timer;
                if (result.Kind != ResultKind.Rows)
                    result.NoteAnswer();
                return result;
            }
            catch (CorruptDataException)
            {
                _database.Activity.CountCorruption();
                throw;
            }
            catch (SchemaChangedException) when (attempt < MostPlans)
            {
                // Somebody changed the table just now; the statement has had no effect yet.
            }
        }
    }

    /// <summary>
    /// Executes definitions as one change of the schema, for whoever opened the database: all of them count at once, or none. A change costs several syncs of the disk,
    /// however much it makes. As for the log, it must not be too large: <see cref="DefinitionBatches"/>.
    /// </summary>
    /// <param name="definitions">The statements.</param>
    /// <param name="keyspace">The keyspace of names without one.</param>
    /// <exception cref="CqlSyntaxException">One does not parse.</exception>
    /// <exception cref="InvalidQueryException">One is no definition, or can't be applied after those before it.</exception>
    internal void Define(IReadOnlyList<string> definitions, string? keyspace = null)
    {
        Statement[] statements = [.. definitions.Select(d => CqlParser.Parse(d))];
        if (Array.Find(statements, s => !DdlApplier.IsDefinition(s)) is { } other)
            throw new InvalidQueryException($"{other.GetType().Name} is no definition.");
        _database.CheckWritable();
        foreach (DdlResult result in DefinitionPlan.Execute(Context(new QuerySession(this, keyspace), null), statements))
        {
            if (result.Change is { } change)
                SchemaChanged?.Invoke(change);
        }
    }

    /// <summary>Executes prepared statements as one batch.</summary>
    /// <param name="kind">Logged, unlogged or of counters.</param>
    /// <param name="statements">The statements and the values of their markers.</param>
    /// <param name="session">Who asks.</param>
    /// <param name="options">How to execute them.</param>
    /// <exception cref="InvalidQueryException">They can't be in one batch, or a value does not suit.</exception>
    internal QueryResult ExecuteBatch(
        BatchKind kind,
        IReadOnlyList<(PreparedQuery Query, BindValues Values)> statements,
        QuerySession session,
        QueryOptions? options = null)
    {
        QueryContext context = Context(session, options);
        for (int attempt = 1; ; attempt++)
        {
            _database.CheckWritable();
            ModificationPlan[] plans = new ModificationPlan[statements.Count];
            for (int i = 0; i < plans.Length; i++)
            {
                plans[i] = Current(statements[i].Query, statements[i].Values).Plan as ModificationPlan
                    ?? throw new InvalidQueryException("Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.");
            }

            var batch = new BatchPlan(kind, [.. plans], UpdateAttributes.None);
            StatementAccess.Check(batch, Access, context);
            batch.Check();
            if (context.Guard is { } guard)
                StatementGuardrails.Check(guard, batch, context, BindValues.None);
            try
            {
                QueryResult result = BatchWrite.Execute(batch, i => statements[i].Values, context);
                Access.NoteExecution(batch, result, session.User);
                return Guarded(result, context);
            }
            catch (SchemaChangedException) when (attempt < MostPlans)
            {
                // As above.
            }
        }
    }

    // Superusers, and whoever opened the database, are not held back.
    private QueryContext Context(QuerySession session, QueryOptions? options) => new(_database, session, options ?? QueryOptions.Default)
    {
        Guard = session.User is { } user && !Access.IsSuper(user) ? new Guard(_guardrails) : null,
    };

    private static QueryResult Guarded(QueryResult result, QueryContext context) =>
        context.Guard is { Warnings.Count: > 0 } guard ? new GuardedResult(result, guard.Warnings) : result;

    private PreparedQuery Current(PreparedQuery query, BindValues values)
    {
        if (!ReferenceEquals(query.Schema, _database.Schema))
            query = Prepare(query.Text, query.Keyspace);
        return values.Count == query.Markers.Length
            ? query
            : throw new InvalidQueryException($"there were {query.Markers.Length} markers(?) in CQL but {values.Count} bound variables");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsDatabase)
            _database.Dispose();
    }
}
