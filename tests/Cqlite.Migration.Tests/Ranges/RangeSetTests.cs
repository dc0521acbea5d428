using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Xunit;

namespace Cqlite.Migration.Tests.Ranges;

/// <summary>Sets of ranges against a model: a flag for each of a few tokens.</summary>
public sealed class RangeSetTests
{
    private const int Tokens = 40;

    [Fact]
    public void A_set_has_what_was_added_in_the_fewest_ranges()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            Random random = new(seed);
            bool[] model = new bool[Tokens];
            List<TokenRange> added = [];
            for (int i = random.Next(12); i >= 0; i--)
            {
                TokenRange range = Draw(random);
                added.Add(range);
                for (Int128 token = range.After.Value + 1; token <= range.UpTo.Value; token++)
                    model[(int)token] = true;
            }

            RangeSet set = new(added);
            Assert.Equal(Runs(model, true), set.Ranges);
            TokenRange asked = Draw(random);
            bool[] missing = [.. model.Select((has, token) => !has && asked.Contains(new Token(token)))];
            Assert.Equal(Runs(missing, true), set.Without([asked]));
        }
    }

    [Fact]
    public void The_whole_ring_is_whole_however_it_was_cut()
    {
        RangeSet set = new(RangeSplitter.Split(Partitioner.Murmur3, 100, []).OrderBy(r => r.UpTo.Value % 7));
        Assert.Equal([TokenRange.Whole], set.Ranges);
        Assert.Equal(1, set.Share(Partitioner.Murmur3));
        Assert.Empty(set.Without([TokenRange.Whole]));
    }

    private static TokenRange Draw(Random random)
    {
        int after = random.Next(Tokens - 1);
        return new TokenRange(new Token(after), new Token(random.Next(after + 1, Tokens)));
    }

    private static List<TokenRange> Runs(bool[] flags, bool wanted)
    {
        List<TokenRange> runs = [];
        for (int i = 0; i < flags.Length; i++)
        {
            int begin = i;
            while (i < flags.Length && flags[i] == wanted)
                i++;
            if (i > begin)
                runs.Add(new TokenRange(new Token(begin - 1), new Token(i - 1)));
        }

        return runs;
    }
}
