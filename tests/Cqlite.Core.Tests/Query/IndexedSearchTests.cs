using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>What the recorded scripts do not show of indexes: analyzers beyond case, and vectors of many elements against the similarity functions.</summary>
public sealed class IndexedSearchTests : IDisposable
{
    private readonly TemporaryDatabase _database = new(new DatabaseOptions { Durability = Durability.Periodic });

    public IndexedSearchTests() => Execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");

    public void Dispose() => _database.Dispose();

    [Fact]
    public void StorageAttachedAnalysisMakesTextsEqual()
    {
        Execute("CREATE TABLE ks.t (k int PRIMARY KEY, a text, n text, s set<text>)");
        Execute("CREATE INDEX ON ks.t (a) USING 'sai' WITH OPTIONS = {'ascii': 'true', 'case_sensitive': 'false'}");
        Execute("CREATE INDEX ON ks.t (n) USING 'sai' WITH OPTIONS = {'normalize': 'true'}");
        Execute("CREATE INDEX ON ks.t (s) USING 'sai' WITH OPTIONS = {'case_sensitive': 'false'}");
        Execute("INSERT INTO ks.t (k, a, n, s) VALUES (1, 'Émile Straße', 'e\u0301', {'Red', 'blue'})");
        Assert.Equal(["1"], Keys("SELECT k FROM ks.t WHERE a = 'emile strasse'"));
        Assert.Empty(Keys("SELECT k FROM ks.t WHERE a = 'emil strasse'"));
        Execute("INSERT INTO ks.t (k, a, n) VALUES (2, 'ΟΔΟΣ', '\u1112\u1161\u11ab')");
        Assert.Equal(["2"], Keys("SELECT k FROM ks.t WHERE a = 'οδος'"));
        Assert.Equal(["2"], Keys("SELECT k FROM ks.t WHERE n = '\ud55c'"));

        Assert.Equal(["1"], Keys("SELECT k FROM ks.t WHERE n = '\u00e9'"));
        Assert.Equal(["1"], Keys("SELECT k FROM ks.t WHERE s CONTAINS 'RED'"));
    }

    [Fact]
    public void SasiDelimiterMakesSeveralTerms()
    {
        Execute("CREATE TABLE ks.t (k int PRIMARY KEY, a text)");
        Execute("CREATE CUSTOM INDEX ON ks.t (a) USING 'org.apache.cassandra.index.sasi.SASIIndex' WITH OPTIONS = "
            + "{'analyzer_class': 'org.apache.cassandra.index.sasi.analyzer.DelimiterAnalyzer', 'delimiter': ';', 'mode': 'PREFIX', 'analyzed': 'true'}");
        Execute("INSERT INTO ks.t (k, a) VALUES (1, 'one;two;three')");
        Execute("INSERT INTO ks.t (k, a) VALUES (2, 'two')");
        Assert.Equal(["1", "2"], Keys("SELECT k FROM ks.t WHERE a LIKE 'two'"));
        Assert.Equal(["1"], Keys("SELECT k FROM ks.t WHERE a LIKE 'thr%'"));
        InvalidQueryException suffix = Assert.Throws<InvalidQueryException>(() => Keys("SELECT k FROM ks.t WHERE a LIKE '%o'"));
        Assert.Contains("is only supported on properly indexed columns", suffix.Message, StringComparison.Ordinal);

        // What is cut into words is not found as a whole.
        Assert.Throws<InvalidQueryException>(() => Keys("SELECT k FROM ks.t WHERE a = 'two'"));
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("euclidean")]
    [InlineData("dot_product")]
    public void NearestVectorsComeInTheOrderOfTheirSimilarity(string similarity)
    {
        const int dimension = 37;
        Execute($"CREATE TABLE ks.t (k int PRIMARY KEY, n int, v vector<float, {dimension}>)");
        Execute($"CREATE INDEX ON ks.t (v) USING 'sai' WITH OPTIONS = {{'similarity_function': '{similarity}'}}");
        Execute("CREATE INDEX ON ks.t (n) USING 'sai'");
        var random = new Random(5);
        for (int k = 0; k < 300; k++)
            Execute($"INSERT INTO ks.t (k, n, v) VALUES ({k}, {k % 3}, {Vector(random, dimension)})");
        string target = Vector(random, dimension);
        foreach (string where in (string[])["", "WHERE n = 1"])
        {
            string[] expected = [.. Rows($"SELECT k, similarity_{similarity}(v, {target}) FROM ks.t {where}")
                .OrderByDescending(r => float.Parse(r[1], CultureInfo.InvariantCulture))
                .Take(10)
                .Select(r => r[0])];
            Assert.Equal(expected, Keys($"SELECT k FROM ks.t {where} ORDER BY v ANN OF {target} LIMIT 10"));
        }
    }

    private static string Vector(Random random, int dimension) =>
        $"[{string.Join(", ", Enumerable.Range(0, dimension).Select(_ => (random.NextSingle() - 0.5f).ToString("0.00000", CultureInfo.InvariantCulture)))}]";

    private void Execute(string cql) => _database.Queries.Execute(cql).Dispose();

    private string[] Keys(string cql) => [.. Rows(cql).Select(r => r[0])];

    private List<string[]> Rows(string cql)
    {
        using QueryResult result = _database.Queries.Execute(cql);
        var rows = new List<string[]>();
        while (result.MoveNext())
        {
            var row = new string[result.Columns.Length];
            for (int i = 0; i < row.Length; i++)
            {
                var output = new Cqlite.Core.Encoding.BufferWriter();
                result.Columns[i].Type.WriteLiteral(result.GetValue(i, out _), output);
                row[i] = output.ToString()!;
            }

            rows.Add(row);
        }

        return rows;
    }
}
