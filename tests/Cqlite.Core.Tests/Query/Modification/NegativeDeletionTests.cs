using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Xunit;
using static Cqlite.Core.Tests.Query.Modification.VersionedDatabase;

namespace Cqlite.Core.Tests.Query.Modification;

/// <summary>
/// Deletions with negative timestamps: the deletion of a partition has no room for one in oa and da, where the sign stands for no deletion. What could never be flushed must not come into the log.
/// </summary>
public sealed class NegativeDeletionTests
{
    private readonly VersionedDatabase _database = new();

    [Theory]
    [InlineData("oa")]
    [InlineData("da")]
    public void OfPartitionsAreRefusedAndOthersAreKept(string version)
    {
        using (QueryEngine engine = _database.Open(version))
        {
            Define(engine);
            InvalidQueryException refused = Assert.Throws<InvalidQueryException>(() => Execute(engine, "DELETE FROM ks.t USING TIMESTAMP -5 WHERE k = 1"));
            Assert.Contains("negative timestamp (-5)", refused.Message, StringComparison.Ordinal);
            Execute(engine, "DELETE FROM ks.t USING TIMESTAMP -5 WHERE k = 1 AND c = 1");
            Execute(engine, "DELETE v FROM ks.t USING TIMESTAMP -5 WHERE k = 1 AND c = 2");
            engine.Database.Flush();
            Assert.Equal(["3"], Rows(engine));
        }

        using (QueryEngine engine = _database.Open(version))
            Assert.Equal(["3"], Rows(engine));
    }

    [Theory]
    [InlineData("nb")]
    [InlineData("oa")]
    [InlineData("da")]
    public void OfRangesHoldAlsoWherePartitionsHaveAnIndex(string version)
    {
        using QueryEngine engine = _database.Open(version);
        Define(engine);
        Execute(engine, "CREATE TABLE ks.wide (k int, c int, v text, PRIMARY KEY (k, c))");
        for (int c = 0; c < 400; c++)
            Execute(engine, $"UPDATE ks.wide USING TIMESTAMP {(c % 2 == 0 ? 7 : -7)} SET v = '{new string('v', 1000)}' WHERE k = 1 AND c = {c}");
        Execute(engine, "DELETE FROM ks.wide USING TIMESTAMP -5 WHERE k = 1 AND c >= 50 AND c < 350");
        engine.Database.Flush();
        foreach ((int from, int to) in ((int, int)[])[(0, 400), (49, 53), (200, 204), (348, 353)])
        {
            string[] expected = [.. Enumerable.Range(from, to - from).Where(c => c % 2 == 0 || c is < 50 or >= 350).Select(c => $"{c}")];
            Assert.Equal(expected, Rows(engine, $"SELECT c FROM ks.wide WHERE k = 1 AND c >= {from} AND c < {to}"));
            Assert.Equal(expected.Reverse(), Rows(engine, $"SELECT c FROM ks.wide WHERE k = 1 AND c >= {from} AND c < {to} ORDER BY c DESC"));
        }
    }

    [Fact]
    public void AreKeptWhereThereIsRoom()
    {
        using (QueryEngine engine = _database.Open("nb"))
        {
            Define(engine);
            Execute(engine, "DELETE FROM ks.t USING TIMESTAMP -5 WHERE k = 1");
            engine.Database.Flush();
        }

        using (QueryEngine engine = _database.Open("nb"))
            Assert.Empty(Rows(engine));
    }

    private static void Define(QueryEngine engine)
    {
        VersionedDatabase.Define(engine, "CREATE TABLE ks.t (k int, c int, v int, PRIMARY KEY (k, c))");
        foreach (int c in (int[])[1, 2, 3])
            Execute(engine, $"UPDATE ks.t USING TIMESTAMP -7 SET v = {c} WHERE k = 1 AND c = {c}");
    }

    private static string[] Rows(QueryEngine engine, string cql = "SELECT c FROM ks.t")
    {
        using QueryResult result = engine.Execute(cql);
        List<string> rows = [];
        while (result.MoveNext())
            rows.Add($"{BinaryPrimitives.ReadInt32BigEndian(result.GetValue(0, out _))}");
        return [.. rows];
    }
}
