using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Xunit;

namespace Cqlite.Migration.Tests.Ranges;

/// <summary>Into how many ranges tables are cut: each range costs files, notes and queries of its own, and a table of one range is read by one reader only.</summary>
public sealed class RangePlanTests
{
    private static readonly RangeRunOptions s_options = new() { Throttle = 8 };

    [Theory]
    [InlineData(null, 1)]
    [InlineData(0L, 1)]
    [InlineData(50_000L, 1)]
    [InlineData(60L << 20, 1)]
    [InlineData(160L << 20, 5)]
    [InlineData(330L << 20, 8)]
    [InlineData(600L << 20, 16)]
    [InlineData(1L << 40, 32)]
    public async Task A_table_is_cut_by_what_it_is_thought_to_hold(long? bytes, int expected)
    {
        IReadOnlyList<TokenRange> ranges = await CutAsync(s_options, bytes, []);
        Assert.Equal(expected, ranges.Count);
        AssertWhole(ranges);
    }

    [Fact]
    public async Task More_vnodes_than_ranges_do_not_make_more_ranges()
    {
        Token[] vnodes = [.. Enumerable.Range(1, 1535).Select(i => new Token((Int128)long.MinValue + ((Int128)i * ((Int128)ulong.MaxValue / 1536))))];
        IReadOnlyList<TokenRange> small = await CutAsync(s_options, 1000, vnodes);
        Assert.Equal([TokenRange.Whole], small);
        IReadOnlyList<TokenRange> large = await CutAsync(s_options, 1L << 40, vnodes);
        Assert.Equal(32, large.Count);
        AssertWhole(large);
    }

    [Fact]
    public async Task Who_asks_for_a_number_of_ranges_gets_it() => Assert.Equal(7, (await CutAsync(s_options with { RangeCount = 7 }, 1000, [])).Count);

    [Theory]
    [InlineData(1024, null, 1024)]
    [InlineData(100_000, null, 1024)]
    [InlineData(100_000, 600L << 20, 1024)]
    [InlineData(100_000, 2049L << 20, 2048)]
    [InlineData(100_000, 1L << 40, 100_000)]
    public async Task Who_asks_for_many_thousands_gets_none_that_hold_next_to_nothing(int wanted, long? bytes, int expected)
    {
        IReadOnlyList<TokenRange> ranges = await CutAsync(s_options with { RangeCount = wanted }, bytes, []);
        Assert.Equal(expected, ranges.Count);
        AssertWhole(ranges);
        Assert.Equal(wanted == expected, RangePlan.Note(s_options with { RangeCount = wanted }, ranges.Count) is null);
    }

    [Fact]
    public async Task Ranges_with_a_gap_between_stay_apart()
    {
        TokenRange[] parts = [new(TokenRange.Beginning, new Token(-10)), new(new Token(-10), new Token(0)), new(new Token(5), new Token(10)), new(new Token(10), TokenRange.End)];
        IReadOnlyList<TokenRange> ranges = await RangePlan.CutAsync(new Table(_ => [.. parts.Select(p => new RangeEstimate(p, null, null))]), s_options, TestContext.Current.CancellationToken);
        Assert.Equal([new TokenRange(TokenRange.Beginning, new Token(0)), new TokenRange(new Token(5), TokenRange.End)], ranges);
    }

    private static Task<IReadOnlyList<TokenRange>> CutAsync(RangeRunOptions options, long? bytes, Token[] boundaries) =>
        RangePlan.CutAsync(
            new Table(count =>
            {
                IReadOnlyList<TokenRange> pieces = RangeSplitter.Split(Partitioner.Murmur3, count, boundaries);
                return [.. pieces.Select(p => new RangeEstimate(p, null, bytes / pieces.Count))];
            }),
            options,
            TestContext.Current.CancellationToken);

    private static void AssertWhole(IReadOnlyList<TokenRange> ranges)
    {
        Assert.Equal(TokenRange.Beginning, ranges[0].After);
        Assert.Equal(TokenRange.End, ranges[^1].UpTo);
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.UpTo, pair.Second.After));
    }

    private sealed class Table(Func<int, RangeEstimate[]> split) : ITableSource
    {
        TableMetadata ITableSource.Table => throw new NotSupportedException();

        public SourceFidelity Fidelity => throw new NotSupportedException();

        public Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<RangeEstimate>>(split(wantedCount));

        public UnfilteredCursor Read(TokenRange range, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
