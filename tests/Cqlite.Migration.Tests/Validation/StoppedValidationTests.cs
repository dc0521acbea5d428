using Cqlite.Core.Errors;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>A validation that is stopped keeps what it has found, and is gone on with.</summary>
public sealed class StoppedValidationTests
{
    private static readonly string[] s_more = ["CREATE TABLE k.u (p int PRIMARY KEY, v text)", "INSERT INTO k.u (p, v) VALUES (1, 'x') USING TIMESTAMP 1000"];

    [Fact]
    public async Task What_was_compared_is_kept_and_not_compared_again()
    {
        using TwoDatabases both = new([.. TwoDatabases.Sample, .. s_more]);
        ValidationSettings settings = new() { WriteTimes = true, Ttls = true };
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Listener listener = new(p =>
        {
            if (p is { Table: "k.t", IsDone: true })
                stop.Cancel();
        });
        ValidationStoppedException stopped = await Assert.ThrowsAsync<ValidationStoppedException>(() => both.Validator(settings).RunAsync(listener, stop.Token));
        ValidationReport partial = ValidationReport.Parse(stopped.Partial.ToJson(), "partial.json");
        Assert.Equal((CheckStatus.NotChecked, false), (partial.Status, partial.Passed));
        Assert.Equal([CheckStatus.Passed, CheckStatus.NotChecked], partial.Tables.Select(t => t.Data));
        Assert.Null(partial.Tables[1].SourceRows);

        // What has changed since is not looked at: the table was compared.
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1");
        ValidationReport whole = await both.ValidateAsync(settings with { Earlier = partial });
        Assert.Equal((CheckStatus.Passed, 1L), (whole.Status, whole.Tables[1].SourceRows));
        Assert.Equal(partial.Tables[0].SourceDigest, whole.Tables[0].SourceDigest);
        Assert.Equal(CheckStatus.Failed, (await both.ValidateAsync(settings)).Status);
        Assert.Equal(CheckStatus.Failed, (await both.ValidateAsync(settings with { Ttls = false, Earlier = partial })).Status);
        Assert.Throws<InvalidQueryException>(() => both.Validator(settings with { Checks = ValidationChecks.Count, Earlier = partial }));
    }

    [Fact]
    public async Task A_report_that_says_of_itself_what_its_tables_do_not_is_refused()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1");
        ValidationReport report = await both.ValidateAsync();
        Assert.Equal(CheckStatus.Failed, ValidationReport.Parse(report.ToJson(), "r.json").Status);
        Assert.Throws<CorruptDataException>(() => ValidationReport.Parse((report with { Status = CheckStatus.Passed }).ToJson(), "r.json"));
    }

    [Fact]
    public async Task Indexes_and_types_can_be_left_out_which_is_said()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, "CREATE INDEX by_v ON k.t (v)");
        TwoDatabases.Run(both.Target, "CREATE TYPE k.other (x int)");
        ValidationSettings schema = new() { Checks = ValidationChecks.Schema };
        Assert.Equal(["type k.other existence: nothing against other", "index k.by_v existence: nothing against by_v"], (await both.ValidateAsync(schema)).SchemaDifferences.Select(d => d.ToString()));
        ValidationReport without = await both.ValidateAsync(schema with { WithIndexes = false, WithUserTypes = false });
        Assert.Equal((CheckStatus.Passed, 2), (without.Status, without.SchemaNotChecked.Count));
    }

    [Fact]
    public async Task A_sample_can_be_strict()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        ValidationReport report = await both.ValidateAsync(new ValidationSettings { Strict = true, SamplePercent = 50 });
        Assert.Equal(CheckStatus.Passed, report.Status);
        Assert.InRange(Assert.Single(report.Tables).Coverage, 0.4, 0.6);
    }

    private sealed class Listener(Action<TransferProgress> action) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => action(value);
    }
}
