using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Xunit;

namespace Cqlite.Core.Tests.Query.Access;

/// <summary>Permissions count however a statement comes in, and stay with the database.</summary>
public sealed class AccessTests
{
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["authenticator"] = "PasswordAuthenticator",
        ["authorizer"] = "org.apache.cassandra.auth.CassandraAuthorizer",
    };

    [Fact]
    public void ChecksPreparedStatementsAndBatchesWhenTheyAreExecuted()
    {
        using TemporaryDatabase database = Open();
        QuerySession alice = database.Queries.Authenticate("alice", "a");
        PreparedQuery insert = alice.Prepare("INSERT INTO k.t (a, b) VALUES (1, 1)");
        PreparedQuery other = alice.Prepare("INSERT INTO k.u (a) VALUES (1)");
        AssertUnauthorized("User alice has no MODIFY permission on <table k.t> or any of its parents", () => alice.Execute(insert));

        Do(database, "GRANT MODIFY ON k.t TO alice");
        alice.Execute(insert).Dispose();
        AssertUnauthorized(
            "User alice has no MODIFY permission on <table k.u> or any of its parents",
            () => database.Queries.ExecuteBatch(BatchKind.Unlogged, [(insert, BindValues.None), (other, BindValues.None)], alice));
        AssertUnauthorized(
            "User alice has no SELECT permission on <table k.t> or any of its parents",
            () => alice.Execute("INSERT INTO k.t (a, b) VALUES (1, 1) IF NOT EXISTS"));

        Do(database, "REVOKE MODIFY ON k.t FROM alice");
        AssertUnauthorized("User alice has no MODIFY permission on <table k.t> or any of its parents", () => alice.Execute(insert));
    }

    [Fact]
    public void KeepsRolesAndPermissionsWithTheDatabase()
    {
        using TemporaryDatabase database = Open();
        Do(database, "GRANT SELECT ON KEYSPACE k TO alice");
        database.Database.Flush();
        database.Reopen();
        using QueryResult result = database.Queries.Authenticate("alice", "a").Execute("SELECT a FROM k.t");
        Assert.False(result.MoveNext());
    }

    [Fact]
    public void LetsNobodyWriteToRolesByAPermissionOnAllKeyspaces()
    {
        using TemporaryDatabase database = Open();
        Do(database, "GRANT ALL ON ALL KEYSPACES TO alice");
        QuerySession alice = database.Queries.Authenticate("alice", "a");
        alice.Execute("INSERT INTO k.t (a, b) VALUES (1, 1)").Dispose();
        AssertUnauthorized(
            "User alice has no MODIFY permission on <table system_auth.roles> or any of its parents",
            () => alice.Execute("UPDATE system_auth.roles SET is_superuser = true WHERE role = 'alice'"));
    }

    [Fact]
    public void ForgetsPermissionsOnWhatWasDropped()
    {
        using TemporaryDatabase database = Open();
        Do(database, "GRANT SELECT ON k.t TO alice");
        Do(database, "DROP KEYSPACE k");
        Do(database, "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Do(database, "CREATE TABLE k.t (a int PRIMARY KEY, b int)");
        QuerySession alice = database.Queries.Authenticate("alice", "a");
        AssertUnauthorized("User alice has no SELECT permission on <table k.t> or any of its parents", () => alice.Execute("SELECT a FROM k.t"));
    }

    [Theory]
    [InlineData("alice", "b", "Provided username alice and/or password are incorrect")]
    [InlineData("nobody", "a", "Provided username nobody and/or password are incorrect")]
    [InlineData("nologin", "n", "nologin is not permitted to log in")]
    public void RefusesWhoMayNotLogIn(string user, string password, string message)
    {
        using TemporaryDatabase database = Open();
        Do(database, "CREATE ROLE nologin WITH PASSWORD = 'n'");
        InvalidQueryException error = Assert.Throws<InvalidQueryException>(() => database.Queries.Authenticate(user, password));
        Assert.Equal(InvalidQueryException.BadCredentialsCode, error.Code);
        Assert.Equal(message, error.Message);
    }

    private static TemporaryDatabase Open()
    {
        var database = new TemporaryDatabase(new DatabaseOptions { CompactionThreads = 0 }, Settings);
        Do(database, "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Do(database, "CREATE TABLE k.t (a int PRIMARY KEY, b int)");
        Do(database, "CREATE TABLE k.u (a int PRIMARY KEY)");
        Do(database, "CREATE ROLE alice WITH PASSWORD = 'a' AND LOGIN = true");
        return database;
    }

    private static void Do(TemporaryDatabase database, string cql) => database.Queries.Execute(cql).Dispose();

    private static void AssertUnauthorized(string message, Action action)
    {
        InvalidQueryException error = Assert.Throws<InvalidQueryException>(action);
        Assert.Equal(InvalidQueryException.UnauthorizedCode, error.Code);
        Assert.Equal(message, error.Message);
    }
}
