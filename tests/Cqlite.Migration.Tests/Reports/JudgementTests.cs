using Cqlite.Migration.Reports;
using Cqlite.Migration.Results;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Reports;

/// <summary>What is wrong is never called good, what was not looked at never right, and of what was done again the last time counts.</summary>
public sealed class JudgementTests
{
    [Fact]
    public void All_that_was_moved_and_compared_is_good()
    {
        Judgement judgement = Judgement.Of(Documents.Report([Documents.Copy(0, Documents.Done("orders"))], [Documents.Validation(1, Documents.Same("orders"))]));
        Assert.Equal((CheckStatus.Passed, 0), (judgement.Status, judgement.Findings.Count));
    }

    [Fact]
    public void What_was_moved_and_not_compared_is_not_proven()
    {
        Judgement nothing = Judgement.Of(Documents.Report([Documents.Copy(0, Documents.Done("orders"))]));
        Assert.Equal((CheckStatus.NotChecked, "Nothing was validated"), (nothing.Status, Assert.Single(nothing.Findings).Subject));
        Judgement some = Judgement.Of(Documents.Report([Documents.Copy(0, Documents.Done("orders"), Documents.Done("items"))], [Documents.Validation(1, Documents.Same("orders"))]));
        Assert.Equal(CheckStatus.NotChecked, some.Status);
        Assert.Equal(["shop.items"], Assert.Single(some.Findings).Tables);
        Assert.Equal("shop.items", some.Tables[0].Name);
    }

    [Theory]
    [InlineData(TransferOutcome.NodeLost, "-Resume")]
    [InlineData(TransferOutcome.DiskFull, "Make room")]
    [InlineData(TransferOutcome.SchemaChanged, "Begin anew")]
    [InlineData(TransferOutcome.SourceDamaged, "Test-SSTable")]
    public void A_table_that_is_not_whole_is_wrong_and_says_what_to_do(TransferOutcome outcome, string remedy)
    {
        Judgement judgement = Judgement.Of(Documents.Report(
            [Documents.Copy(0, Documents.Done("items"), Documents.Ended("orders", outcome))], [Documents.Validation(1, Documents.Same("items"), Documents.Same("orders"))]));
        Finding finding = Assert.Single(judgement.Findings);
        Assert.Equal((CheckStatus.Failed, $"{outcome} it is."), (finding.Level, finding.Text));
        Assert.Equal(["shop.orders"], finding.Tables);
        Assert.Contains(remedy, finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_was_done_again_the_last_time_counts()
    {
        Judgement judgement = Judgement.Of(Documents.Report(
            [Documents.Copy(2, Documents.Done("orders")), Documents.Copy(0, Documents.Ended("orders", TransferOutcome.NodeLost))],
            [Documents.Validation(4, Documents.Same("orders")), Documents.Validation(3, Documents.Differing("orders"))]));
        Assert.Equal(CheckStatus.Passed, judgement.Status);

        // A later count says nothing of rows that were found different before.
        ValidationReport count = Documents.Validation(5, Documents.Same("orders") with { Data = CheckStatus.NotChecked }) with { Checks = ValidationChecks.Count };
        Judgement other = Judgement.Of(Documents.Report(validations: [count, Documents.Validation(3, Documents.Differing("orders"))]));
        Assert.Equal(CheckStatus.Failed, other.Status);
    }

    [Fact]
    public void What_was_asked_for_and_not_done_is_not_checked_and_a_sample_is_no_proof()
    {
        TableValidation unread = Documents.Same("orders") with { Count = CheckStatus.NotChecked, Data = CheckStatus.NotChecked, Message = "the node is gone." };
        Finding finding = Assert.Single(Judgement.Of(Documents.Report(validations: [Documents.Validation(1, unread)])).Findings);
        Assert.Equal((CheckStatus.NotChecked, "the node is gone."), (finding.Level, finding.Text));
        Judgement sample = Judgement.Of(Documents.Report(validations: [Documents.Validation(1, Documents.Same("orders") with { Coverage = 0.1 })]));
        Assert.Equal(CheckStatus.Warning, sample.Status);
    }

    [Fact]
    public void A_certificate_that_was_changed_is_wrong()
    {
        ValidationReport changed = Documents.Validation(1, Documents.Same("orders")).Seal() with { Tolerance = 5 };
        Assert.Contains("changed after", Assert.Single(Judgement.Of(Documents.Report(validations: [changed])).Findings).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Syncs_tell_what_was_left_undecided_refused_or_not_done()
    {
        TableSync undecided = new("shop", "orders") { Undecided = 3, FutureCells = 2 };
        Judgement dry = Judgement.Of(Documents.Report(syncs: [Documents.Sync(isDryRun: true, undecided)]));
        Assert.Equal((CheckStatus.Warning, 3), (dry.Status, dry.Findings.Count));
        Judgement refused = Judgement.Of(Documents.Report(syncs: [Documents.Sync(isDryRun: false, undecided with { RejectedRows = 1 }, new TableSync("shop", "items") { Message = "no." })]));
        Assert.Equal((CheckStatus.Failed, 2), (refused.Status, refused.Findings.Count(f => f.Level == CheckStatus.Failed)));
        Judgement left = Judgement.Of(Documents.Report(syncs: [Documents.Sync(isDryRun: false, new TableSync("shop", "orders"), new TableSync("shop", "hits") { Message = "no.", IsLeftOut = true })]));
        Assert.DoesNotContain(left.Findings, f => f.Level == CheckStatus.Failed);
        Assert.Equal(["shop.hits"], Assert.Single(left.Findings, f => f.Subject.Contains("left out", StringComparison.Ordinal)).Tables);
    }
}
