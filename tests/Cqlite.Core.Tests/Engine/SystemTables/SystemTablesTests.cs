using System.Net;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Core.Tests.Engine.SystemTables;

/// <summary>System tables tell of this database, and nothing of them is stored.</summary>
public sealed class SystemTablesTests
{
    [Fact]
    public void TellsOfTheNode()
    {
        using var database = new TemporaryDatabase();
        database.Database.Node = new NodeDescription
        {
            Address = IPAddress.Parse("192.0.2.1"),
            Port = 9999,
            Clients = () => [new ConnectedClient(IPAddress.Loopback, 1234) { User = "alice", ProtocolVersion = 5 }],
        };
        Assert.Equal(
            ["local", database.Database.HostId.ToString()!, "192.0.2.1", "9999", "{'-9223372036854775808'}"],
            Row(database, "SELECT key, host_id, rpc_address, rpc_port, tokens FROM system.local WHERE key = 'local'").Select(v => v.Trim('\'')));
        Assert.Equal(["1234", "'alice'"], Row(database, "SELECT port, username FROM system_views.clients WHERE address = '127.0.0.1'"));
    }

    [Fact]
    public void ChangesTheSchemaVersionWithTheSchemaAlone()
    {
        using var database = new TemporaryDatabase();
        string[] empty = Row(database, "SELECT schema_version FROM system.local");
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        string[] one = Row(database, "SELECT schema_version FROM system.local");
        Assert.NotEqual(empty, one);
        database.Reopen();
        Assert.Equal(one, Row(database, "SELECT schema_version FROM system.local"));
        database.Queries.Execute("DROP KEYSPACE k").Dispose();
        Assert.Equal(empty, Row(database, "SELECT schema_version FROM system.local"));
    }

    [Fact]
    public void StoresNoneOfThem()
    {
        using var database = new TemporaryDatabase();
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        Assert.Equal(["48"], Row(database, "SELECT count(*) FROM system_schema.tables WHERE keyspace_name IN ('system', 'system_auth', 'system_distributed', 'system_schema', 'system_traces')"));
        database.Database.Flush();
        Assert.Equal(["system_schema"], Directory.EnumerateDirectories(Path.Combine(database.Folder, "data")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("INSERT INTO system.local (key) VALUES ('x')", "system keyspace is not user-modifiable.")]
    [InlineData("INSERT INTO system_schema.keyspaces (keyspace_name) VALUES ('x')", "system_schema keyspace is not user-modifiable.")]
    [InlineData("TRUNCATE system_traces.events", "system_traces keyspace is not user-modifiable.")]
    [InlineData("UPDATE system_views.settings SET value = 'x' WHERE name = 'y'", "Modification is not supported by table system_views.settings")]
    [InlineData("DROP TABLE system.local", "system keyspace is not user-modifiable.")]
    public void RefusesWrites(string cql, string message)
    {
        using var database = new TemporaryDatabase();
        Assert.Equal(message, Assert.Throws<InvalidQueryException>(() => database.Queries.Execute(cql)).Message);
    }

    [Fact]
    public void PagesThroughTablesThatAreMadeOnTheSpot()
    {
        using var database = new TemporaryDatabase();
        var options = new QueryOptions { PageSize = 7 };
        int rows = 0;
        int pages = 0;
        do
        {
            using QueryResult page = database.Queries.Execute("SELECT * FROM system_virtual_schema.columns", options: options);
            while (page.MoveNext())
                rows++;
            pages++;
            options = options with { PagingState = page.PagingState };
        }
        while (options.PagingState is not null);
        Assert.Equal(457, rows);
        Assert.InRange(pages, 66, 67);
    }

    [Fact]
    public void TellsClientsOfAServerOfASnapshotWhereTheyAre()
    {
        using var database = new TemporaryDatabase();
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        database.Queries.Execute("CREATE TABLE k.t (a int PRIMARY KEY)").Dispose();
        database.Queries.Execute("INSERT INTO k.t (a) VALUES (1)").Dispose();
        database.Database.Flush();
        string folder = Directory.EnumerateDirectories(Path.Combine(database.Folder, "data", "k")).Single();
        using QueryEngine served = QueryEngine.Open(folder, new DatabaseOptions { AnswersSystemTables = true });
        Assert.Equal(["'local'", "'5.0.9'"], Row(served, "SELECT key, release_version FROM system.local"));
        Assert.Equal(["'k'"], Row(served, "SELECT keyspace_name FROM system_schema.tables WHERE keyspace_name = 'k' AND table_name = 't'"));
    }

    private static string[] Row(TemporaryDatabase database, string cql) => Row(database.Queries, cql);

    private static string[] Row(QueryEngine queries, string cql)
    {
        using QueryResult result = queries.Execute(cql);
        Assert.True(result.MoveNext());
        string[] row = new string[result.Columns.Length];
        for (int i = 0; i < row.Length; i++)
        {
            var text = new BufferWriter();
            result.Columns[i].Type.WriteLiteral(result.GetValue(i, out _), text);
            row[i] = text.ToString();
        }

        Assert.False(result.MoveNext());
        return row;
    }
}
