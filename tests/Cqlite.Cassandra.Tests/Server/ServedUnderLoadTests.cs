using Cqlite.Fuzz.Serving;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>A server in a process of its own under the load of many clients, killed and not. More of both by command: see tests/Cqlite.Fuzz.</summary>
public sealed class ServedUnderLoadTests
{
    private const int Kills = 20;
    private const int Writers = 64;
    private const int Connections = 64;
    private const int LoadSeconds = 3;

    [Fact]
    public async Task A_killed_server_has_all_that_it_acknowledged()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");
        try
        {
            ServerKillRun run = new(folder, Writers, new Random(20_261_121));
            await run.ExecuteAsync(Kills);
            Assert.NotEqual(0, run.Acknowledged);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Mixed_load_from_many_connections_is_answered_rightly()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");
        try
        {
            LoadRun.Outcome outcome = await new LoadRun(folder, Connections).ExecuteAsync(TimeSpan.FromSeconds(LoadSeconds), seed: 20_261_121);
            Assert.True(outcome.Requests >= Connections);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
