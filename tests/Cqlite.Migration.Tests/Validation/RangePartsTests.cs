using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>The parts of a range follow each other without gaps, and each token of the range is in the part that says so.</summary>
public sealed class RangePartsTests
{
    public static TheoryData<string, string, string> Ranges => new()
    {
        { nameof(Partitioner.Murmur3), "begin", "end" },
        { nameof(Partitioner.Murmur3), "begin", $"{long.MinValue + 3}" },
        { nameof(Partitioner.Murmur3), $"{long.MaxValue - 5}", "end" },
        { nameof(Partitioner.Murmur3), "-7", "1000000007" },
        { nameof(Partitioner.Murmur3), "41", "42" },
        { nameof(Partitioner.Random), "begin", "end" },
        { nameof(Partitioner.Random), "170141183460469231731687303715884105720", "end" },
        { nameof(Partitioner.Random), "0", "12345678901234567890123456789" },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Parts_tile_their_range(string partitionerName, string after, string upTo)
    {
        Partitioner partitioner = partitionerName == nameof(Partitioner.Murmur3) ? Partitioner.Murmur3 : Partitioner.Random;
        Assert.True(TokenRange.TryParse(after, out Token from) & TokenRange.TryParse(upTo, out Token to));
        TokenRange range = new(from, to);
        foreach (int wanted in (int[])[1, 2, 3, 7, 1024])
        {
            RangeParts parts = new(partitioner, range, wanted);
            Assert.InRange(parts.Count, 1, wanted);
            Assert.Equal(range, parts.Join(0, parts.Count - 1));
            Token end = range.After;
            for (int part = 0; part < parts.Count; part++)
            {
                Assert.Equal(end, parts[part].After);
                end = parts[part].UpTo;
                if (part == parts.Count - 1)
                    continue;
                Assert.Equal(part, parts.IndexOf(end));
                Assert.Equal(part + 1, parts.IndexOf(new Token(end.Value + 1)));
            }

            Assert.Equal(range.UpTo, end);
        }
    }

    [Fact]
    public void The_ends_of_the_ring_are_in_the_first_and_last_part()
    {
        RangeParts parts = new(Partitioner.Murmur3, TokenRange.Whole, 1024);
        Assert.Equal((0, 0, 1023), (parts.IndexOf(new Token(long.MinValue)), parts.IndexOf(new Token(long.MinValue + 1)), parts.IndexOf(new Token(long.MaxValue))));
        Assert.Equal(1024, parts.Count);
    }

    [Fact]
    public void Where_tokens_are_keys_there_is_one_part()
    {
        RangeParts parts = new(Partitioner.ByteOrdered, TokenRange.Whole, 1024);
        Assert.Equal((1, TokenRange.Whole, 0), (parts.Count, parts[0], parts.IndexOf(new Token(0))));
    }
}
