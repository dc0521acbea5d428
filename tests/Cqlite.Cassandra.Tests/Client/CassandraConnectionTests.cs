using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>The client against our own server, whose requests a test answers.</summary>
public sealed class CassandraConnectionTests
{
    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);
    private static readonly ResultColumn s_id = new("k", "t", "id", CqlTypes.Int);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_follow_each_other(bool isCompressed)
    {
        SystemTablesHandler handler = new((request, response) => Page(request, response, pages: 5, rowsOfPage: 100));
        await using NativeServer server = NativeServer.Start(s_anyPort, handler);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server) with { IsCompressed = isCompressed }, TestContext.Current.CancellationToken);
        Assert.Equal(("test", 5, "dc1"), (cluster.ClusterName, cluster.ProtocolVersion, cluster.LocalDatacenter));
        List<int> ids = [];
        await foreach (int id in cluster.QueryAsync("SELECT id FROM k.t", row => row.GetInt32(0), cancellation: TestContext.Current.CancellationToken))
            ids.Add(id);
        Assert.Equal(Enumerable.Range(0, 500), ids);

        IQuerySession session = cluster.OpenSession("k");
        using QueryResult first = session.Execute(session.Prepare("SELECT id FROM k.t", TestContext.Current.CancellationToken), options: new QueryOptions { PageSize = 100 });
        int rows = 0;
        while (first.MoveNext())
            rows++;
        Assert.Equal(100, rows);
        Assert.NotNull(first.PagingState);
    }

    [Fact]
    public async Task Many_requests_at_once_get_their_own_answers()
    {
        SystemTablesHandler handler = new((request, response) =>
        {
            if (request is PrepareMessage prepare)
                return Prepared(prepare, response);
            SystemTablesHandler.Rows(response, [SystemTablesHandler.Text("v", System.Text.Encoding.UTF8.GetString(((ExecuteMessage)request).Parameters.Values[0].Bytes.Span))]);
            return true;
        });
        await using NativeServer server = NativeServer.Start(s_anyPort, handler);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server), TestContext.Current.CancellationToken);
        CassandraStatement statement = await cluster.PrepareAsync("SELECT v FROM k.t WHERE v = ?", cancellation: TestContext.Current.CancellationToken);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 3000).Select(async i =>
        {
            using QueryResult result = await cluster.ExecuteAsync(statement, statement.Bind($"value {i}"));
            return result.MoveNext() ? result.GetString(0)! : "";
        }));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"value {i}"), answers);
    }

    [Theory]
    [InlineData((int)ErrorCode.Overloaded, typeof(OverloadedException))]
    [InlineData((int)ErrorCode.Invalid, typeof(InvalidQueryException))]
    [InlineData((int)ErrorCode.SyntaxError, typeof(CqlSyntaxException))]
    [InlineData((int)ErrorCode.Unauthorized, typeof(InvalidQueryException))]
    [InlineData((int)ErrorCode.ServerError, typeof(ServerErrorException))]
    public async Task Errors_are_sorted_by_remedy(int code, Type expected)
    {
        SystemTablesHandler handler = new((request, response) =>
        {
            if (request is PrepareMessage prepare)
                return Prepared(prepare, response);
            response.Write(new ErrorMessage((ErrorCode)code, "line 3:7 no"));
            return true;
        });
        await using NativeServer server = NativeServer.Start(s_anyPort, handler);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server), TestContext.Current.CancellationToken);
        Exception thrown = await Assert.ThrowsAnyAsync<CqliteException>(() => cluster.ExecuteAsync("CREATE KEYSPACE x WITH replication = {'class': 'SimpleStrategy'}"));
        Assert.IsType(expected, thrown);
        if (thrown is CqlSyntaxException syntax)
            Assert.Equal((3, 7), (syntax.Line, syntax.Column));
        Assert.Single(handler.Asked);
    }

    [Theory]
    [InlineData("SELECT v FROM k.t", 3)]
    [InlineData("INSERT INTO k.t (v) VALUES ('a')", 3)]
    [InlineData("INSERT INTO k.t (v) VALUES ('a') IF NOT EXISTS", 1)]
    [InlineData("UPDATE k.t SET n = n + 1 WHERE v = 'a'", 1)]
    [InlineData("INSERT INTO k.t (v) VALUES (now())", 1)]
    [InlineData("DELETE l[0] FROM k.t WHERE v = 'a'", 1)]
    public async Task Only_what_may_be_executed_twice_is_tried_again(string cql, int executions)
    {
        SystemTablesHandler handler = new((request, response) =>
        {
            if (request is PrepareMessage prepare)
                return Prepared(prepare, response, markers: 0);
            response.Write(new ErrorMessage(ErrorCode.WriteTimeout, "too late", new WriteTimeoutDetails(ConsistencyLevel.One, 0, 1, "SIMPLE")));
            return true;
        });
        await using NativeServer server = NativeServer.Start(s_anyPort, handler);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => cluster.ExecuteAsync(cql));
        Message[] executed = [.. handler.Asked.Where(m => m is ExecuteMessage)];
        Assert.Equal(executions, executed.Length);
        Assert.Single(executed.Select(m => ((ExecuteMessage)m).Parameters.TimestampMicros).Distinct());
    }

    [Fact]
    public async Task A_forgotten_statement_is_prepared_again()
    {
        int executions = 0;
        SystemTablesHandler handler = new((request, response) =>
        {
            if (request is PrepareMessage prepare)
                return Prepared(prepare, response);
            if (Interlocked.Increment(ref executions) > 1)
                return false;
            response.Write(new ErrorMessage(ErrorCode.Unprepared, "unknown", new UnpreparedDetails(new byte[16])));
            return true;
        });
        await using NativeServer server = NativeServer.Start(s_anyPort, handler);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server), TestContext.Current.CancellationToken);
        CassandraStatement statement = await cluster.PrepareAsync("INSERT INTO k.t (v) VALUES (?)", cancellation: TestContext.Current.CancellationToken);
        using QueryResult result = await cluster.ExecuteAsync(statement, statement.Bind("a"));
        Assert.Equal(Cqlite.Core.Query.ResultKind.Void, result.Kind);
        Assert.Equal(["PrepareMessage", "ExecuteMessage", "PrepareMessage", "ExecuteMessage"], handler.Asked.Select(m => m.GetType().Name));
    }

    [Fact]
    public async Task Silence_ends_with_the_time()
    {
        TaskCompletionSource never = new();
        await using NativeServer server = NativeServer.Start(s_anyPort, new Silent(never.Task));
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server) with { MaxRetries = 0 }, TestContext.Current.CancellationToken);
        QueryOptions soon = new() { Timeout = TimeSpan.FromMilliseconds(300) };
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => cluster.ExecuteAsync("TRUNCATE k.t", options: soon));
        never.SetResult();
    }

    [Fact]
    public async Task Names_and_passwords_are_checked_and_passwords_not_told()
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new SystemTablesHandler((_, _) => false), new OnlyAnna());
        Exception none = await Assert.ThrowsAsync<AuthenticationFailedException>(() => CassandraConnection.ConnectAsync(Options(server)));
        CassandraOptions wrong = Options(server) with { Credentials = new("anna", "tulip-7") };
        Exception refused = await Assert.ThrowsAsync<AuthenticationFailedException>(() => CassandraConnection.ConnectAsync(wrong));
        Assert.DoesNotContain("tulip-7", $"{none}{refused}{wrong}", StringComparison.Ordinal);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server) with { Credentials = new("anna", "rose") }, TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(await cluster.GetNodesAsync(TestContext.Current.CancellationToken)).IsUp);
    }

    [Fact]
    public async Task A_node_that_comes_back_is_found_again()
    {
        NativeServer server = NativeServer.Start(new IPEndPoint(OwnAddress.Next(), 0), new SystemTablesHandler((_, _) => false));
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(Options(server) with { ReconnectDelay = TimeSpan.FromMilliseconds(20) }, TestContext.Current.CancellationToken);
        using (QueryResult done = await cluster.ExecuteAsync("TRUNCATE k.t"))
            Assert.False(done.MoveNext());
        IPEndPoint endPoint = server.EndPoint;
        await server.DisposeAsync();
        await Assert.ThrowsAnyAsync<CqliteException>(() => cluster.ExecuteAsync("TRUNCATE k.t"));
        await using NativeServer again = NativeServer.Start(endPoint, new SystemTablesHandler((_, _) => false));
        using QueryResult result = await cluster.ExecuteAsync("TRUNCATE k.t");
        Assert.Equal(Cqlite.Core.Query.ResultKind.Void, result.Kind);
    }

    private static CassandraOptions Options(NativeServer server) => new() { ContactPoints = [server.EndPoint.ToString()], ConnectTimeout = TimeSpan.FromSeconds(60) };

    private static bool Prepared(PrepareMessage prepare, ServerResponse response, int markers = 1)
    {
        MarkerMetadata bound = new([.. Enumerable.Range(0, markers).Select(_ => new ResultColumn("k", "t", "v", CqlTypes.Text))], []);
        response.Write(new PreparedResult(PreparedResult.ComputeId(prepare.Query, null), new byte[16], bound, ResultMetadata.Empty));
        return true;
    }

    private static bool Page(Message request, ServerResponse response, int pages, int rowsOfPage)
    {
        if (request is PrepareMessage prepare)
        {
            response.Write(new PreparedResult(PreparedResult.ComputeId(prepare.Query, null), new byte[16], new([], []), ResultMetadata.Of([s_id])));
            return true;
        }

        QueryParameters parameters = ((ExecuteMessage)request).Parameters;
        int page = parameters.PagingState is { } state ? state.Span[0] : 0;
        BufferWriter content = new();
        for (int i = 0; i < rowsOfPage; i++)
        {
            content.WriteInt32(sizeof(int));
            content.WriteInt32((page * rowsOfPage) + i);
        }

        ResultMetadata metadata = ResultMetadata.Of([s_id]);
        if (parameters.SkipMetadata)
            metadata = metadata.WithoutColumns();
        response.Write(new RowsResult(page + 1 < pages ? metadata with { PagingState = new byte[] { (byte)(page + 1) } } : metadata, rowsOfPage, content.ToArray()));
        return true;
    }

    private sealed class OnlyAnna : IAuthenticator
    {
        public ValueTask AuthenticateAsync(string user, string password, CancellationToken cancellation) =>
            (user, password) == ("anna", "rose") ? ValueTask.CompletedTask : throw new AuthenticationException("Provided username and/or password are incorrect");
    }

    private sealed class Silent(Task until) : IRequestHandler
    {
        private readonly SystemTablesHandler _system = new((_, _) => false);

        public async ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
        {
            if (request is QueryMessage { Query: "TRUNCATE k.t" })
                await until;
            await _system.ExecuteAsync(session, request, extras, response, cancellation);
        }
    }
}
