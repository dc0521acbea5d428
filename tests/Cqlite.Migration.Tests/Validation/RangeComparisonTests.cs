using System.Buffers.Binary;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>Ranges that begin and end at partitions: what differs at their edges is found in the range that has it, and in no other; little more than that is read twice.</summary>
public sealed class RangeComparisonTests
{
    private const int Partitions = 60;

    private static readonly string[] s_table =
    [
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE k.t (p int, c int, s text static, v text, m map<text, int>, PRIMARY KEY (p, c))",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = {0} AND c = 2", "MissingRow p = {0} AND c = 2")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES ({0}, 3, 'x') USING TIMESTAMP 1000", "ExtraRow p = {0} AND c = 3")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = {0} AND c = 1", "Value p = {0} AND c = 1 v: 'abc' against 'abg'")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1001 SET v = 'abc' WHERE p = {0} AND c = 1", "WriteTime p = {0} AND c = 1 v: 1000 against 1001")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 AND TTL 1500 SET v = 'ttl' WHERE p = {0} AND c = 2", "Expiry p = {0} AND c = 2 v: 1700001000 against 1700001500\nTtl p = {0} AND c = 2 v: 1000 against 1500")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = {0}", "Value p = {0} static s: 'stat' against 'stau'")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET m['a'] = 7 WHERE p = {0} AND c = 1", "Value p = {0} AND c = 1 m['a']: 1 against 7")]
    public async Task What_differs_at_an_edge_is_in_the_range_that_has_it(string change, string expected)
    {
        int[] inOrder = [.. Enumerable.Range(0, Partitions).OrderBy(p => TokenOf(p).Value)];
        using TwoDatabases both = new(s_table.Concat(Enumerable.Range(0, Partitions).SelectMany(Rows)));
        TokenRange[] ranges = [new(TokenRange.Beginning, TokenOf(inOrder[9])), new(TokenOf(inOrder[9]), TokenOf(inOrder[30])), new(TokenOf(inOrder[30]), TokenRange.End)];

        // The last partition of a range, the first of the next one, both sides of the ring's end.
        int[] edges = [inOrder[0], inOrder[9], inOrder[10], inOrder[30], inOrder[31], inOrder[^1]];
        foreach (int p in edges)
            TwoDatabases.Run(both.Target, Of(change, p));
        RangeFindings[] found = await CompareAsync(both, ranges);
        Assert.Equal(edges.SelectMany(p => Of(expected, p).Split('\n')), found.SelectMany(f => f.Differences.Listed).Select(d => d.ToString()));
        Assert.Equal([2, 2, 2], found.Select(f => f.Differences.Rows));
        foreach (RangeFindings range in found)
        {
            Assert.All(range.Differing, d => Assert.True(d.After.Value >= range.Range.After.Value && d.UpTo.Value <= range.Range.UpTo.Value));
            Assert.Equal(edges.Where(p => range.Range.Contains(TokenOf(p))), edges.Where(p => range.Differing.Any(d => d.Contains(TokenOf(p)))));
        }

        // However it is cut, a side's digest is the same.
        RangeFindings whole = Assert.Single(await CompareAsync(both, TokenRange.Whole));
        Assert.Equal((whole.Source, whole.Target), (found.Aggregate(default(RangeDigest), (sum, f) => sum + f.Source), found.Aggregate(default(RangeDigest), (sum, f) => sum + f.Target)));
        Assert.NotEqual(whole.Source, whole.Target);
    }

    [Theory]
    [InlineData(1, 1, 20)]
    [InlineData(6, 6, 1600)]
    public async Task Only_what_is_about_a_difference_is_read_again(int differences, int fewest, int most)
    {
        const int rows = 6000;
        using TwoDatabases both = new(s_table.Concat(Enumerable.Range(0, rows).Select(p => $"INSERT INTO k.t (p, c, v) VALUES ({p}, 1, 'abc') USING TIMESTAMP 1000")));
        for (int i = 0; i < differences; i++)
            TwoDatabases.Run(both.Target, $"UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = {i * 1000} AND c = 1");
        using WatchedSource source = new(new StoredSource(both.Source, OperandKind.Database));
        using WatchedSource target = new(new StoredSource(both.Target, OperandKind.Database));
        ValidationReport report = await new Validator(source, target, new ValidationSettings { NowSeconds = TwoDatabases.Now, Throttle = 1 }).RunAsync(cancellation: Cancellation);
        TableValidation table = Assert.Single(report.Tables);
        Assert.Equal(((long?)differences, (long?)differences), (table.DifferentRows, table.DifferentCells));
        Assert.Equal((rows, rows), (table.SourceRows, table.TargetRows));
        Assert.InRange(source.Rows - rows, fewest, most);
        Assert.InRange(target.Rows - rows, fewest, most);
        Assert.Equal(differences, table.Differences.Count(d => table.DifferingRanges.Any(r => r.Contains(new Token(long.Parse(d.Token, System.Globalization.CultureInfo.InvariantCulture))))));
    }

    [Fact]
    public async Task Which_differences_are_listed_depends_on_their_place_only()
    {
        using TwoDatabases both = new(s_table.Concat(Enumerable.Range(0, 500).Select(p => $"INSERT INTO k.t (p, c, v) VALUES ({p}, 1, 'abc') USING TIMESTAMP 1000")));
        for (int p = 0; p < 500; p += 2)
            TwoDatabases.Run(both.Target, $"UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = {p} AND c = 1");
        string[] first = [.. Enumerable.Range(0, 250).Select(i => i * 2).OrderBy(p => TokenOf(p).Value).Take(37).Select(p => $"Value p = {p} AND c = 1 v: 'abc' against 'abg'")];
        foreach (int throttle in (int[])[1, 2, 8])
        {
            TableValidation table = Assert.Single((await both.ValidateAsync(new ValidationSettings { MaxDifferences = 37, Throttle = throttle })).Tables);
            Assert.Equal(first, table.Differences.Select(d => d.ToString()));
            Assert.Equal((250, true), (table.DifferentRows, table.IsTruncated));
        }

        Assert.False(Assert.Single((await both.ValidateAsync(new ValidationSettings { MaxDifferences = 250 })).Tables).IsTruncated);
    }

    private static async Task<RangeFindings[]> CompareAsync(TwoDatabases both, params TokenRange[] ranges)
    {
        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        ITableSource one = await source.OpenAsync(both.Source.Database.Schema.Table("k", "t")!, Cancellation);
        ITableSource other = await target.OpenAsync(both.Target.Database.Schema.Table("k", "t")!, Cancellation);
        ComparisonTerms terms = ComparisonTerms.Of(one, other, new ValidationSettings { WriteTimes = true, Ttls = true }, TwoDatabases.Now, 0);
        RangeComparison comparison = new(one, other, new ComparisonPlan(terms, one.Table), comparesData: true);
        return [.. ranges.Select(r => comparison.Run(r, 100, Cancellation))];
    }

    private static string[] Rows(int p) =>
    [
        $"INSERT INTO k.t (p, c, s, v, m) VALUES ({p}, 1, 'stat', 'abc', {{'a': 1}}) USING TIMESTAMP 1000",
        $"INSERT INTO k.t (p, c, v) VALUES ({p}, 2, 'ttl') USING TIMESTAMP 1000 AND TTL 1000",
    ];

    private static string Of(string text, int p) => text.Replace("{0}", $"{p}", StringComparison.Ordinal);

    private static Token TokenOf(int p)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, p);
        return Partitioner.Murmur3.TokenOf(key);
    }
}
