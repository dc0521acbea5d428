using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>Whoever has no permission to execute a function is refused wherever a statement calls it, and whichever way the statement comes.</summary>
public sealed class FunctionAuthorizationTests
{
    private const string NoF = "User nobody has no EXECUTE permission on <function ks.f(int)> or any of its parents";
    private const string NoG = "User nobody has no EXECUTE permission on <function ks.g(text)> or any of its parents";

    public static TheoryData<string, string> Calls => new()
    {
        { "SELECT ks.f(c) FROM ks.t", NoF },
        { "SELECT abs(ks.f(c)) FROM ks.t", NoF },
        { "SELECT count(*), max(ks.f(c)) FROM ks.t", NoF },
        { "SELECT JSON ks.f(c) FROM ks.t", NoF },
        { "SELECT * FROM ks.t WHERE k = ks.f(1)", NoF },
        { "SELECT * FROM ks.t WHERE k = abs(ks.f(1))", NoF },
        { "SELECT * FROM ks.t WHERE k IN (1, ks.f(1))", NoF },
        { "SELECT * FROM ks.t WHERE token(k) > token(ks.f(1))", NoF },
        { "SELECT * FROM ks.t WHERE k = 1 AND c > ks.f(1)", NoF },
        { "SELECT * FROM ks.t WHERE k = 1 AND (c) IN ((1), (ks.f(2)))", NoF },
        { "SELECT * FROM ks.t WHERE v = ks.g('x') ALLOW FILTERING", NoG },
        { "SELECT * FROM ks.c WHERE m[ks.g('x')] = 1 ALLOW FILTERING", NoG },
        { "SELECT * FROM ks.c WHERE s CONTAINS ks.f(1) ALLOW FILTERING", NoF },
        { "SELECT m[ks.g('x')] FROM ks.c", NoG },
        { "INSERT INTO ks.t (k, c) VALUES (ks.f(1), 1)", NoF },
        { "INSERT INTO ks.t (k, c, v) VALUES (1, 1, ks.g('x'))", NoG },
        { "INSERT INTO ks.c (k, s) VALUES (1, {1, ks.f(2)})", NoF },
        { "UPDATE ks.t SET v = ks.g('x') WHERE k = 1 AND c = 1", NoG },
        { "UPDATE ks.c SET m[ks.g('x')] = 1 WHERE k = 1", NoG },
        { "UPDATE ks.c SET s = s + {ks.f(1)} WHERE k = 1", NoF },
        { "UPDATE ks.t SET v = 'x' WHERE k = ks.f(1) AND c = 1", NoF },
        { "UPDATE ks.t SET v = 'x' WHERE k = 1 AND c = 1 IF v = ks.g('x')", NoG },
        { "UPDATE ks.c SET l = [1] WHERE k = 1 IF m[ks.g('x')] IN (1, 2)", NoG },
        { "DELETE FROM ks.t WHERE k = ks.f(1)", NoF },
        { "DELETE m[ks.g('x')] FROM ks.c WHERE k = 1", NoG },
        { "BEGIN BATCH INSERT INTO ks.t (k, c) VALUES (1, 1); DELETE FROM ks.t WHERE k = ks.f(1); APPLY BATCH", NoF },
        { "SELECT ks.total(c) FROM ks.t", "User nobody has no EXECUTE permission on <function ks.total(int)> or any of its parents" },
        { "CREATE AGGREGATE ks.mine (int) SFUNC st STYPE int FINALFUNC f INITCOND 0", "User nobody has no EXECUTE permission on <function ks.st(int, int)> or any of its parents" },
    };

    [Fact]
    public async Task Every_call_needs_its_grant()
    {
        await using ServedDatabase database = await StartAsync();
        using WireClient admin = await AuthorizationTests.LogInAsync(database, "cassandra", "cassandra");
        using WireClient user = await AuthorizationTests.LogInAsync(database, "nobody", "secret");
        foreach (TheoryDataRow<string, string> row in Calls)
        {
            (string cql, string text) = row.Data;
            AuthorizationTests.AssertRefused(cql, text, await user.AskAsync(cql));
            PreparedResult known = Assert.IsType<PreparedResult>(await user.AskAsync(new PrepareMessage(cql)));
            AuthorizationTests.AssertRefused(cql, text, await user.AskAsync(new ExecuteMessage(known.StatementId, known.ResultMetadataId, new())));
        }

        // With the grant the refusal is another one, as no body can be executed here, or none.
        _ = await admin.AskAsync("GRANT EXECUTE ON ALL FUNCTIONS IN KEYSPACE ks TO nobody");
        foreach (TheoryDataRow<string, string> row in Calls)
            Assert.False(await user.AskAsync(row.Data.Item1) is ErrorMessage { Code: ErrorCode.Unauthorized }, row.Data.Item1);
    }

    [Fact]
    public async Task An_aggregate_needs_the_grants_of_its_functions()
    {
        await using ServedDatabase database = await StartAsync();
        using WireClient admin = await AuthorizationTests.LogInAsync(database, "cassandra", "cassandra");
        using WireClient user = await AuthorizationTests.LogInAsync(database, "nobody", "secret");
        foreach (string function in (string[])["total(int)", "st(int, int)", "f(int)"])
        {
            AuthorizationTests.AssertRefused(
                function,
                $"User nobody has no EXECUTE permission on <function ks.{function}> or any of its parents",
                await user.AskAsync("SELECT ks.total(c) FROM ks.t"));
            _ = await admin.AskAsync($"GRANT EXECUTE ON FUNCTION ks.{function} TO nobody");
        }

        Assert.False(await user.AskAsync("SELECT ks.total(c) FROM ks.t") is ErrorMessage { Code: ErrorCode.Unauthorized });
    }

    private static async Task<ServedDatabase> StartAsync()
    {
        ServedDatabase database = new(prepare: DatabaseServerTests.Fill, settings: AuthorizationTests.Settings);
        using WireClient admin = await AuthorizationTests.LogInAsync(database, "cassandra", "cassandra");
        foreach (string cql in (string[])[
            "CREATE TABLE ks.c (k int PRIMARY KEY, m map<text, int>, s set<int>, l list<int>)",
            "CREATE FUNCTION ks.f (a int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS 'return a;'",
            "CREATE FUNCTION ks.g (a text) CALLED ON NULL INPUT RETURNS text LANGUAGE java AS 'return a;'",
            "CREATE FUNCTION ks.st (s int, a int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS 'return s;'",
            "CREATE AGGREGATE ks.total (int) SFUNC st STYPE int FINALFUNC f INITCOND 0",
            "CREATE ROLE nobody WITH LOGIN = true AND PASSWORD = 'secret'",
            "GRANT SELECT ON KEYSPACE ks TO nobody",
            "GRANT MODIFY ON KEYSPACE ks TO nobody",
            "GRANT CREATE ON ALL FUNCTIONS IN KEYSPACE ks TO nobody"])
        {
            Message answer = await admin.AskAsync(cql);
            Assert.False(answer is ErrorMessage, $"{cql}: {answer}");
        }

        return database;
    }
}
