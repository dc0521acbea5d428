using System.Collections.Immutable;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Schema;
using Cqlite.Core.Tests.Engine;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>
/// Consistency levels on the only node that there is. The texts are those of org/apache/cassandra/{db/ConsistencyLevel,exceptions/UnavailableException,
/// cql3/statements/ModificationStatement,service/StorageProxy}.java; recorded scripts have the commonest.
/// </summary>
public sealed class ConsistencyTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public ConsistencyTests()
    {
        foreach (string cql in (string[])[
            "CREATE KEYSPACE one WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
            "CREATE KEYSPACE three WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}",
            "CREATE KEYSPACE dc WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 2}",
            .. ((string[])["one", "three", "dc"]).Select(k => $"CREATE TABLE {k}.t (k int PRIMARY KEY, v int, l list<int>)"),
            "CREATE TABLE one.c (k int PRIMARY KEY, n counter)"])
        {
            _database.Queries.Execute(cql).Dispose();
        }
    }

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("SELECT * FROM one.t", "ANY", "ANY ConsistencyLevel is only supported for writes")]
    [InlineData("SELECT * FROM one.t WHERE k IN (1, 2)", "SERIAL", "SERIAL/LOCAL_SERIAL consistency may only be requested for one partition at a time")]
    [InlineData("INSERT INTO one.t (k) VALUES (1)", "LOCAL_SERIAL", "You must use conditional updates for serializable writes")]
    [InlineData("UPDATE one.c SET n = n + 1 WHERE k = 1", "ANY", "Consistency level ANY is not yet supported for counter table c")]
    [InlineData("UPDATE one.c SET n = n + 1 WHERE k = 1", "SERIAL", "Counter operations are inherently non-serializable")]
    [InlineData("UPDATE one.t SET l[0] = 1 WHERE k = 1", "ANY", "Write operation require a read but consistency ANY is not supported on reads")]
    [InlineData(
        "UPDATE one.t SET v = 1 WHERE k = 1 IF v = 2",
        "EACH_QUORUM",
        "consistency level EACH_QUORUM not compatible with replication strategy (org.apache.cassandra.locator.SimpleStrategy)")]
    public void RefusesWhatCanNotBe(string cql, string level, string message)
    {
        InvalidQueryException error = Refused(cql, level);
        Assert.Equal((InvalidQueryException.InvalidCode, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("SELECT * FROM three.t", "QUORUM", "QUORUM", ConsistencyLevel.Quorum, 2, 1)]
    [InlineData("SELECT * FROM three.t WHERE k = 1", "SERIAL", "QUORUM", ConsistencyLevel.Quorum, 2, 1)]
    [InlineData("INSERT INTO three.t (k) VALUES (1)", "THREE", "THREE", ConsistencyLevel.Three, 3, 1)]
    [InlineData("INSERT INTO three.t (k) VALUES (1) IF NOT EXISTS", "ONE", "QUORUM", ConsistencyLevel.Quorum, 2, 1)]
    [InlineData("BEGIN BATCH INSERT INTO three.t (k) VALUES (1) APPLY BATCH", "ALL", "ALL", ConsistencyLevel.All, 3, 1)]
    [InlineData("INSERT INTO dc.t (k) VALUES (1)", "LOCAL_QUORUM", "LOCAL_QUORUM", ConsistencyLevel.LocalQuorum, 2, 1)]
    [InlineData("INSERT INTO dc.t (k) VALUES (1)", "EACH_QUORUM", "EACH_QUORUM in DC datacenter1", ConsistencyLevel.EachQuorum, 2, 1)]
    public void RefusesWhatTakesMoreReplicas(string cql, string level, string named, ConsistencyLevel told, int required, int alive)
    {
        InvalidQueryException error = Refused(cql, level);
        Assert.Equal((InvalidQueryException.UnavailableCode, $"Cannot achieve consistency level {named}"), (error.Code, error.Message));
        Assert.Equal(new MissingReplicas((int)told, required, alive), error.Replicas);
        using QueryResult rows = _database.Queries.Execute("SELECT * FROM three.t");
        Assert.False(rows.MoveNext());
    }

    [Theory]
    [InlineData("SELECT * FROM one.t WHERE k = 1", "ALL")]
    [InlineData("SELECT * FROM one.t", "LOCAL_SERIAL")]
    [InlineData("SELECT * FROM three.t", "LOCAL_ONE")]
    [InlineData("INSERT INTO three.t (k) VALUES (1)", "ANY")]
    [InlineData("INSERT INTO one.t (k) VALUES (1) IF NOT EXISTS", "ANY")]
    public void AllowsTheRest(string cql, string level) => Execute(cql, level);

    [Theory]
    [InlineData(1, ConsistencyLevel.LocalQuorum)]
    [InlineData(3, ConsistencyLevel.One)]
    [InlineData(3, ConsistencyLevel.LocalOne)]
    public void StandsForANodeOfTheClusterThatItsFilesComeFrom(int factor, ConsistencyLevel level)
    {
        KeyspaceMetadata keyspace = new("k")
        {
            Replication = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["class"] = "org.apache.cassandra.locator.NetworkTopologyStrategy",
                ["us-east"] = $"{factor}",
                ["eu-west"] = "1",
            }),
        };
        var replicas = KeyspaceReplicas.Of(keyspace);
        replicas.Check(level);
        Assert.Equal(new MissingReplicas((int)ConsistencyLevel.All, factor + 1, 1), Assert.Throws<InvalidQueryException>(() => replicas.Check(ConsistencyLevel.All)).Replicas);
    }

    [Fact]
    public void AsksForNothingUnlessTold() => _database.Queries.Execute("SELECT * FROM three.t WHERE k IN (1, 2)").Dispose();

    private InvalidQueryException Refused(string cql, string level) => Assert.Throws<InvalidQueryException>(() => Execute(cql, level));

    private void Execute(string cql, string level)
    {
        Assert.True(ConsistencyLevels.TryParse(level, out ConsistencyLevel consistency));
        using QueryResult result = _database.Queries.Execute(cql, options: new QueryOptions { Consistency = consistency });
        while (result.MoveNext())
            continue;
    }
}
