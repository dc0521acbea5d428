using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>Settings that a database is made with and keeps.</summary>
public sealed class DatabaseSettingsTests
{
    [Theory]
    [InlineData("org.apache.cassandra.dht.RandomPartitioner", "varint")]
    [InlineData("ByteOrderedPartitioner", "blob")]
    public void ThePartitionerStays(string partitioner, string tokenType)
    {
        using var database = new TemporaryDatabase(settings: new Dictionary<string, string> { ["partitioner"] = partitioner });
        Run(database, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Run(database, "CREATE TABLE ks.t (k int PRIMARY KEY)");
        for (int k = 0; k < 20; k++)
            Run(database, $"INSERT INTO ks.t (k) VALUES ({k})");
        List<int> written = Keys(database);
        Assert.Equal(20, written.Count);
        Assert.Equal(tokenType, database.Queries.Prepare("SELECT token(k) FROM ks.t").Columns[0].Type.Name);

        // From the log first, then from SSTables.
        database.Reopen();
        Assert.Equal(written, Keys(database));
        database.Database.Flush();
        database.Reopen();
        Assert.Equal(written, Keys(database));
        Assert.EndsWith(partitioner, database.Database.Partitioner.ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesAPartitionerThatIsNone()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");
        Assert.Throws<UnsupportedFormatException>(() => Database.Create(folder, settings: new Dictionary<string, string> { ["partitioner"] = "Murmur4Partitioner" }));
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public void FunctionsAreKeptOnlyWhereASettingSaysSo(string enabled)
    {
        using var database = new TemporaryDatabase(settings: new Dictionary<string, string> { ["user_defined_functions_enabled"] = enabled });
        Run(database, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Run(database, "CREATE TABLE ks.t (k int PRIMARY KEY)");
        const string create = "CREATE FUNCTION ks.f (a int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS 'return a;'";
        if (enabled == "false")
        {
            Assert.StartsWith("User-defined functions are disabled, for their bodies are Java", Refused(database, create), StringComparison.Ordinal);
            Run(database, "DROP FUNCTION IF EXISTS ks.f");
            return;
        }

        Run(database, create);
        Run(database, "INSERT INTO ks.t (k) VALUES (1)");
        Assert.Equal("Function ks.f(int) can't be run: this engine has no Java to execute its body", Refused(database, "SELECT ks.f(k) FROM ks.t"));
    }

    private static void Run(TemporaryDatabase database, string cql)
    {
        using QueryResult result = database.Queries.Execute(cql);
        while (result.MoveNext())
        {
            for (int i = 0; i < result.Columns.Length; i++)
                result.GetValue(i, out _);
        }
    }

    private static string Refused(TemporaryDatabase database, string cql) => Assert.Throws<InvalidQueryException>(() => Run(database, cql)).Message;

    private static List<int> Keys(TemporaryDatabase database)
    {
        using QueryResult result = database.Queries.Execute("SELECT k FROM ks.t");
        List<int> keys = [];
        while (result.MoveNext())
            keys.Add(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(result.GetValue(0, out _)));
        return keys;
    }
}
