using Cqlite.Core.Files;
using Xunit;

namespace Cqlite.Core.Tests.Files;

/// <summary>What another process holds open for a moment.</summary>
public class HeldFileTests
{
    [Fact]
    public void What_is_refused_for_a_moment_is_done_after_it()
    {
        int calls = 0;
        List<int> waits = [];
        HeldFile.Await(Refused, e => e is UnauthorizedAccessException, waits.Add);
        Assert.Equal([10, 20], waits);

        void Refused()
        {
            if (++calls <= 2)
                throw new UnauthorizedAccessException();
        }
    }

    [Fact]
    public void What_stays_refused_is_an_error_after_two_seconds()
    {
        List<int> waits = [];
        Assert.Throws<IOException>(() => HeldFile.Await(() => throw new IOException("held"), _ => true, waits.Add));
        Assert.InRange(waits.Sum(), 1500, 2500);
    }

    [Fact]
    public void What_does_not_pass_is_an_error_at_once() =>
        Assert.Throws<FileNotFoundException>(() => HeldFile.Await(() => throw new FileNotFoundException(), _ => false, _ => Assert.Fail("waits")));
}
