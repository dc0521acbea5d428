using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>What a validation has found is mended, and nothing else is touched.</summary>
public sealed class CorrectorTests
{
    private static readonly string[] s_changes =
    [
        "DELETE FROM k.t USING TIMESTAMP 900 WHERE p = 1 AND c = 2",
        "UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg', m['a'] = 7, l[1] = 9, u.zip = 9, e = e + {5} WHERE p = 1 AND c = 2",
        "UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1",
        "DELETE v FROM k.t USING TIMESTAMP 1000 WHERE p = 1 AND c = 3",
        "INSERT INTO k.t (p, c, v) VALUES (9, 8, 'extra') USING TIMESTAMP 1000",
    ];

    [Fact]
    public async Task Missing_rows_and_others_become_as_the_source_has_them()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Source, "INSERT INTO k.t (p, c, v, l) VALUES (7, 7, 'only here', [4, 5]) USING TIMESTAMP 1234");
        foreach (string change in s_changes)
            TwoDatabases.Run(both.Target, change);
        ValidationSettings values = new();
        ValidationReport before = await both.ValidateAsync(values);
        TableValidation found = Assert.Single(before.Tables);
        Assert.Equal((1, 1, 3), (found.MissingRows, found.ExtraRows, found.DifferentRows));

        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        Corrector corrector = new(source, target, before, CorrectionKinds.Missing | CorrectionKinds.Mismatch);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        TableCorrection plan = Assert.Single(await corrector.PlanAsync(cancellation));
        Assert.Equal((1, 3), (plan.MissingRows, plan.MismatchedRows));
        Assert.Equal(before.Tables[0].TargetDigest, (await both.ValidateAsync(values)).Tables[0].TargetDigest);

        Assert.Equal(plan, Assert.Single(await corrector.ApplyAsync(new DatabaseTarget(both.Target), cancellation)));
        TableValidation after = Assert.Single((await both.ValidateAsync(values)).Tables);
        Assert.Equal(["ExtraRow p = 9 AND c = 8"], after.Differences.Select(d => d.ToString()));
    }

    [Fact]
    public async Task Rows_that_the_target_has_deleted_later_come_back()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, "DELETE FROM k.t USING TIMESTAMP 5000 WHERE p = 1 AND c = 2");
        TwoDatabases.Run(both.Target, "DELETE FROM k.t USING TIMESTAMP 5000 WHERE p = 4");
        ValidationSettings values = new();
        ValidationReport before = await both.ValidateAsync(values);
        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        Corrector corrector = new(source, target, before, CorrectionKinds.Missing);
        TableCorrection done = Assert.Single(await corrector.ApplyAsync(new DatabaseTarget(both.Target), TestContext.Current.CancellationToken));
        Assert.Equal(2, done.MissingRows);
        Assert.True(done.RetimedCells > 0);
        Assert.True((await both.ValidateAsync(values)).Passed);
    }

    [Theory]
    [InlineData("DELETE s FROM k.t USING TIMESTAMP 5000 WHERE p = 1")]
    [InlineData("DELETE v FROM k.t USING TIMESTAMP 5000 WHERE p = 1 AND c = 2")]
    [InlineData("DELETE m FROM k.t USING TIMESTAMP 5000 WHERE p = 1 AND c = 2")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 5000 WHERE p = 1 AND c > 1", "UPDATE k.t USING TIMESTAMP 6000 SET n = 5 WHERE p = 1 AND c = 2")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 5000 WHERE p = 1", "UPDATE k.t USING TIMESTAMP 6000 SET n = 5 WHERE p = 1 AND c = 2")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 1152921504606846976 WHERE p = 1")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 1152921504606846976 WHERE p = 1 AND c = 2")]
    public async Task What_the_target_has_deleted_later_comes_back_cell_by_cell(params string[] changes)
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        foreach (string change in changes)
            TwoDatabases.Run(both.Target, change);
        ValidationSettings values = new();
        ValidationReport before = await both.ValidateAsync(values);
        Assert.False(before.Passed);
        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        await new Corrector(source, target, before, CorrectionKinds.Missing | CorrectionKinds.Mismatch).ApplyAsync(new DatabaseTarget(both.Target), TestContext.Current.CancellationToken);
        Assert.Empty(Assert.Single((await both.ValidateAsync(values)).Tables).Differences);
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_corrected()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Source, "INSERT INTO k.t (p, c, v) VALUES (7, 7, 'only here') USING TIMESTAMP 1234");
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1");
        ValidationReport report = await both.ValidateAsync();
        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        await new Corrector(source, target, report, CorrectionKinds.Missing).ApplyAsync(new DatabaseTarget(both.Target), TestContext.Current.CancellationToken);
        TableValidation after = Assert.Single((await both.ValidateAsync()).Tables);
        Assert.Equal(["Value p = 1 static s: 'stat' against 'stau'"], after.Differences.Select(d => d.ToString()));
    }
}
