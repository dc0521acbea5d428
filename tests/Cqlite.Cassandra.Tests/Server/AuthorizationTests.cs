using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>What a user may not do is refused whichever way it comes, in Cassandra's words, and what was granted can be taken back.</summary>
public sealed class AuthorizationTests
{
    private const string NoModify = "User nobody has no MODIFY permission on <table ks.t> or any of its parents";
    private const string NoSelect = "User nobody has no SELECT permission on <table ks.t> or any of its parents";

    /// <summary>Settings of a database whose users log in and have what they were granted.</summary>
    internal static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["authenticator"] = "PasswordAuthenticator",
        ["authorizer"] = "CassandraAuthorizer",
        ["user_defined_functions_enabled"] = "true",
        ["materialized_views_enabled"] = "true",
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { "SELECT * FROM ks.t", NoSelect },
        { "INSERT INTO ks.t (k, c) VALUES (1, 1)", NoModify },
        { "UPDATE ks.t SET v = 'x' WHERE k = 1 AND c = 1", NoModify },
        { "DELETE FROM ks.t WHERE k = 1", NoModify },
        { "TRUNCATE ks.t", NoModify },
        { "BEGIN BATCH INSERT INTO ks.t (k, c) VALUES (1, 1); APPLY BATCH", NoModify },
        { "INSERT INTO ks.t (k, c) VALUES (1, 1) IF NOT EXISTS", NoModify },
        { "CREATE TABLE ks.other (k int PRIMARY KEY)", "User nobody has no CREATE permission on <all tables in ks> or any of its parents" },
        { "ALTER TABLE ks.t ADD w int", "User nobody has no ALTER permission on <table ks.t> or any of its parents" },
        { "DROP TABLE ks.t", "User nobody has no DROP permission on <table ks.t> or any of its parents" },
        { "CREATE INDEX ON ks.t (v)", "User nobody has no ALTER permission on <table ks.t> or any of its parents" },
        { "CREATE MATERIALIZED VIEW ks.mv AS SELECT * FROM ks.t WHERE k IS NOT NULL AND c IS NOT NULL PRIMARY KEY (c, k)", "User nobody has no ALTER permission on <table ks.t> or any of its parents" },
        { "CREATE FUNCTION ks.f (a int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS 'return a;'", "User nobody has no CREATE permission on <all functions in ks> or any of its parents" },
        { "CREATE TYPE ks.ty (a int)", "User nobody has no CREATE permission on <all tables in ks> or any of its parents" },
        { "CREATE KEYSPACE own WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", "User nobody has no CREATE permission on <all keyspaces> or any of its parents" },
        { "DROP KEYSPACE ks", "User nobody has no DROP permission on <keyspace ks> or any of its parents" },
        { "GRANT SELECT ON ks.t TO nobody", "User nobody has no AUTHORIZE permission on <table ks.t> or any of its parents" },
        { "REVOKE SELECT ON ks.t FROM nobody", "User nobody has no AUTHORIZE permission on <table ks.t> or any of its parents" },
        { "GRANT cassandra TO nobody", "User nobody does not have sufficient privileges to perform the requested operation" },
        { "CREATE ROLE another", "User nobody does not have sufficient privileges to perform the requested operation" },
        { "ALTER ROLE nobody WITH SUPERUSER = true", "" },
        { "ALTER ROLE cassandra WITH PASSWORD = 'mine'", "User nobody does not have sufficient privileges to perform the requested operation" },
        { "SELECT * FROM system_auth.roles", "User nobody has no SELECT permission on <table system_auth.roles> or any of its parents" },
        { "SELECT salted_hash FROM system_auth.roles WHERE role = 'cassandra'", "User nobody has no SELECT permission on <table system_auth.roles> or any of its parents" },
        { "INSERT INTO system_auth.roles (role, is_superuser) VALUES ('nobody', true)", "" },
        { "DELETE FROM system_auth.roles WHERE role = 'cassandra'", "" },
        { "TRUNCATE system_auth.roles", "" },
    };

    [Fact]
    public async Task What_is_not_granted_is_refused_as_query_and_prepared_by_a_superuser()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill, settings: Settings);
        using WireClient admin = await LogInAsync(database, "cassandra", "cassandra");
        Assert.IsType<VoidResult>(await admin.AskAsync("CREATE ROLE nobody WITH LOGIN = true AND PASSWORD = 'secret'"));
        using WireClient user = await LogInAsync(database, "nobody", "secret");
        foreach (TheoryDataRow<string, string> row in Refusals)
        {
            (string cql, string text) = row.Data;
            AssertRefused(cql, text, await user.AskAsync(cql));
            Message prepared = await admin.AskAsync(new PrepareMessage(cql));
            if (prepared is PreparedResult known)
                AssertRefused(cql, text, await user.AskAsync(new ExecuteMessage(known.StatementId, known.ResultMetadataId, new())));
        }
    }

    [Fact]
    public async Task What_clients_cannot_do_without_needs_no_grant()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill, settings: Settings);
        using WireClient admin = await LogInAsync(database, "cassandra", "cassandra");
        Assert.IsType<VoidResult>(await admin.AskAsync("CREATE ROLE nobody WITH LOGIN = true AND PASSWORD = 'secret'"));
        using WireClient user = await LogInAsync(database, "nobody", "secret");
        foreach (string cql in (string[])[
            "SELECT * FROM system.local", "SELECT * FROM system.peers", "SELECT * FROM system.peers_v2", "SELECT * FROM system_schema.tables", "SELECT * FROM system_schema.column_masks",
            "SELECT * FROM system_virtual_schema.tables", "DESCRIBE KEYSPACES", "DESCRIBE TABLE ks.t", "DESCRIBE KEYSPACE ks", "DESCRIBE SCHEMA", "DESCRIBE FULL SCHEMA", "DESCRIBE CLUSTER", "DESC ks",
            "LIST ROLES OF nobody"])
        {
            Message answer = await user.AskAsync(cql);
            Assert.True(answer is RowsResult, $"{cql}: {answer}");
            PreparedResult known = Assert.IsType<PreparedResult>(await user.AskAsync(new PrepareMessage(cql)));
            answer = await user.AskAsync(new ExecuteMessage(known.StatementId, known.ResultMetadataId, new()));
            Assert.True(answer is RowsResult, $"{cql}: {answer}");
        }

        // A keyspace to which nothing was granted can be used, for names that are refused later.
        Assert.IsType<SetKeyspaceResult>(await user.AskAsync("USE ks"));
        AssertRefused("after USE", NoSelect, await user.AskAsync("SELECT * FROM t"));
    }

    [Theory]
    [InlineData("system.size_estimates")]
    [InlineData("system.compaction_history")]
    [InlineData("system_auth.role_permissions")]
    [InlineData("system_traces.sessions")]
    [InlineData("system_distributed.view_build_status")]
    [InlineData("system_views.settings")]
    public async Task Other_system_tables_need_a_grant(string table)
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill, settings: Settings);
        using WireClient admin = await LogInAsync(database, "cassandra", "cassandra");
        Assert.IsType<VoidResult>(await admin.AskAsync("CREATE ROLE nobody WITH LOGIN = true AND PASSWORD = 'secret'"));
        using WireClient user = await LogInAsync(database, "nobody", "secret");
        string refusal = $"User nobody has no SELECT permission on <table {table}> or any of its parents";
        AssertRefused(table, refusal, await user.AskAsync($"SELECT * FROM {table}"));
        PreparedResult known = await user.PrepareAsync($"SELECT * FROM {table}");
        AssertRefused(table, refusal, await user.AskAsync(new ExecuteMessage(known.StatementId, known.ResultMetadataId, new())));
        _ = await admin.AskAsync($"GRANT SELECT ON {table} TO nobody");
        Assert.IsType<RowsResult>(await user.AskAsync($"SELECT * FROM {table}"));
    }

    [Fact]
    public async Task Each_statement_of_a_batch_needs_its_grant()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill, settings: Settings);
        using WireClient admin = await LogInAsync(database, "cassandra", "cassandra");
        _ = await admin.AskAsync("CREATE ROLE nobody WITH LOGIN = true AND PASSWORD = 'secret'");
        _ = await admin.AskAsync("CREATE TABLE ks.own (k int PRIMARY KEY)");
        _ = await admin.AskAsync("GRANT MODIFY ON ks.own TO nobody");
        using WireClient user = await LogInAsync(database, "nobody", "secret");
        PreparedResult insert = await admin.PrepareAsync("INSERT INTO ks.t (k, c) VALUES (77, 77)");
        BatchStatement own = new("INSERT INTO ks.own (k) VALUES (77)", default, []);
        BatchStatement others = new(null, insert.StatementId, []);
        Assert.IsType<VoidResult>(await user.AskAsync(new BatchMessage(BatchKind.Logged, [own], new())));
        AssertRefused("a batch", NoModify, await user.AskAsync(new BatchMessage(BatchKind.Logged, [own with { Query = "INSERT INTO ks.own (k) VALUES (78)" }, others], new())));

        // None of it was executed.
        Assert.Equal(0, Assert.IsType<RowsResult>(await admin.AskAsync("SELECT * FROM ks.own WHERE k = 78")).RowCount);
        Assert.Equal(0, Assert.IsType<RowsResult>(await admin.AskAsync("SELECT * FROM ks.t WHERE k = 77")).RowCount);
    }

    [Fact]
    public async Task What_is_revoked_is_refused_on_connections_that_are_open()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill, settings: Settings);
        using WireClient admin = await LogInAsync(database, "cassandra", "cassandra");
        _ = await admin.AskAsync("CREATE ROLE nobody WITH LOGIN = true AND PASSWORD = 'secret'");
        _ = await admin.AskAsync("CREATE ROLE readers");
        _ = await admin.AskAsync("GRANT SELECT ON KEYSPACE ks TO readers");
        _ = await admin.AskAsync("GRANT readers TO nobody");
        using WireClient user = await LogInAsync(database, "nobody", "secret");
        PreparedResult select = await user.PrepareAsync("SELECT * FROM ks.t WHERE k = 1");
        ExecuteMessage execute = new(select.StatementId, select.ResultMetadataId, new());
        Assert.IsType<RowsResult>(await user.AskAsync(execute));
        _ = await admin.AskAsync("REVOKE readers FROM nobody");
        AssertRefused("after REVOKE of a role", NoSelect, await user.AskAsync(execute));
        _ = await admin.AskAsync("GRANT SELECT ON ks.t TO nobody");
        Assert.IsType<RowsResult>(await user.AskAsync(execute));
        _ = await admin.AskAsync("REVOKE SELECT ON ks.t FROM nobody");
        AssertRefused("after REVOKE of a permission", NoSelect, await user.AskAsync(execute));
    }

    internal static Task<WireClient> LogInAsync(ServedDatabase database, string user, string password) => WireClient.LogInAsync(database.Server.EndPoint, 5, user, password);

    internal static void AssertRefused(string what, string text, Message answer)
    {
        Assert.True(answer is ErrorMessage { Code: ErrorCode.Unauthorized }, $"{what}: {answer}");
        if (text.Length > 0)
            Assert.Equal(text, ((ErrorMessage)answer).Text);
    }
}
