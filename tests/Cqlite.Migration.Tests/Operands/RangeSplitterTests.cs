using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Xunit;

namespace Cqlite.Migration.Tests.Operands;

public sealed class RangeSplitterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Ranges_follow_each_other_without_gaps(int count)
    {
        Token[] ring = [new(long.MinValue), new(-5_000), new(0), new(7_000_000_000_000_000_000), new(long.MaxValue)];
        foreach (Partitioner partitioner in new[] { Partitioner.Murmur3, Partitioner.Random })
        {
            IReadOnlyList<TokenRange> ranges = RangeSplitter.Split(partitioner, count, ring);
            Assert.True(ranges[0].IsFromBeginning && ranges[^1].IsToEnd);
            for (int i = 1; i < ranges.Count; i++)
            {
                Assert.Equal(ranges[i - 1].UpTo, ranges[i].After);
                Assert.True(ranges[i - 1].UpTo.Value < ranges[i].UpTo.Value);
            }

            Assert.InRange(ranges.Count, Math.Min(count, 3), count + ring.Length);
            Assert.Equal(1, ranges.Sum(r => RangeSplitter.Share(partitioner, r)), 6);
        }
    }

    [Fact]
    public void Boundaries_of_the_ring_end_ranges()
    {
        IReadOnlyList<TokenRange> ranges = RangeSplitter.Split(Partitioner.Murmur3, 1, [new(-1), new(100)]);
        Assert.Equal(["(begin, -1]", "(-1, 100]", "(100, end]"], ranges.Select(r => r.ToString()));
    }

    [Fact]
    public void Tokens_that_are_keys_are_not_cut() =>
        Assert.Equal([TokenRange.Whole], RangeSplitter.Split(Partitioner.ByteOrdered, 16, []));

    [Theory]
    [InlineData("begin")]
    [InlineData("end")]
    [InlineData("-9223372036854775808")]
    [InlineData("170141183460469231731687303715884105726")]
    public void Tokens_are_read_as_they_are_written(string text)
    {
        Assert.True(TokenRange.TryParse(text, out Token token));
        Assert.Equal(text, TokenRange.Format(token));
    }
}
