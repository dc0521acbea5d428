using Cqlite.Fuzz;
using Xunit;

namespace Cqlite.Core.Tests.Fuzzing;

/// <summary>A sample of what the fuzz command does in full: the same damages every time.</summary>
public class FuzzSampleTests
{
    private const int OneIn = 199;

    [Fact]
    public void Damaged_SSTables_are_refused_or_read_right()
    {
        IReadOnlyList<FuzzTarget> targets = FuzzTarget.Choose(at: null, perTheme: 1, mostBytes: 16 << 10);
        List<string> told = [];
        FuzzResult? result = FuzzRun.Execute(targets, new FuzzOptions { Sample = OneIn }, told.Add);
        Assert.True(result is not null, string.Join("\n", told));
        Assert.True(result.Failures.Count == 0, string.Join("\n", result.Failures));
        Assert.True(result.Attempts > 1_000);
        Assert.True(result.CountOf(Outcome.Refused) > result.Attempts / 3);
    }

    /// <summary>What verification can't find is what no reader could: see the reasons beside each.</summary>
    [Fact]
    public void Verification_finds_all_damage_but_what_leaves_another_sound_SSTable()
    {
        string[] reasons =
        [
            "Statistics.db", // of ma to me, without checksums: estimates, ids and times can be other ones
            "Summary.db", // min_index_interval and sampling level: of few partitions every interval makes the same summary
            "CompressionInfo.db", // the length from which chunks are not compressed: no chunk is between the two
            "TOC.txt", // the last line's end
        ];
        FuzzResult? result = FuzzRun.Execute(FuzzTarget.Choose(at: null, perTheme: 1, mostBytes: 16 << 10), new FuzzOptions { Sample = 4 * OneIn }, _ => { });
        Assert.NotNull(result);
        Assert.All(result.NotFound.Keys, where => Assert.Contains(reasons, reason => where.Contains(reason, StringComparison.Ordinal)));
    }

    /// <summary>What the full run once found.</summary>
    [Theory]
    [InlineData("3.11.19-me multi.separate me-5-big", "Statistics.db", 4800)] // one column's name became another's
    [InlineData("3.0.6-ma multi.separate ma-5-big", "Statistics.db", 4744)]
    public void What_once_failed_is_refused(string name, string component, int offset)
    {
        FuzzTarget target = Assert.Single(FuzzTarget.Choose(name.Split(' ')[0], perTheme: 100, mostBytes: 1 << 20), t => t.Name == name);
        string file = Assert.Single(target.Files, f => f.Path.EndsWith(component, StringComparison.Ordinal)).Path;
        Outcome outcome = new Attempt(target).Try(new Damage(file, DamageKind.Bit, offset), out string? problem);
        Assert.True(outcome == Outcome.Refused, problem);
    }
}
