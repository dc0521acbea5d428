using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Indexes;

/// <summary>
/// The same writes go to a database with index structures and to one without; then both answer the same SELECTs alike, to the order of rows and the ends of pages. Flushes,
/// compactions, reopening, lost and damaged files come in between to the first alone.
/// </summary>
public sealed class IndexStructureDifferenceTests
{
    private const long Now = 1_700_000_000;

    private static readonly string[] s_definitions =
    [
        "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE ks.t (a int, b int, c int, d text, s int static, v int, w text, x text, n decimal, r int, l list<int>, m map<text, int>, e set<int>, f frozen<list<int>>,"
            + " PRIMARY KEY ((a, b), c, d)) WITH CLUSTERING ORDER BY (c DESC, d ASC) AND compaction = {'class': 'SizeTieredCompactionStrategy', 'enabled': 'false'}",
        "CREATE INDEX ON ks.t (v)",
        "CREATE INDEX ON ks.t (s)",
        "CREATE INDEX ON ks.t (c)",
        "CREATE INDEX ON ks.t (b)",
        "CREATE INDEX ON ks.t (w) USING 'sai' WITH OPTIONS = {'case_sensitive': 'false'}",
        "CREATE INDEX ON ks.t (n) USING 'sai'",
        "CREATE INDEX ON ks.t (r) USING 'sai'",
        "CREATE CUSTOM INDEX ON ks.t (x) USING 'org.apache.cassandra.index.sasi.SASIIndex' WITH OPTIONS = {'mode': 'CONTAINS'}",
        "CREATE INDEX ON ks.t (values(l))",
        "CREATE INDEX ON ks.t (keys(m))",
        "CREATE INDEX ON ks.t (entries(m))",
        "CREATE INDEX ON ks.t (e)",
        "CREATE INDEX ON ks.t (full(f))",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void AnswersAsAScanDoes(int seed)
    {
        Random random = new(seed);
        DatabaseOptions options = new() { Durability = Durability.Periodic, CompactionThreads = 0, NowSeconds = Now };
        using TemporaryDatabase indexed = new(options);
        using TemporaryDatabase plain = new(options with { UseIndexStructures = false });
        foreach (string definition in s_definitions)
            Both(definition);
        int served = 0;
        for (int round = 0; round < 12; round++)
        {
            int writes = random.Next(10, 60);
            for (int i = 0; i < writes; i++)
                Both(Write(random), new QueryOptions { NowSeconds = Now + round, TimestampMicros = random.Next(1, 1000) });
            Disturb(random, indexed, options);

            // In half of the rounds all that can be there is there; in the others the background has come as far as it has.
            if (round % 2 == 1)
                indexed.Database.BuildIndexes();
            for (int i = 0; i < 40; i++)
            {
                string query = Query(random);
                QueryOptions asked = new() { NowSeconds = Now + random.Next(30), PageSize = random.Next(3) == 0 ? random.Next(1, 6) : 5000 };
                List<string> expected = plain.Select(query, asked).Rows;
                Assert.True(expected.SequenceEqual(indexed.Select(query, asked).Rows), $"seed {seed}, round {round}: {query}\n{indexed.Explain(query)}expected\n{string.Join('\n', expected)}\nfound\n{string.Join('\n', indexed.Select(query, asked).Rows)}");
                served += indexed.Explain(query).Contains("candidates", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{served} queries were served by structures.");
        Assert.True(served > 100, $"only {served} queries were served by structures.");

        void Both(string cql, QueryOptions? with = null)
        {
            indexed.Run(cql, with);
            plain.Run(cql, with);
        }
    }

    private static void Disturb(Random random, TemporaryDatabase indexed, DatabaseOptions options)
    {
        switch (random.Next(8))
        {
            case 0:
                break;
            case 1:
                indexed.Database.Flush();
                break;
            case 2:
                indexed.Settle();
                indexed.Database.Compact(indexed.Database.Schema.Table("ks", "t")!);
                break;
            case 3:
                indexed.Settle();
                indexed.Reopen(options);
                break;
            case 4:
                string[] files = indexed.IndexFiles("t");
                foreach (string file in files.Where(_ => random.Next(3) == 0))
                    File.Delete(file);
                indexed.Reopen(options);
                break;
            case 5:
                indexed.Settle();
                foreach (string file in indexed.IndexFiles("t").Where(_ => random.Next(3) == 0))
                    Damage(random, file);
                break;
            default:
                indexed.Settle();
                break;
        }
    }

    private static void Damage(Random random, string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        for (int i = 0; i < 5; i++)
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
        using FileStream stream = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.Write(bytes);
    }

    private static string Write(Random random)
    {
        string partition = $"a = {random.Next(3)} AND b = {random.Next(3)}";
        string row = $"{partition} AND c = {random.Next(4)} AND d = '{Word(random)}'";
        string ttl = random.Next(4) == 0 ? $" USING TTL {random.Next(1, 30)}" : "";
        return random.Next(14) switch
        {
            0 => $"DELETE FROM ks.t WHERE {row}",
            1 => $"DELETE FROM ks.t WHERE {partition} AND c > {random.Next(4)}",
            2 => random.Next(3) == 0 ? $"DELETE FROM ks.t WHERE {partition}" : $"DELETE v, m FROM ks.t WHERE {row}",
            3 => $"DELETE s FROM ks.t WHERE {partition}",
            4 => $"UPDATE ks.t{ttl} SET s = {random.Next(4)} WHERE {partition}",
            5 => $"UPDATE ks.t{ttl} SET l = l + [{random.Next(5)}], e = e - {{{random.Next(5)}}}, m['{Word(random)}'] = {random.Next(3)} WHERE {row}",
            6 => $"UPDATE ks.t{ttl} SET e = e + {{{random.Next(5)}}}, m = {{'{Word(random)}': {random.Next(3)}}}, w = null WHERE {row}",
            7 => $"UPDATE ks.t{ttl} SET f = [{random.Next(3)}, {random.Next(2)}], x = null WHERE {row}",
            8 => $"DELETE m['{Word(random)}'] FROM ks.t WHERE {row}",
            _ => $"UPDATE ks.t{ttl} SET v = {random.Next(6)}, w = '{Word(random)}', x = '{Word(random)}{Word(random)}', n = {Decimal(random)}, r = {random.Next(40)} WHERE {row}",
        };
    }

    private static string Query(Random random)
    {
        string where = random.Next(19) switch
        {
            0 => $"v = {random.Next(6)}",
            1 => $"s = {random.Next(4)}",
            2 => $"c = {random.Next(4)}",
            3 => $"b = {random.Next(3)}",
            4 => $"w = '{Word(random).ToUpperInvariant()}'",
            5 => $"n = {Decimal(random)}",
            6 => $"n > {Decimal(random)} AND n <= {Decimal(random)}",
            7 => $"r >= {random.Next(40)} AND r < {random.Next(40)}",
            8 => $"x LIKE '{Word(random)}%'",
            9 => $"x LIKE '%{Word(random)}'",
            10 => $"x LIKE '%{Word(random)}%'",
            11 => $"l CONTAINS {random.Next(5)}",
            12 => $"m CONTAINS KEY '{Word(random)}'",
            13 => $"m['{Word(random)}'] = {random.Next(3)}",
            14 => $"e CONTAINS {random.Next(5)}",
            15 => $"f = [{random.Next(3)}, {random.Next(2)}]",
            16 => $"v = {random.Next(6)} AND w = '{Word(random)}' AND r > {random.Next(40)} ALLOW FILTERING",
            17 => $"v = {random.Next(6)} AND token(a, b) > {random.NextInt64(long.MinValue, long.MaxValue)}",
            _ => $"v = {random.Next(6)} AND c > {random.Next(4)} ALLOW FILTERING",
        };
        string limits = random.Next(4) switch
        {
            0 => $" LIMIT {random.Next(1, 8)}",
            1 => $" PER PARTITION LIMIT {random.Next(1, 4)}",
            _ => "",
        };
        string tail = where.EndsWith(" ALLOW FILTERING", StringComparison.Ordinal) ? $"{where[..^16]}{limits} ALLOW FILTERING" : where + limits;
        return random.Next(8) == 0 && limits.Length == 0 ? $"SELECT count(*), max(v) FROM ks.t WHERE {tail}" : $"SELECT * FROM ks.t WHERE {tail}";
    }

    private static string Word(Random random) => random.Next(5) switch { 0 => "One", 1 => "two", 2 => "onety", 3 => "T", _ => "e" };

    // Equal numbers have several forms.
    private static string Decimal(Random random) => (random.Next(6) / 2m).ToString(random.Next(2) == 0 ? "0.0" : "0.000", CultureInfo.InvariantCulture);
}
