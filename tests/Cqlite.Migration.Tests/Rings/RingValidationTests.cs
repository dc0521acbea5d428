using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Tests.Validation;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>Over the wire too what differs is found and named, and nothing else is: a ring against a database, another ring, and an export.</summary>
public sealed class RingValidationTests(SampleRing sample) : IClassFixture<SampleRing>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 3 AND c = 1", "MissingRow p = 3 AND c = 1")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 4", "MissingRow p = 4 static")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (9, 8, 'x') USING TIMESTAMP 1000", "ExtraRow p = 9 AND c = 8")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (1, 1, 'x') USING TIMESTAMP 1000", "ExtraRow p = 1 AND c = 1")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 v: 'abc' against 'abg'")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1001 SET v = 'abc' WHERE p = 1 AND c = 2", "WriteTime p = 1 AND c = 2 v: 1000 against 1001")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 AND TTL 1500 SET v = 'ttl' WHERE p = 1 AND c = 3", "Expiry p = 1 AND c = 3 v: 1700001000 against 1700001500")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 AND TTL 1500 SET v = 'abc' WHERE p = 1 AND c = 2", "Expiry p = 1 AND c = 2 v: nothing against 1700001500")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1", "Value p = 1 static s: 'stat' against 'stau'")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1007 SET s = 'alone' WHERE p = 4", "WriteTime p = 4 static s: 1000 against 1007")]
    [InlineData("DELETE v FROM k.t USING TIMESTAMP 1000 WHERE p = 1 AND c = 2", "MissingCell p = 1 AND c = 2 v: 'abc' against nothing")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET m['a'] = 7 WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 m['a']: 1 against 7")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1009 SET m['a'] = 1 WHERE p = 1 AND c = 2", "WriteTime p = 1 AND c = 2 m['a']: 1000 against 1009")]
    [InlineData("DELETE m['b'] FROM k.t USING TIMESTAMP 1000 WHERE p = 1 AND c = 2", "MissingCell p = 1 AND c = 2 m['b']: 2 against nothing")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET e = e + {5} WHERE p = 1 AND c = 2", "ExtraCell p = 1 AND c = 2 e[5]: nothing against 5")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET l[1] = 9 WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 l[1]: 2 against 9")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET l = l + [7] WHERE p = 1 AND c = 2", "ExtraCell p = 1 AND c = 2 l[3]: nothing against 7")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1005 SET l[1] = 2 WHERE p = 1 AND c = 2", "WriteTime p = 1 AND c = 2 l[1]: 1000 against 1005")]
    [InlineData("UPDATE k.t USING TIMESTAMP 1000 SET u.zip = 9 WHERE p = 1 AND c = 2", "Value p = 1 AND c = 2 u[zip]: 7 against 9")]
    [InlineData("UPDATE k.counts SET n = n + 1 WHERE p = 7", "Value p = 7 n: 7 against 8")]
    public async Task A_difference_is_named_and_nothing_else(string change, string expected)
    {
        using TwoDatabases both = new(SampleRing.Script);
        TwoDatabases.Run(both.Target, change);
        using StoredSource database = new(both.Source, OperandKind.Database);
        await using ServedRing other = await SampleRing.OfAsync(both.Target);
        using ClusterSource changed = new(other.Connection);
        foreach (IMigrationSource same in (IMigrationSource[])[database, sample.Cluster, sample.Export])
        {
            ValidationReport report = await ValidateAsync(same, changed);
            Assert.Equal([expected], report.Tables.SelectMany(t => t.Differences).Select(d => d.ToString()));
            Assert.Equal(1, report.Tables.Sum(t => t.MissingRows + t.ExtraRows + t.DifferentRows));
            Assert.False(report.Passed);
            Assert.Empty(report.SchemaDifferences);
        }
    }

    [Theory]
    [InlineData("ALTER TABLE k.t WITH gc_grace_seconds = 5", "table k.t gc_grace_seconds: 864000 against 5")]
    [InlineData("ALTER TABLE k.t WITH compression = {'class': 'LZ4Compressor', 'chunk_length_in_kb': 64}", "table k.t compression.chunk_length_in_kb: 16 against 64")]
    [InlineData("ALTER TABLE k.t WITH comment = 'other'", "table k.t comment:  against other")]
    [InlineData("CREATE TABLE k.other (p int PRIMARY KEY)", "table k.other existence: nothing against other")]
    [InlineData("CREATE INDEX by_n ON k.t (n)", "index k.by_n existence: nothing against by_n")]
    [InlineData("ALTER KEYSPACE k WITH durable_writes = false", "keyspace k durable_writes: true against false")]
    public async Task A_difference_of_definitions_is_named_and_nothing_else(string change, string expected)
    {
        using TwoDatabases both = new(SampleRing.Script);
        TwoDatabases.Run(both.Target, change);
        using StoredSource database = new(both.Source, OperandKind.Database);
        await using ServedRing other = await SampleRing.OfAsync(both.Target);
        using ClusterSource changed = new(other.Connection);
        foreach (IMigrationSource same in (IMigrationSource[])[database, sample.Cluster, sample.Export])
        {
            ValidationReport report = await new Validator(same, changed, new ValidationSettings { Checks = ValidationChecks.Schema }).RunAsync(cancellation: Cancellation);
            Assert.Equal([expected], report.SchemaDifferences.Select(d => d.ToString()));
            Assert.Equal((CheckStatus.Failed, CheckStatus.Failed), (report.Schema, report.Status));
        }
    }

    [Fact]
    public async Task What_is_the_same_passes_on_all_sides()
    {
        using TwoDatabases both = new(SampleRing.Script);
        using StoredSource database = new(both.Source, OperandKind.Database);
        IMigrationSource[] all = [database, sample.Cluster, sample.Export];
        foreach ((IMigrationSource one, IMigrationSource other) in all.SelectMany(one => all.Select(other => (one, other))))
        {
            ValidationReport report = await ValidateAsync(one, other);
            Assert.True(report.Passed, report.ToJson());
            Assert.Equal((54, 20), (report.Tables.Single(t => t.Table == "t").SourceRows, report.Tables.Single(t => t.Table == "counts").SourceRows));
        }
    }

    private static Task<ValidationReport> ValidateAsync(IMigrationSource one, IMigrationSource other) => new Validator(
        one, other, new ValidationSettings { Tables = ["k"], WriteTimes = true, Ttls = true, NowSeconds = TwoDatabases.Now }).RunAsync(cancellation: Cancellation);
}
