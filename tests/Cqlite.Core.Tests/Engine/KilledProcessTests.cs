using Cqlite.Fuzz.Killing;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>What a database has after the process that wrote to it was killed. <c>Cqlite.Fuzz kill 1000</c> goes on for longer.</summary>
public class KilledProcessTests
{
    private const int Times = 200;
    private const int Writers = 64;

    [Fact]
    public void Whatever_was_acknowledged_is_there_after_the_process_was_killed()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");
        KillRun run = new(folder, Writers, new Random(20_261_121));
        try
        {
            run.Execute(Times);
            Assert.True(run.Acknowledged >= Times, $"only {run.Acknowledged} writes were acknowledged.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
