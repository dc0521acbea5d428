using Cqlite.Core.Cql;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>Calls as such: which functions there are, how deep calls may be, how often they are made and what a row of them costs.</summary>
public sealed class FunctionCallTests
{
    private static readonly SmallDatabase Database = new(
        "CREATE TABLE t (k int, c timestamp, a int, b bigint, d double, PRIMARY KEY (k, c))",
        "INSERT INTO t (k, c, a, b, d) VALUES (1, 1000, 5, 6, 7.5)",
        "INSERT INTO t (k, c, a, b, d) VALUES (1, 2000, 6, 7, 8.5)",
        "INSERT INTO t (k, c, a, b, d) VALUES (1, 70000, 7, 8, 9.5)");

    /// <summary>The functions that Cassandra 5.0 documents, but for operators and casts.</summary>
    [Theory]
    [InlineData("now current_timeuuid currenttimeuuid current_timestamp currenttimestamp current_date currentdate current_time currenttime uuid")]
    [InlineData("min_timeuuid mintimeuuid max_timeuuid maxtimeuuid to_date todate to_timestamp totimestamp to_unix_timestamp tounixtimestamp floor")]
    [InlineData("abs exp log log10 round")]
    [InlineData("map_keys map_values collection_count collection_min collection_max collection_sum collection_avg")]
    [InlineData("similarity_cosine similarity_euclidean similarity_dot_product")]
    [InlineData("mask_null mask_default mask_replace mask_inner mask_outer mask_hash")]
    [InlineData("to_json tojson from_json fromjson count min max sum avg count_rows")]
    [InlineData("int_as_blob intasblob blob_as_int blobasint varchar_as_blob blob_as_timeuuid counterasblob blobasduration inet_as_blob")]
    public void All_are_there(string names)
    {
        foreach (string name in names.Split(' '))
            Assert.True(!NativeFunctions.Of(name).IsEmpty || NativeFunctions.FactoryOf(name) is not null, name);
    }

    [Fact]
    public void A_call_within_calls_is_resolved_once()
    {
        string deep = string.Concat(Enumerable.Repeat("abs(", 60)) + "a" + new string(')', 60);
        Assert.Equal(["5"], Database.Select($"SELECT {deep} FROM t LIMIT 1"));
        string sum = string.Join(" + ", Enumerable.Repeat("1", 100));
        Assert.Equal(3, Database.Select($"SELECT c FROM t WHERE k = 1 AND a < {sum} ALLOW FILTERING").Count);
    }

    [Fact]
    public void A_term_that_varies_does_so_at_each_execution()
    {
        Term now = new TermPlanner(0).Prepare(CqlParser.ParseTerm("now()"), new Receiver("u", CqlTypes.TimeUuid));
        Term random = new TermPlanner(0).Prepare(CqlParser.ParseTerm("uuid()"), new Receiver("u", CqlTypes.Uuid));
        Assert.NotEqual(now.Bind(BindValues.None), now.Bind(BindValues.None));
        Assert.NotEqual(random.Bind(BindValues.None), random.Bind(BindValues.None));
    }

    [Fact]
    public void Rows_are_grouped_by_a_function_of_the_last_column() =>
        Assert.Equal(["11, 2", "7, 1"], Database.Select("SELECT sum(a), count(*) FROM t WHERE k = 1 GROUP BY k, floor(c, 1m)"));

    [Fact]
    public void A_function_that_keeps_no_order_makes_no_groups()
    {
        var error = Assert.Throws<InvalidQueryException>(() => Database.Plan("SELECT sum(a) FROM t WHERE k = 1 GROUP BY k, to_json(c)"));
        Assert.StartsWith("Only monotonic functions are supported in the GROUP BY clause", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_beside_an_aggregate_is_of_the_first_row() =>
        Assert.Equal(["5, 23, 18, '5'"], Database.Select("SELECT abs(a), sum(a) + a, sum(a), to_json(a) FROM t WHERE k = 1"));

    [Fact]
    public void Json_of_an_aggregate_has_the_first_row_beside_it() =>
        Assert.Equal(["""'{"a": 5, "system.sum(b)": 21}'"""], Database.Select("SELECT JSON a, sum(b) FROM t WHERE k = 1"));

    [Theory]
    [InlineData("a + b")]
    [InlineData("abs(a) * 2 - b % 4")]
    [InlineData("-d / 2.5")]
    [InlineData("CAST(a AS bigint) + to_unix_timestamp(c)")]
    [InlineData("c + 1d")]
    [InlineData("floor(c, 1h)")]
    public void A_row_of_a_call_allocates_nothing(string selection)
    {
        SelectPlan plan = Database.Plan($"SELECT {selection} FROM t WHERE k = 1");
        using TableStore store = Database.Store(plan);
        using QueryResult result = Database.Start(plan, store);
        Assert.True(result.MoveNext());
        result.GetValue(0, out _);

        // The runtime allocates now and then on this thread's account, as when it replaces code by better code; ours would do so each time.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
                result.GetValue(0, out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, 999);
    }
}
