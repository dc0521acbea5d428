using System.Buffers.Binary;
using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Indexes.Vectors;

/// <summary>ANN OF in a table of more vectors than are compared one by one: what graphs find against what comparing all vectors of a model finds.</summary>
public sealed class NearestSearchTests : IDisposable
{
    private const int Dimension = 32;
    private readonly Dictionary<int, float[]> _model = [];
    private readonly TemporaryDatabase _database = new(new DatabaseOptions { Durability = Durability.Periodic });
    private string _similarity = "cosine";

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("cosine", 50, 0.3f)]
    [InlineData("euclidean", 50, 0.3f)]
    [InlineData("dot_product", 50, 0.3f)]
    [InlineData("cosine", 1, 1f)]
    [InlineData("euclidean", 1, 1f)]
    [InlineData("dot_product", 1, 1f)]
    public void NearestOfTwentyThousandAreFound(string similarity, int groups, float spread)
    {
        var samples = new VectorSamples(11, Dimension, groups, spread);
        Create(similarity);
        Insert(0, samples.Next(20_000));
        Build();
        Assert.Contains("vectors: v_idx, 500 candidates of a graph with 20,000 vectors\n", Explain(), StringComparison.Ordinal);
        Assert.InRange(Recall(samples.Next(50)), 0.95, 1);
    }

    [Fact]
    public void TablesOfFewVectorsAreCompared()
    {
        var samples = new VectorSamples(12, Dimension, 10, 0.3f);
        Create("cosine");
        Insert(0, samples.Next(9_000));
        Build();
        Assert.Contains("vectors: v_idx, all are compared\n", Explain(), StringComparison.Ordinal);
        Assert.Equal(1, Recall(samples.Next(5)));
    }

    [Fact]
    public void WhatWasOverwrittenDeletedOrHasExpiredIsNotFound()
    {
        var samples = new VectorSamples(13, Dimension, 20, 0.3f);
        Create("euclidean");
        Insert(0, samples.Next(12_000));
        Build();
        float[] target = samples.Next();
        int[] nearest = Nearest(target, 40);

        // Of the nearest some get other vectors, some none, some are deleted, some expire: partly in a memtable, partly in a further SSTable.
        for (int i = 0; i < 30; i++)
        {
            int k = nearest[i];
            _model.Remove(k);
            switch (i % 5)
            {
                case 0:
                    Insert(k, [[.. _model[nearest[39]].Select(x => x + 10)]]);
                    break;
                case 1:
                    Execute($"DELETE v FROM ks.t WHERE k = {k}");
                    break;
                case 2:
                    Execute($"DELETE FROM ks.t WHERE k = {k}");
                    break;
                case 3:
                    Execute($"UPDATE ks.t USING TTL 1 SET v = {Literal(target)} WHERE k = {k}");
                    break;
                default:
                    Execute($"UPDATE ks.t USING TTL 100000 SET v = {Literal(target)} WHERE k = {k}");
                    _model[k] = target;
                    break;
            }

            if (i == 15)
                _database.Database.Flush();
        }

        long later = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60;
        Assert.Equal(Expected(target, 40), Nearest(target, 40, later));
        Build();
        Assert.Equal(Expected(target, 40), Nearest(target, 40, later));
        _database.Reopen(new DatabaseOptions { Durability = Durability.Periodic });
        Assert.Equal(Expected(target, 40), Nearest(target, 40, later));
    }

    [Fact]
    public void RowsThatPassFiltersAreFoundHoweverFar()
    {
        var samples = new VectorSamples(14, Dimension, 20, 0.3f);
        Create("cosine");
        Execute("CREATE INDEX n_idx ON ks.t (n) USING 'sai'");
        Insert(0, samples.Next(12_000));
        Build();
        foreach (float[] target in samples.Next(5))
        {
            // One row of three, of 400, and none.
            Assert.Equal(Expected(target, 10, k => k % 400 < 134), Nearest(target, 10, where: "WHERE n < 134"));
            Assert.Equal(Expected(target, 10, k => k % 400 == 7), Nearest(target, 10, where: "WHERE n = 7"));
            Assert.Empty(Nearest(target, 10, where: "WHERE n = 400"));
            Assert.Equal(Expected(target, 3, k => k == 5), Nearest(target, 3, where: "WHERE k = 5"));
        }
    }

    [Fact]
    public void SeveralSSTablesAndTheMemtableAreOne()
    {
        var samples = new VectorSamples(15, Dimension, 20, 0.3f);
        Create("cosine");
        Insert(0, samples.Next(6_000));
        Build();
        Insert(5_000, samples.Next(6_000));
        Build();
        Insert(10_900, samples.Next(500));
        _database.Database.Flush();
        Insert(11_300, samples.Next(200));
        Assert.Contains("candidates of 2 graphs each with 12,000 vectors", Explain(), StringComparison.Ordinal);
        Assert.InRange(Recall(samples.Next(20)), 0.99, 1);
        _database.Database.Flush();
        _database.Database.Compact(_database.Database.Schema.Table("ks", "t")!, cancellation: TestContext.Current.CancellationToken);
        Build();
        Assert.Contains($"candidates of a graph with {_model.Count:N0} vectors", Explain(), StringComparison.Ordinal);
        Assert.InRange(Recall(samples.Next(20)), 0.99, 1);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("head")]
    [InlineData("codes")]
    [InlineData("records")]
    [InlineData("other")]
    public void WithoutAWholeGraphAllAreComparedAndItIsMadeAnew(string damage)
    {
        var samples = new VectorSamples(16, Dimension, 20, 0.3f);
        Create("euclidean");
        Insert(0, samples.Next(11_000));
        Build();
        string table = Path.GetDirectoryName(Assert.Single(_database.Database.OpenTable(_database.Database.Schema.Table("ks", "t")!).SSTables).Descriptor.PathOf(SSTableComponent.Data))!;
        string file = Assert.Single(Directory.GetFiles(table), IndexFileName.IsIndexFile);
        byte[] content = File.ReadAllBytes(file);
        _database.Queries.Dispose();
        switch (damage)
        {
            case "missing":
                File.Delete(file);
                break;
            case "empty":
                File.WriteAllBytes(file, []);
                break;
            case "other":
                content[^8] ^= 1;
                File.WriteAllBytes(file, content);
                break;
            default:
                // The records come first, then the codes; the head is 28 bytes.
                int from = damage switch { "head" => 8, "records" => 28, _ => content.Length / 2 };
                int to = damage switch { "head" => 12, "records" => content.Length / 4, _ => content.Length - 2000 };
                for (int i = from; i < to; i++)
                    content[i] ^= 0x5A;
                File.WriteAllBytes(file, content);
                break;
        }

        // Nothing is made where nothing is written.
        _database.Reopen(new DatabaseOptions { ReadOnly = true });
        float[] target = samples.Next();
        Assert.Equal(Expected(target, 10), Nearest(target, 10));
        Assert.Contains("all are compared", Explain(), StringComparison.Ordinal);
        _database.Reopen(new DatabaseOptions { Durability = Durability.Periodic });
        _ = Nearest(target, 10);
        Build();
        Assert.Contains("candidates of a graph with 11,000 vectors", Explain(), StringComparison.Ordinal);
        Assert.Equal(Expected(target, 10), Nearest(target, 10));
    }

    [Fact]
    public void RowsOfPartitionsAreFoundByTheirClustering()
    {
        var samples = new VectorSamples(17, Dimension, 20, 0.3f);
        Execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute($"CREATE TABLE ks.w (p int, c text, d int, s int static, v vector<float, {Dimension}>, PRIMARY KEY (p, c, d)) WITH CLUSTERING ORDER BY (c DESC, d ASC)");
        Execute("CREATE INDEX v_idx ON ks.w (v) USING 'sai' WITH OPTIONS = {'similarity_function': 'euclidean'}");
        float[][] vectors = samples.Next(12_000);
        PreparedQuery insert = _database.Queries.Prepare("INSERT INTO ks.w (p, c, d, s, v) VALUES (?, ?, ?, ?, ?)");
        for (int i = 0; i < vectors.Length; i++)
            _database.Queries.Execute(insert, insert.Bind(i % 10, (i % 300).ToString(CultureInfo.InvariantCulture), i, i % 10, vectors[i])).Dispose();
        Build();

        // Two vectors are the same, and the first of them in the order of the table comes first; a range of rows is gone.
        Execute("DELETE FROM ks.w WHERE p = 3 AND c >= '2' AND c < '3'");
        float[] target = vectors[21];
        int[] expected = [.. Enumerable.Range(0, vectors.Length).Where(i => i % 10 != 3 || (i % 300).ToString(CultureInfo.InvariantCulture)[0] != '2')
            .OrderByDescending(i => VectorMath.Compare(VectorSimilarity.Euclidean, target, vectors[i])).Take(20)];
        Assert.Equal(expected, Column($"SELECT d, s FROM ks.w ORDER BY v ANN OF {Literal(target)} LIMIT 20"));
        Assert.Contains("candidates of a graph", _database.Queries.Explain(_database.Queries.Prepare($"SELECT d FROM ks.w ORDER BY v ANN OF {Literal(target)} LIMIT 20")), StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsOfGraphsAreTakenWhereTheyAreAllowed()
    {
        const string options = "{'maximum_node_connections': '8', 'construction_beam_width': '40', 'optimize_for': 'recall'}";
        var samples = new VectorSamples(18, Dimension, 20, 0.3f);
        Create("cosine");
        Execute("DROP INDEX ks.v_idx");
        InvalidQueryException refused = Assert.Throws<InvalidQueryException>(() => Execute($"CREATE INDEX v_idx ON ks.t (v) USING 'sai' WITH OPTIONS = {options}"));
        Assert.Equal("Maximum node connections cannot be set without enabling SAI_VECTOR_ALLOW_CUSTOM_PARAMETERS", refused.Message);
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["cassandra.sai.vector.allow_custom_parameters"] = "true", ["vector_search_beam_width"] = "60" };
        _database.Reopen(new DatabaseOptions { Durability = Durability.Periodic, Settings = settings });
        Assert.Throws<InvalidQueryException>(() => Execute("CREATE INDEX v_idx ON ks.t (v) USING 'sai' WITH OPTIONS = {'maximum_node_connections': '0'}"));
        Assert.Throws<InvalidQueryException>(() => Execute("CREATE INDEX v_idx ON ks.t (v) USING 'sai' WITH OPTIONS = {'construction_beam_width': '3201'}"));
        Execute($"CREATE INDEX v_idx ON ks.t (v) USING 'sai' WITH OPTIONS = {options}");
        Insert(0, samples.Next(11_000));
        Build();
        Assert.Contains("120 candidates of a graph", Explain(), StringComparison.Ordinal);
        Assert.InRange(Recall(samples.Next(20)), 0.95, 1);
    }

    [Fact]
    public void SearchWidthOutOfBoundsIsRefused()
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["vector_search_beam_width"] = "9" };
        InvalidSettingException refused = Assert.Throws<InvalidSettingException>(() => _database.Reopen(new DatabaseOptions { Settings = settings }));
        Assert.Contains("from 10 to 10,000", refused.Message, StringComparison.Ordinal);
        _database.Reopen();
    }

    private void Create(string similarity)
    {
        _similarity = similarity;
        Execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute($"CREATE TABLE ks.t (k int PRIMARY KEY, n int, v vector<float, {Dimension}>)");
        Execute($"CREATE INDEX v_idx ON ks.t (v) USING 'sai' WITH OPTIONS = {{'similarity_function': '{similarity}'}}");
    }

    private void Insert(int from, float[][] vectors)
    {
        PreparedQuery insert = _database.Queries.Prepare("INSERT INTO ks.t (k, n, v) VALUES (?, ?, ?)");
        for (int i = 0; i < vectors.Length; i++)
        {
            _database.Queries.Execute(insert, insert.Bind(from + i, (from + i) % 400, vectors[i])).Dispose();
            _model[from + i] = vectors[i];
        }
    }

    private void Build()
    {
        _database.Database.Flush();
        _database.Database.BuildIndexes(TestContext.Current.CancellationToken);
    }

    private double Recall(float[][] targets) => targets.Average(t => Expected(t, 10).Intersect(Nearest(t, 10)).Count() / 10.0);

    private int[] Expected(float[] target, int limit, Func<int, bool>? passes = null)
    {
        VectorSimilarity similarity = VectorMath.Parse(_similarity);
        return [.. _model.Where(m => passes is null || passes(m.Key))
            .OrderByDescending(m => VectorMath.Compare(similarity, target, m.Value))
            .ThenBy(m => Token(m.Key))
            .Take(limit).Select(m => m.Key)];
    }

    private static long Token(int key)
    {
        byte[] serialized = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(serialized, key);
        return (long)Partitioner.Murmur3.TokenOf(serialized).Value;
    }

    private int[] Nearest(float[] target, int limit, long? nowSeconds = null, string where = "") =>
        Column($"SELECT k FROM ks.t {where} ORDER BY v ANN OF {Literal(target)} LIMIT {limit}", nowSeconds);

    private int[] Column(string cql, long? nowSeconds = null)
    {
        using QueryResult result = _database.Queries.Execute(cql, options: new QueryOptions { NowSeconds = nowSeconds });
        var values = new List<int>();
        while (result.MoveNext())
            values.Add(BinaryPrimitives.ReadInt32BigEndian(result.GetValue(0, out _)));
        return [.. values];
    }

    private string Explain() => _database.Queries.Explain(_database.Queries.Prepare($"SELECT k FROM ks.t ORDER BY v ANN OF {Literal(new float[Dimension])} LIMIT 10"));

    private static string Literal(float[] vector) => $"[{string.Join(", ", vector.Select(x => x.ToString("R", CultureInfo.InvariantCulture)))}]";

    private void Execute(string cql) => _database.Queries.Execute(cql).Dispose();
}
