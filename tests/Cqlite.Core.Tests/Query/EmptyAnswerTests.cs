using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>Answers to queries that find nothing, or nothing but what is empty, as a node of 5.0 gave them.</summary>
public sealed class EmptyAnswerTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public EmptyAnswerTests()
    {
        Execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute("CREATE TABLE ks.t (p int PRIMARY KEY, v text)");
    }

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("p", null)]
    [InlineData("(p, p)", "FFFFFFFFFFFFFFFF")]
    [InlineData("[v, v]", "00000002FFFFFFFFFFFFFFFF")]
    [InlineData("mask_default(p)", "00000000")]
    [InlineData("mask_replace(p, 3)", "00000003")]
    [InlineData("to_json(v)", "6E756C6C")]
    [InlineData("mask_null(p)", null)]
    [InlineData("token(p)", null)]
    [InlineData("(inet) '0.0.0.0'", "00000000")]
    public void BesideAnAggregateOfNoRowsTheRestIsComputedOfNulls(string selector, string? value)
    {
        using QueryResult result = _database.Queries.Execute($"SELECT max(v), {selector} FROM ks.t WHERE p = 9");
        Assert.True(result.MoveNext());
        Assert.True(result.IsNull(0));
        Assert.Equal(value, result.GetBytes(1) is { } bytes ? Convert.ToHexString(bytes) : null);
        Assert.False(result.MoveNext());
    }

    [Fact]
    public void APageOfAViewGoesOnBehindAnEmptyKey()
    {
        Execute("CREATE MATERIALIZED VIEW ks.w AS SELECT * FROM ks.t WHERE p IS NOT NULL AND v IS NOT NULL PRIMARY KEY (v, p)");
        for (int i = 0; i < 5; i++)
            Execute($"INSERT INTO ks.t (p, v) VALUES ({i}, '{(i < 3 ? "" : "a")}')");
        List<int> keys = [];
        byte[]? state = null;
        do
        {
            using QueryResult page = _database.Queries.Execute("SELECT p FROM ks.w", options: new QueryOptions { PageSize = 1, PagingState = state });
            while (page.MoveNext())
                keys.Add(page.GetInt32(0));
            state = page.PagingState;
        }
        while (state is not null);
        Assert.Equal([0, 1, 2, 3, 4], keys);
    }

    private void Execute(string cql) => _database.Queries.Execute(cql).Dispose();
}
