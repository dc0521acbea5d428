using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary><c>cqlite serve</c>, from its announcement to its end by a signal.</summary>
public sealed class ServeCommandTests
{
    private static string Snapshot { get; } = Path.Combine(Repository.Root, "samples", "snapshot");

    [Theory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public async Task Serves_until_a_signal_ends_it(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are Unix's.");
        using Process process = CqliteProcess.Start(["serve", "--database", Snapshot, "--port", "0", "--json"]);
        JsonElement said = JsonSerializer.Deserialize<JsonElement>((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        Assert.Equal("127.0.0.1", said.GetProperty("address").GetString());
        Assert.True(said.GetProperty("read_only").GetBoolean());
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, said.GetProperty("port").GetInt32(), TestContext.Current.CancellationToken);

        // OPTIONS of version 4 is answered with SUPPORTED.
        await client.GetStream().WriteAsync(new byte[] { 4, 0, 0, 1, 5, 0, 0, 0, 0 }, TestContext.Current.CancellationToken);
        byte[] head = new byte[9];
        await client.GetStream().ReadExactlyAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal([0x84, 1, 6], new[] { head[0], head[3], head[4] });
        Signals.Send(process.Id, signal);
        Assert.Equal(0, CqliteProcess.WaitForExit(process));
    }

    [Fact]
    public void Refuses_to_be_reached_by_others_without_authentication()
    {
        CqliteResult result = CqliteProcess.Run("serve", "-d", Snapshot, "--listen", "0.0.0.0", "--port", "0");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("must require authentication", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen", "nowhere", "an address such as")]
    [InlineData("--port", "70000", "a port from 0 to 65535")]
    public void Tells_what_an_option_takes(string option, string value, string expected)
    {
        CqliteResult result = CqliteProcess.Run("serve", "-d", Snapshot, option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
