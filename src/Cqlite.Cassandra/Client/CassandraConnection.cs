using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using ResultKind = Cqlite.Core.Query.ResultKind;

namespace Cqlite.Cassandra.Client;

/// <summary>
/// A connection to a cluster: finds its nodes, sends each statement to a node that has its partition, and gives rows as a database does.
/// For any number of threads.
/// </summary>
/// <example>
/// <code>
/// using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = ["10.0.0.1"] });
/// await foreach (string name in cluster.QueryAsync("SELECT name FROM shop.items WHERE id = ?", row => row.GetString(0), [7]))
///     Console.WriteLine(name);
/// </code>
/// </example>
public sealed partial class CassandraConnection : IQueryTarget, IDisposable
{
    private const int KeptStatements = 1000;
    private readonly CassandraOptions _options;
    private readonly ClusterView _cluster;
    private readonly RequestRunner _runner;

    // Writes that may be sent twice get their time here, once, so that the second time does not undo what somebody wrote between.
    private readonly WriteClock _clock = new(TimeProvider.System);
    private readonly ConcurrentDictionary<(string Text, string? Keyspace), CassandraStatement> _statements = new();
    private VersionedSchema? _knownSchema;
    private int _turn;

    private CassandraConnection(CassandraOptions options, ClusterView cluster)
    {
        _options = options;
        _cluster = cluster;
        _runner = new RequestRunner(options);
    }

    private sealed record VersionedSchema(Guid? Version, DatabaseSchema Schema);

    /// <summary>The cluster's name.</summary>
    public string ClusterName => _cluster.Name;

    /// <summary>The datacenter whose nodes are asked.</summary>
    public string LocalDatacenter => _cluster.LocalDatacenter;

    /// <summary>The number of the protocol's version that is spoken: 3, 4 or 5.</summary>
    public int ProtocolVersion => _cluster.Version.Number;

    /// <summary>How it was connected.</summary>
    public CassandraOptions Options => _options;

    /// <summary>Whether it was not closed.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Connects.</summary>
    /// <param name="options">How to reach the cluster.</param>
    /// <param name="cancellation">Ends the try.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="ConnectionFailedException">No contact point can be reached.</exception>
    /// <exception cref="AuthenticationFailedException">Name or password are not right, or are missing.</exception>
    public static async Task<CassandraConnection> ConnectAsync(CassandraOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new CassandraConnection(options, await ClusterView.ConnectAsync(options, cancellation).ConfigureAwait(false));
    }

    /// <summary>Has a statement parsed and planned, once for all nodes.</summary>
    /// <param name="cql">The statement.</param>
    /// <param name="keyspace">The keyspace of names without one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CqlSyntaxException">It does not parse.</exception>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    public async Task<CassandraStatement> PrepareAsync(string cql, string? keyspace = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cql);
        RequireOpen();
        keyspace ??= _options.Keyspace;
        if (_statements.TryGetValue((cql, keyspace), out CassandraStatement? known))
            return known;
        var nature = StatementNature.Of(cql);
        if (!nature.IsData)
            return new CassandraStatement(cql, keyspace, nature, prepared: null);

