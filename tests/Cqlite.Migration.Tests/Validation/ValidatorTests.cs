using Cqlite.Core.Errors;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>What differs between two sides is found and named, and nothing else is.</summary>
public sealed class ValidatorTests
{
    public static TheoryData<string> Keyspaces => [.. Corpus.Node("5.0.9-nb").Keyspaces.Where(k => Corpus.Tables.Any(t => t.At == "5.0.9-nb" && t.Keyspace == k))];

    [Fact]
    public async Task What_is_the_same_passes_and_says_what_was_not_checked()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        ValidationReport report = await both.ValidateAsync();
        Assert.True(report.Passed, report.ToJson());
        TableValidation table = Assert.Single(report.Tables);
        Assert.Equal((4, 4, 3, 3), (table.SourceRows, table.TargetRows, table.SourcePartitions, table.TargetPartitions));
        Assert.Equal((0, 0, 0), (table.MissingRows, table.ExtraRows, table.DifferentRows));
        Assert.Equal(table.SourceDigest, table.TargetDigest);
        Assert.Equal(CheckStatus.NotChecked, report.Performance);
        Assert.Contains(table.NotChecked, n => n.StartsWith("Deletions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 3 AND c = 1", "MissingRow p = 3 AND c = 1")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 4", "MissingRow p = 4 static")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (9, 8, 'x') USING TIMESTAMP 1000", "ExtraRow p = 9 AND c = 8")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (1, 1, 'x') USING TIMESTAMP 1000", "ExtraRow p = 1 AND c = 1")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 v: 'abc' against 'abg'")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1001 SET v = 'abc' WHERE p = 1 AND c = 2", "WriteTime p = 1 AND c = 2 v: 1000 against 1001")]
    [InlineData(
        "UPDATE k.t USING TIMESTAMP 1000 AND TTL 1500 SET v = 'ttl' WHERE p = 1 AND c = 3",
        "Expiry p = 1 AND c = 3 v: 1700001000 against 1700001500\nTtl p = 1 AND c = 3 v: 1000 against 1500")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1", "Value p = 1 static s: 'stat' against 'stau'")]
    [InlineData("DELETE v FROM k.t USING TIMESTAMP 1000 WHERE p = 1 AND c = 2", "MissingCell p = 1 AND c = 2 v: 'abc' against nothing")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET m['a'] = 7 WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 m['a']: 1 against 7")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET e = e + {5} WHERE p = 1 AND c = 2", "ExtraCell p = 1 AND c = 2 e[5]: nothing against 5")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET l[1] = 9 WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 l[1]: 2 against 9")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET u.zip = 9 WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 u[zip]: 7 against 9")]
    [InlineData("INSERT INTO k.t (p, c) VALUES (1, 2) USING TIMESTAMP 1001", "RowLiveness p = 1 AND c = 2: 1000 against 1001")]
    public async Task A_difference_is_named_and_nothing_else(string change, string expected)
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, change);
        ValidationReport report = await both.ValidateAsync();
        TableValidation table = Assert.Single(report.Tables);
        Assert.Equal(expected.Split('\n'), table.Differences.Select(d => d.ToString()));
        Assert.Equal(1, table.MissingRows + table.ExtraRows + table.DifferentRows);
        Assert.Equal(CheckStatus.Failed, table.Data);
        Assert.Equal(table.SourceRows == table.TargetRows ? CheckStatus.Passed : CheckStatus.Failed, table.Count);
        Assert.False(report.Passed);
        Assert.NotEqual(table.SourceDigest, table.TargetDigest);
        Assert.Empty(report.SchemaDifferences);
    }

    [Theory]
    [InlineData("ALTER TABLE k.t WITH gc_grace_seconds = 5", "table k.t gc_grace_seconds: 864000 against 5")]
    [InlineData("ALTER TABLE k.t WITH compression = {'class': 'LZ4Compressor', 'chunk_length_in_kb': 64}", "table k.t compression.chunk_length_in_kb: 16 against 64")]
    [InlineData("CREATE TABLE k.other (p int PRIMARY KEY)", "table k.other existence: nothing against other")]
    [InlineData("CREATE INDEX by_n ON k.t (n)", "index k.by_n existence: nothing against by_n")]
    [InlineData("ALTER KEYSPACE k WITH durable_writes = false", "keyspace k durable_writes: true against false")]
    public async Task A_difference_of_definitions_is_named_and_nothing_else(string change, string expected)
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, change);
        ValidationReport report = await both.ValidateAsync(new ValidationSettings { Checks = ValidationChecks.Schema });
        Assert.Equal([expected], report.SchemaDifferences.Select(d => d.ToString()));
        Assert.Equal((CheckStatus.Failed, CheckStatus.Failed), (report.Schema, report.Status));
    }

    [Fact]
    public async Task A_column_of_one_side_only_fails_and_the_others_are_compared()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, "ALTER TABLE k.t ADD more int");
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = 1 AND c = 2");
        TableValidation table = Assert.Single((await both.ValidateAsync()).Tables);
        Assert.Equal(CheckStatus.Failed, table.Data);
        Assert.Contains("more", table.Message, StringComparison.Ordinal);
        Assert.Equal("v", Assert.Single(table.Differences).Column);
    }

    [Fact]
    public async Task Counts_are_exact_where_the_list_is_short_and_tolerance_warns()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        for (int i = 0; i < 20; i++)
            TwoDatabases.Run(both.Target, $"INSERT INTO k.t (p, c) VALUES ({100 + i}, 1)");
        TableValidation table = Assert.Single((await both.ValidateAsync(new ValidationSettings { MaxDifferences = 3 })).Tables);
        Assert.Equal((20, 3, true), (table.ExtraRows, table.Differences.Count, table.IsTruncated));
        ValidationReport tolerant = await both.ValidateAsync(new ValidationSettings { Tolerance = 20 });
        Assert.Equal((CheckStatus.Warning, true), (tolerant.Status, tolerant.Passed));
        Assert.False((await both.ValidateAsync(new ValidationSettings { Tolerance = 20, Strict = true })).Passed);
    }

    [Fact]
    public async Task A_sample_is_drawn_by_its_seed_and_says_what_it_leaves_out()
    {
        using TwoDatabases both = new(TwoDatabases.Sample.Take(3).Concat(Enumerable.Range(0, 2000).Select(i => $"INSERT INTO k.t (p, c, v) VALUES ({i}, 1, 'x') USING TIMESTAMP 1000")));
        ValidationSettings tenth = new() { SamplePercent = 10, Random = true, Seed = 7 };
        TableValidation one = Assert.Single((await both.ValidateAsync(tenth)).Tables);
        TableValidation again = Assert.Single((await both.ValidateAsync(tenth)).Tables);
        TableValidation other = Assert.Single((await both.ValidateAsync(tenth with { Seed = 8 })).Tables);
        Assert.InRange(one.SourceRows ?? 0, 120, 290);
        Assert.InRange(one.Coverage, 0.09, 0.11);
        Assert.Contains(one.NotChecked, n => n.Contains("sample", StringComparison.Ordinal));
        Assert.Equal(one.SourceDigest, again.SourceDigest);
        Assert.NotEqual(one.SourceDigest, other.SourceDigest);
        TableValidation rows = Assert.Single((await both.ValidateAsync(new ValidationSettings { SampleRows = 300 })).Tables);
        Assert.InRange(rows.SourceRows ?? 0, 300, 500);
    }

    [Fact]
    public async Task A_table_that_one_side_lacks_fails_and_has_no_counts()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, "DROP TABLE k.t");
        ValidationReport report = await both.ValidateAsync();
        TableValidation table = Assert.Single(report.Tables);
        Assert.Equal((CheckStatus.Failed, CheckStatus.Failed, null), (table.Count, table.Data, table.TargetRows));
        await Assert.ThrowsAsync<InvalidQueryException>(() => both.ValidateAsync(new ValidationSettings { Tables = ["k.none"] }));
    }

    [Fact]
    public async Task Queries_are_timed_on_both_sides()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        ValidationReport report = await both.ValidateAsync(new ValidationSettings
        {
            Checks = ValidationChecks.Performance,
            Performance = new PerformanceSettings(PerformanceCheck.Queries("SELECT * FROM k.t; SELECT v FROM k.t WHERE p = 1;"), both.Source, both.Target) { Iterations = 5 },
        });
        Assert.Equal((CheckStatus.Passed, 2), (report.Status, report.Timings.Count));
        Assert.All(report.Timings, t => Assert.True(t.Source!.P50 <= t.Source.P99 && t.SourceRows == t.TargetRows));
        ValidationReport unchecked_ = await both.ValidateAsync(new ValidationSettings { Checks = ValidationChecks.Performance });
        Assert.Equal((CheckStatus.NotChecked, false), (unchecked_.Status, unchecked_.Passed));
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task A_cluster_and_its_files_are_the_same(string keyspace)
    {
        CorpusNode node = Corpus.Node("5.0.9-nb");
        long nowSeconds = node.Tables.Where(t => t.Keyspace == keyspace).Max(t => t.ReadAtMillis ?? 0) / 1000;
        await using ServedFolder served = await ServedFolder.StartAsync(node.DataDirectory, nowSeconds, schemaPath: Path.Combine(node.Folder, "truth", keyspace, "schema.cql"));
        using ClusterSource cluster = new(served.Connection);
        using StoredSource files = new(served.Engine, OperandKind.CassandraDirectory);
        ValidationSettings settings = new() { NowSeconds = nowSeconds, Tables = [keyspace], WriteTimes = true, Ttls = true };
        ValidationReport report = await new Validator(cluster, files, settings).RunAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.True(report.Passed, report.ToJson());
        Assert.All(report.Tables, t => Assert.NotEmpty(t.NotChecked));
    }
}
