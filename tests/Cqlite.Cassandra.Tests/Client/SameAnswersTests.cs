using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>One database, asked in process and over the wire: who asks cannot tell which it is.</summary>
public sealed class SameAnswersTests : IAsyncLifetime
{
    private static readonly string[] s_setup =
    [
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TYPE k.addr (street text, zip int)",
        "CREATE TABLE k.t (id int, c int, s text static, a ascii, b bigint, bl blob, bo boolean, d decimal, da date, du duration, f float, db double, i inet, l list<int>, "
            + "m map<text, int>, se set<text>, fl frozen<list<text>>, u addr, fu frozen<addr>, tu tuple<int, text>, ts timestamp, ti time, tt tinyint, si smallint, uu uuid, tu2 timeuuid, "
            + "v varint, ve vector<float, 3>, PRIMARY KEY (id, c)) WITH CLUSTERING ORDER BY (c DESC)",
        "CREATE TABLE k.n (page text PRIMARY KEY, n counter)",
    ];

    private ServedDatabase _served = null!;
    private CassandraConnection _cluster = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _served = new ServedDatabase(prepare: engine =>
        {
            foreach (string statement in s_setup)
                engine.Execute(statement).Dispose();
            for (int i = 0; i < 30; i++)
            {
                engine.Execute($"INSERT INTO k.t (id, c, s, a, b, bl, bo, d, da, du, f, db, i, l, m, se, fl, u, fu, tu, ts, ti, tt, si, uu, tu2, v, ve) VALUES ({i % 4}, {i}, 's', 'a', {i}, 0x0{i % 10}, "
                    + $"true, 1.{i}, '2024-01-02', 1mo2d3ns, 1.5, 2.5, '10.0.0.1', [1, 2], {{'a': 1}}, {{'x', 'y'}}, ['p'], {{street: 'q', zip: {i}}}, {{street: 'q'}}, (1, 'z'), '2024-01-02T03:04:05Z', '01:02:03', 1, 2, "
                    + "00112233-4455-6677-8899-aabbccddeeff, 50554d6e-29bb-11e5-b345-feff819cdc9f, 12345678901234567890, [1, 2, 3])").Dispose();
            }
        });
        _cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [_served.Server.EndPoint.ToString()], ConnectTimeout = TimeSpan.FromSeconds(60) }, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        await _served.DisposeAsync();
    }

    [Theory]
    [InlineData("SELECT * FROM k.t")]
    [InlineData("SELECT * FROM k.t WHERE id = 2 LIMIT 3")]
    [InlineData("SELECT count(*), max(c), avg(b) FROM k.t")]
    [InlineData("SELECT id, writetime(a) AS w, ttl(a), u.zip, m['a'], token(id) FROM k.t PER PARTITION LIMIT 2")]
    [InlineData("SELECT DISTINCT id, s FROM k.t")]
    [InlineData("SELECT JSON * FROM k.t WHERE id = 1")]
    [InlineData("SELECT * FROM k.t WHERE id = 99")]
    [InlineData("SELECT * FROM k.t WHERE id IN (1, 2) ORDER BY c ASC")]
    [InlineData("UPDATE k.n SET n = n + 1 WHERE page = 'a'")]
    [InlineData("INSERT INTO k.t (id, c) VALUES (1, 1) IF NOT EXISTS")]
    [InlineData("DESCRIBE TABLE k.t")]
    [InlineData("USE k")]
    public void Results_are_the_same(string cql) => Assert.Equal(Answer(_served.Engine.OpenSession(), cql), Answer(_cluster.OpenSession(), cql));

    [Theory]
    [InlineData("SELECT nope FROM k.t")]
    [InlineData("SELECT * FROM k.nope")]
    [InlineData("SELECT * FROM t")]
    [InlineData("SELECT * FROM k.t WHERE b = 1")]
    [InlineData("SELEC * FROM\n k.t")]
    [InlineData("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")]
    [InlineData("CREATE TABLE k.t (id int PRIMARY KEY)")]
    [InlineData("USE nope")]
    [InlineData("INSERT INTO k.t (id) VALUES (1)")]
    public void Errors_are_the_same(string cql)
    {
        Exception own = Assert.ThrowsAny<CqliteException>(() => Answer(_served.Engine.OpenSession(), cql));
        Exception wire = Assert.ThrowsAny<CqliteException>(() => Answer(_cluster.OpenSession(), cql));
        Assert.Equal(Told(own), Told(wire));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(100)]
    public void Pages_are_the_same(int size)
    {
        Assert.Equal(Pages(_served.Engine.OpenSession("k"), size), Pages(_cluster.OpenSession("k"), size));
    }

    [Fact]
    public void Batches_are_the_same()
    {
        int id = 500;
        foreach (IQueryTarget target in (IQueryTarget[])[_served.Engine, _cluster])
        {
            id++;
            IQuerySession session = target.OpenSession("k");
            PreparedStatement insert = session.Prepare("INSERT INTO t (id, c, b) VALUES (?, ?, ?)", Stop);
            PreparedStatement delete = session.Prepare("DELETE FROM t WHERE id = ? AND c = 1", Stop);
            session.ExecuteBatch(BatchKind.Logged, [(insert, insert.Bind(id, 1, 1L)), (insert, insert.Bind(id, 2, 2L))]).Dispose();
            Assert.Equal(2, Rows(session, $"SELECT * FROM t WHERE id = {id}"));
            session.ExecuteBatch(BatchKind.Unlogged, [(delete, delete.Bind(id)), (insert, insert.Bind(id, 3, BindValues.Unset))], new QueryOptions { TimestampMicros = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds() * 1000 }).Dispose();
            Assert.Equal(2, Rows(session, $"SELECT * FROM t WHERE id = {id}"));
            PreparedStatement select = session.Prepare("SELECT * FROM t", Stop);
            Assert.Throws<InvalidQueryException>(() => session.ExecuteBatch(BatchKind.Logged, [(select, BindValues.None)]));
        }
    }

    [Fact]
    public void A_batch_that_a_node_has_forgotten_is_told_again()
    {
        IQuerySession session = _cluster.OpenSession();
        PreparedStatement insert = session.Prepare("INSERT INTO k.t (id, c, b) VALUES (?, ?, ?)", Stop);

        // What was prepared is planned anew for another schema, and forgotten when it is put out; a table that is made again has other ids.
        _served.Engine.Execute("DROP TABLE k.t").Dispose();
        _served.Engine.Execute("CREATE TABLE k.t (id int, c int, b bigint, PRIMARY KEY (id, c))").Dispose();
        session.ExecuteBatch(BatchKind.Logged, [(insert, insert.Bind(1, 1, 1L)), (insert, insert.Bind(1, 2, 2L))]).Dispose();
        Assert.Equal(2, Rows(session, "SELECT * FROM k.t"));
    }

    [Fact]
    public async Task The_schema_is_the_same_and_follows_changes()
    {
        DatabaseSchema own = await ((IQueryTarget)_served.Engine).ReadSchemaAsync(Stop);
        DatabaseSchema wire = await _cluster.ReadSchemaAsync(Stop);
        Assert.Equal(own.Keyspaces["k"].Tables.Keys.Order(StringComparer.Ordinal), wire.Keyspaces["k"].Tables.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(own.Table("k", "t")!.Columns.Values.Select(c => (c.Name, c.Type.Name)).Order(), wire.Table("k", "t")!.Columns.Values.Select(c => (c.Name, c.Type.Name)).Order());

        Assert.Null((await _cluster.KnownSchemaAsync(Stop)).Table("k", "later"));
        _served.Engine.Execute("CREATE TABLE k.later (id int PRIMARY KEY)").Dispose();
        while ((await _cluster.KnownSchemaAsync(Stop)).Table("k", "later") is null)
            await Task.Delay(20, Stop);
    }

    private static int Rows(IQuerySession session, string cql)
    {
        using QueryResult result = session.Execute(session.Prepare(cql, Stop));
        int rows = 0;
        while (result.MoveNext())
            rows++;
        return rows;
    }

    private static string Answer(IQuerySession session, string cql)
    {
        PreparedStatement statement = session.Prepare(cql, Stop);
        using QueryResult result = session.Execute(statement);
        List<string> lines = [$"{result.Kind} {result.Keyspace} {session.Keyspace} {string.Join(" | ", result.Warnings)}"];
        lines.AddRange(result.Columns.Select(c => $"{c.Keyspace}.{c.Table}.{c.Name} {Type(c)}"));
        if (result.Kind == ResultKind.Rows)
            ReadRows(result, lines);

        // The second time is not the first one's twin: who asks second finds the row.
        return string.Join('\n', lines.Where(l => !cql.Contains("IF NOT EXISTS", StringComparison.Ordinal) || !l.StartsWith("row", StringComparison.Ordinal)));
    }

    /// <summary>The protocol does not say what is frozen.</summary>
    private static string Type(ResultColumn column) => column.Type.Unreversed.Name.StartsWith("frozen<", StringComparison.Ordinal) ? column.Type.Unreversed.Name[7..^1] : column.Type.Unreversed.Name;

    private static string Pages(IQuerySession session, int size)
    {
        PreparedStatement statement = session.Prepare("SELECT id, c, u FROM t", Stop);
        List<string> lines = [];
        QueryOptions options = new() { PageSize = size };
        while (true)
        {
            using QueryResult result = session.Execute(statement, options: options);
            ReadRows(result, lines);
            lines.Add($"page {Convert.ToHexString(result.PagingState ?? [])}");
            if (result.PagingState is not { } state)
                return string.Join('\n', lines);
            options = options with { PagingState = state };
        }
    }

    private static void ReadRows(QueryResult result, List<string> lines)
    {
        while (result.MoveNext())
        {
            string[] values = new string[result.Columns.Length];
            for (int i = 0; i < values.Length; i++)
            {
                ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                values[i] = isNull ? "null" : Convert.ToHexString(value);
            }

            lines.Add($"row {string.Join(' ', values)}");
        }
    }

    private static string Told(Exception error) => error switch
    {
        InvalidQueryException invalid => $"{error.GetType().Name} {invalid.Code:x} {invalid.Message} {invalid.Existing}",
        CqlSyntaxException syntax => $"{error.GetType().Name} {syntax.Line} {syntax.Column} {syntax.Message}",
        _ => $"{error.GetType().Name} {error.Message}",
    };
}