        PrepareMessage message = new(cql, _cluster.Version.HasPrepareFlags ? keyspace : null);
        ClusterRequest request = new() { Message = () => message, Keyspace = keyspace, IsIdempotent = true, Route = Route(null, null) };
        (NodeAnswer answer, NodeAddress node) = await _runner.RunAsync(request, cancellation).ConfigureAwait(false);
        if (answer.Message is not PreparedResult prepared)
            throw Unexpected(answer, node);
        if (_statements.Count >= KeptStatements)
            _statements.Clear();
        return _statements[(cql, keyspace)] = new CassandraStatement(cql, keyspace, nature, prepared);
    }

    /// <summary>Executes a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="values">The values of its markers, serialized.</param>
    /// <param name="options">How to execute it. Without a page size all rows come, some thousands at a time.</param>
    /// <exception cref="InvalidQueryException">It can't be executed.</exception>
    /// <exception cref="OverloadedException">The cluster can't take it now; try again later.</exception>
    /// <exception cref="OutcomeUnknownException">No answer came in time: it may have been executed.</exception>
    /// <exception cref="ConnectionFailedException">No node can be reached; it was not executed.</exception>
    public async Task<QueryResult> ExecuteAsync(CassandraStatement statement, BindValues? values = null, QueryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(statement);
        RequireOpen();
        options ??= QueryOptions.Default;
        values ??= BindValues.None;
        if (values.Count != statement.Markers.Length)
            throw new InvalidQueryException($"there were {statement.Markers.Length} markers(?) in CQL but {values.Count} bound variables");
        if (options.NowSeconds is not null && !_cluster.Version.HasWideQueryFlags)
            throw new InvalidQueryException($"A time of its own for a query needs version 5 of the protocol; the cluster speaks {ProtocolVersion}.");

        QueryParameters parameters = ToParameters(statement, values, options);
        byte[]? key = statement.KeyOf(values);
        IEnumerable<ClusterNode> RouteOf() => Route(KeyspaceOf(statement), key);
        (NodeAnswer answer, NodeAddress node, ImmutableArray<ResultColumn> columns) = await AskAsync(statement, parameters, RouteOf(), options.Timeout, options.Cancellation).ConfigureAwait(false);
        ImmutableArray<string> warnings = [.. answer.Extras.Warnings ?? []];
        switch (answer.Message)
        {
            case RowsResult rows:
                return new CassandraResult(ToPage(statement, rows, columns, warnings, node), options.RowsOfPage is null ? FetchAsync : null, options.Cancellation);
            case SchemaChangeResult:
                _statements.Clear();
                _ = await _cluster.WaitForAgreementAsync(options.Cancellation).ConfigureAwait(false);
                return new CassandraDone(ResultKind.SchemaChange, warnings);
            case VoidResult:
                return new CassandraDone(ResultKind.Void, warnings);
            default:
                throw Unexpected(answer, node);
        }

        async Task<ResultPage> FetchAsync(byte[] pagingState, CancellationToken cancellation)
        {
            (NodeAnswer next, NodeAddress from, ImmutableArray<ResultColumn> known) = await AskAsync(statement, parameters with { PagingState = pagingState }, RouteOf(), options.Timeout, cancellation).ConfigureAwait(false);
            return next.Message is RowsResult rows ? ToPage(statement, rows, known, [.. next.Extras.Warnings ?? []], from) : throw Unexpected(next, from);
        }
    }

    /// <summary>Executes a statement without markers.</summary>
    /// <inheritdoc cref="ExecuteAsync(CassandraStatement, BindValues?, QueryOptions?)"/>
    /// <param name="cql">The statement.</param>
    /// <param name="keyspace">The keyspace of names without one.</param>
    /// <param name="options">How to execute it.</param>
    public async Task<QueryResult> ExecuteAsync(string cql, string? keyspace = null, QueryOptions? options = null) =>
        await ExecuteAsync(await PrepareAsync(cql, keyspace, options?.Cancellation ?? default).ConfigureAwait(false), options: options).ConfigureAwait(false);

    /// <summary>Executes a statement, and makes an object of each row.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="cql">The statement.</param>
    /// <param name="read">Makes an object of the row on which the result stands.</param>
    /// <param name="values">Values for its markers, as <see cref="PreparedStatement.Bind"/> takes them; null for none.</param>
    /// <param name="keyspace">The keyspace of names without one.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        string cql,
        Func<QueryResult, T> read,
        IReadOnlyList<object?>? values = null,
        string? keyspace = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        CassandraStatement statement = await PrepareAsync(cql, keyspace, cancellation).ConfigureAwait(false);
        using QueryResult result = await ExecuteAsync(statement, statement.Bind(values ?? []), new QueryOptions { Cancellation = cancellation }).ConfigureAwait(false);
        if (result is not CassandraResult rows)
            yield break;
        while (await rows.MoveNextAsync().ConfigureAwait(false))
            yield return read(rows);
    }

    /// <inheritdoc/>
    string IQueryTarget.Name => ToString();

    /// <inheritdoc/>
    public IQuerySession OpenSession(string? keyspace = null) => new CassandraSession(this, keyspace ?? _options.Keyspace);

    /// <inheritdoc/>
    public override string ToString() => $"{ClusterName} at {string.Join(", ", _options.ContactPoints)}";

    /// <inheritdoc/>
    public async Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation = default) => (await ReadSystemSchemaAsync(cancellation).ConfigureAwait(false)).Schema;

    /// <summary>The schema, and what of it could not be made sense of.</summary>
    internal Task<SystemSchemaContent> ReadSystemSchemaAsync(CancellationToken cancellation)
    {
        // Where the connection's own keyspace is not there, every statement within it is refused, and the cluster would look empty.
        string? within = _options.Keyspace is null ? null : SystemKeyspaces.Schema;
        return ClusterReader.ReadSchemaAsync(query => ExecuteAsync(query, within, new QueryOptions { Cancellation = cancellation }), _cluster.Partitioner);
    }

    /// <summary>The schema, read again only when the cluster says that it has changed.</summary>
    internal async Task<DatabaseSchema> KnownSchemaAsync(CancellationToken cancellation)
    {
        Guid? version = _cluster.SchemaVersion;
        if (_knownSchema is { } known && known.Version == version && version is not null)
            return known.Schema;
        DatabaseSchema schema = await ReadSchemaAsync(cancellation).ConfigureAwait(false);
        _knownSchema = new(version, schema);
        return schema;
    }

    /// <summary>Asks each node, also of other datacenters, whether it answers, and how fast.</summary>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<CassandraNode>> GetNodesAsync(CancellationToken cancellation = default)
    {
        RequireOpen();
        return await Task.WhenAll(_cluster.Nodes.Select(node => AskNodeAsync(node, cancellation))).ConfigureAwait(false);
    }

    /// <summary>Asks which nodes there are now, and each of them whether it answers.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ConnectionFailedException">No node tells of the cluster any more.</exception>
    public async Task<CassandraHealth> CheckAsync(CancellationToken cancellation = default)
    {
        RequireOpen();
        await _cluster.RefreshAsync(cancellation).ConfigureAwait(false);
        return new CassandraHealth(ClusterName, ProtocolVersion, LocalDatacenter, await GetNodesAsync(cancellation).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsOpen = false;
        _cluster.Dispose();
    }

    private void RequireOpen()
    {
        if (!IsOpen)
            throw new ConnectionFailedException(string.Join(", ", _options.ContactPoints), "this connection has been closed; connect again.");
    }

    private static string? KeyspaceOf(CassandraStatement statement) => statement.Markers is [var marker, ..] ? marker.Keyspace : null;

    private IEnumerable<ClusterNode> Route(string? keyspace, byte[]? key) => _cluster.Route(keyspace, key, Interlocked.Increment(ref _turn));

    /// <summary>Asks; the columns are those that the statement had when it was sent, which a result without columns is read by.</summary>
    private async Task<(NodeAnswer Answer, NodeAddress Node, ImmutableArray<ResultColumn> Columns)> AskAsync(
        CassandraStatement statement, QueryParameters parameters, IEnumerable<ClusterNode> route, TimeSpan? timeout, CancellationToken cancellation, int? longestBody = null)
    {
        PreparedResult? sent = statement.Prepared;
        ClusterRequest request = new()
        {
            Message = () => (sent = statement.Prepared) is { } prepared
                ? new ExecuteMessage(prepared.StatementId, prepared.ResultMetadataId, parameters)
                : new QueryMessage(statement.Text, parameters),
            Statement = sent is null ? null : statement,
            Keyspace = statement.Keyspace,
            IsIdempotent = statement.IsIdempotent,
            Timeout = timeout,
            Route = route,
            LongestBody = longestBody,
        };
        (NodeAnswer answer, NodeAddress node) = await _runner.RunAsync(request, cancellation).ConfigureAwait(false);
        return (answer, node, sent?.Metadata.Columns ?? default);
    }

    private QueryParameters ToParameters(CassandraStatement statement, BindValues values, QueryOptions options)
    {
        BoundValue[] bound = Bound(values);
        return new QueryParameters
        {
            Consistency = options.Consistency ?? _options.Consistency,
            SerialConsistency = options.SerialConsistency ?? _options.SerialConsistency,
            Values = bound,
            PageSize = options.RowsOfPage ?? (statement.Nature.IsUnpaged ? null : _options.PageSize),
            PagingState = options.PagingState is { } state ? state : default(ReadOnlyMemory<byte>?),
            TimestampMicros = options.TimestampMicros ?? (statement.Nature.Writes && statement.IsIdempotent ? _clock.NextMicros() : null),
            NowInSeconds = options.NowSeconds is { } now ? checked((uint)now) : null,
            Keyspace = statement.Prepared is null ? statement.Keyspace : null,

            // Only version 5 says it when the columns are no longer those that were told with PREPARE; of two questions at once it is not known which was answered.
            SkipMetadata = statement.Columns.Length > 0 && _cluster.Version.HasResultMetadataId && _options.SpeculativeDelay is null,
        };
    }

    private BoundValue[] Bound(BindValues values)
    {
        BoundValue[] bound = new BoundValue[values.Count];
        for (int i = 0; i < bound.Length; i++)
        {
            byte[]? value = values[i];
            bound[i] = value is null ? BoundValue.Null : BindValues.IsUnset(value) ? BoundValue.Unset : BoundValue.Of(value);
        }

        return _cluster.Version.HasUnset || !bound.Any(b => b.IsUnset)
            ? bound
            : throw new InvalidQueryException($"A value that is left unset needs version 4 of the protocol; the cluster speaks {ProtocolVersion}.");
    }

    private static ResultPage ToPage(CassandraStatement statement, RowsResult rows, ImmutableArray<ResultColumn> known, ImmutableArray<string> warnings, NodeAddress node)
    {
        if (rows.Metadata.ChangedId is { } changed && !rows.Metadata.Columns.IsDefault && statement.Prepared is { } prepared)
            statement.Prepared = prepared with { ResultMetadataId = changed, Metadata = rows.Metadata with { PagingState = null, ChangedId = null } };
        try
        {
            return new ResultPage(rows.Open(known), warnings, rows.Metadata.PagingState?.ToArray(), node);
        }
        catch (ProtocolException problem)
        {
            throw new ServerErrorException($"{node} sent rows that do not decode: {problem.Message}", (int)problem.Code);
        }
    }

    private static ServerErrorException Unexpected(in NodeAnswer answer, NodeAddress node) =>
        new($"{node} gave an answer that does not belong to the question: {answer.Message.GetType().Name}.", (int)ErrorCode.ProtocolError);

    private async Task<CassandraNode> AskNodeAsync(ClusterNode node, CancellationToken cancellation)
    {
        NodeFacts facts = node.Facts;
        TimeSpan? latency = null;
        string? problem = null;
        try
        {
            NodeConnection connection = await node.Pool.GetAsync(cancellation).ConfigureAwait(false);
            long started = Stopwatch.GetTimestamp();
            _ = await connection.AskAsync(OptionsMessage.Instance, _options.ConnectTimeout, cancellation).ConfigureAwait(false);
            latency = Stopwatch.GetElapsedTime(started);
        }
        catch (CqliteException error)
        {
            problem = error.Message;
        }

        return new CassandraNode(facts.Address.EndPoint, facts.HostId, facts.Datacenter, facts.Rack, facts.Release, facts.SchemaVersion, facts.Tokens.Count, latency, problem);
    }
}
