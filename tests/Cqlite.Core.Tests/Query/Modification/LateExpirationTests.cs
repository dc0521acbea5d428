using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;
using static Cqlite.Core.Tests.Query.Modification.VersionedDatabase;

namespace Cqlite.Core.Tests.Query.Modification;

/// <summary>TTLs that end after 2038: a database that writes oa or da keeps them, as Cassandra without compatibility to 4 does; one that writes nb refuses them.</summary>
public sealed class LateExpirationTests
{
    private const int NineteenYears = 19 * 365 * 86_400;
    private const long Now = 1_790_000_000;
    private readonly VersionedDatabase _database = new();

    [Theory]
    [InlineData("oa")]
    [InlineData("da")]
    public void AreKeptThroughLogFlushAndCompaction(string version)
    {
        using (QueryEngine engine = Open(version))
        {
            Define(engine, "CREATE TABLE ks.t (k int PRIMARY KEY, v int, l list<int>) WITH default_time_to_live = 600000000");
            Execute(engine, $"INSERT INTO ks.t (k, v, l) VALUES (1, 1, [1]) USING TTL {NineteenYears}");
            Execute(engine, "INSERT INTO ks.t (k, v) VALUES (2, 2)");
            Check(engine);
        }

        using (QueryEngine engine = Open(version))
        {
            Check(engine);
            Execute(engine, "UPDATE ks.t SET l = l + [2] WHERE k = 2");
            engine.Database.Flush();
            Check(engine);
        }

        using (QueryEngine engine = Open(version))
            Check(engine);
    }

    [Fact]
    public void SurviveAnOpeningThatWritesAnOlderVersion()
    {
        SimulatedDisk crashed;
        using (QueryEngine engine = Open("oa"))
        {
            Define(engine, "CREATE TABLE ks.t (k int PRIMARY KEY, v int, l list<int>)");
            Execute(engine, $"INSERT INTO ks.t (k, v, l) VALUES (1, 1, [1]) USING TTL {NineteenYears}");
            crashed = _database.Disk.Clone().Crash(new Random(1));
        }

        _database.Disk = crashed;
        using (QueryEngine engine = Open("nb"))
        {
            Assert.Equal(NineteenYears, Number(engine, "SELECT ttl(v) FROM ks.t WHERE k = 1"));
            engine.Database.Flush();
            Assert.Equal(NineteenYears, Number(engine, "SELECT ttl(v) FROM ks.t WHERE k = 1"));
        }

        using (QueryEngine engine = Open("nb"))
            Assert.Equal(NineteenYears, Number(engine, "SELECT ttl(v) FROM ks.t WHERE k = 1"));
    }

    [Theory]
    [InlineData("nb", Now, "2038-01-19T03:14:06+00:00")]
    [InlineData("da", 4_290_000_000, "2106-02-07T06:28:13+00:00")]
    public void AreRefusedWhereNoTimeIsLeft(string version, long now, string last)
    {
        using QueryEngine engine = Open(version, now);
        Define(engine, "CREATE TABLE ks.t (k int PRIMARY KEY, v int)");
        var error = Assert.Throws<InvalidQueryException>(() => Execute(engine, $"INSERT INTO ks.t (k, v) VALUES (1, 1) USING TTL {NineteenYears}"));
        Assert.StartsWith(
            $"Request on table ks.t with ttl of {NineteenYears} seconds exceeds maximum supported expiration date of {last}. In order to avoid this use a lower TTL,",
            error.Message,
            StringComparison.Ordinal);
    }

    private static void Check(QueryEngine engine)
    {
        Assert.Equal(NineteenYears, Number(engine, "SELECT ttl(v) FROM ks.t WHERE k = 1"));
        Assert.Equal(600_000_000, Number(engine, "SELECT ttl(v) FROM ks.t WHERE k = 2"));
        Assert.Equal(1, Number(engine, "SELECT collection_count(l) FROM ks.t WHERE k = 1"));
    }

    private static int? Number(QueryEngine engine, string cql)
    {
        using QueryResult result = new QuerySession(engine).Execute(cql);
        Assert.True(result.MoveNext());
        return result.IsNull(0) ? null : result.GetInt32(0);
    }

    private QueryEngine Open(string version, long now = Now) => _database.Open(version, now);
}
