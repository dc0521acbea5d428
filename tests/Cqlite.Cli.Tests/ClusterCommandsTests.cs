using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary><c>cqlite cassandra ...</c> and <c>cqlite migrate export-schema</c>, against <c>cqlite serve</c>, in the spellings that users type.</summary>
public sealed class ClusterCommandsTests : IDisposable
{
    private readonly Process _server;
    private readonly string _port;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");

    public ClusterCommandsTests()
    {
        Directory.CreateDirectory(_folder);
        (_server, _port) = Serve(Path.Combine(Repository.Root, "samples", "snapshot"), "--port", "0");
    }

    public void Dispose()
    {
        _server.Kill();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Tests_a_connection()
    {
        CqliteResult result = CqliteProcess.Run("cassandra", "test-connection", "--hosts", "127.0.0.1", "--port", _port);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("1 of 1 nodes up", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hosts")]
    [InlineData("--cassandra-host")]
    [InlineData("--cassandra-hosts")]
    public void Checks_the_health_of_hosts_however_they_are_named(string option)
    {
        CqliteResult result = CqliteProcess.Run("cassandra", "health-check", option, $"127.0.0.1:{_port}", "--json");
        Assert.Equal(0, result.ExitCode);
        JsonElement health = result.Json.Single();
        Assert.True(health.GetProperty("healthy").GetBoolean());
        Assert.Equal($"127.0.0.1:{_port}", health.GetProperty("nodes")[0].GetProperty("address").GetString());
    }

    [Fact]
    public void Takes_hosts_from_the_environment_and_from_a_file()
    {
        Assert.Equal(0, CqliteProcess.Run(["cassandra", "test-connection"], null, ("CASSANDRA_HOSTS", "127.0.0.1"), ("CASSANDRA_PORT", _port)).ExitCode);
        string file = Path.Combine(_folder, "cluster.yaml");
        File.WriteAllText(file, $"cassandra:\n  contact_points: [127.0.0.1]\n  port: {_port}\n");
        Assert.Equal(0, CqliteProcess.Run("cassandra", "test-connection", "--config", file).ExitCode);
    }

    [Fact]
    public void Tells_that_nobody_answers()
    {
        CqliteResult result = CqliteProcess.Run("cassandra", "test-connection", "--hosts", "127.0.0.1:1", "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("ConnectionFailed", JsonSerializer.Deserialize<JsonElement>(result.Error).GetProperty("error").GetString());
    }

    [Fact]
    public void Wants_a_password_with_a_name()
    {
        CqliteResult result = CqliteProcess.Run("cassandra", "test-connection", "--hosts", $"127.0.0.1:{_port}", "--username", "anna");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--password-file", result.Error, StringComparison.Ordinal);
        string password = Path.Combine(_folder, "password");
        File.WriteAllText(password, "rose\n");
        Assert.Equal(0, CqliteProcess.Run("cassandra", "test-connection", "--hosts", $"127.0.0.1:{_port}", "--username", "anna", "--password-file", password).ExitCode);
    }

    [Fact]
    public void Exports_a_schema()
    {
        CqliteResult result = CqliteProcess.Run(
            "migrate", "export-schema", "--cassandra-hosts", $"127.0.0.1:{_port}", "--keyspaces", "app", "--output-dir", _folder, "--include-indexes", "true", "--include-udts", "true");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string text = File.ReadAllText(Path.Combine(_folder, "schema.cql"));
        Assert.StartsWith("CREATE KEYSPACE app", text, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE app.events", text, StringComparison.Ordinal);

        CqliteResult made = CqliteProcess.Run("database", "create", "--path", Path.Combine(_folder, "db"), "--schema", Path.Combine(_folder, "schema.cql"));
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        CqliteResult again = CqliteProcess.Run("migrate", "export-schema", "--hosts", $"127.0.0.1:{_port}", "--output-dir", _folder);
        Assert.Equal(2, again.ExitCode);
    }

    [Fact]
    public void Shows_the_nodes_of_a_declared_ring()
    {
        IPEndPoint[] free = OwnAddress.NextWithPorts(2);
        (IPEndPoint first, IPEndPoint second) = (free[0], free[1]);
        string address = first.Address.ToString();
        foreach (string each in (string[])["low", "high"])
            Assert.Equal(0, CqliteProcess.Run("database", "create", "--path", Path.Combine(_folder, each)).ExitCode);
        (Process low, _) = Serve(Path.Combine(_folder, "low"), "--listen", address, "--port", $"{first.Port}", "--token", "-1", "--peer", $"{second}=5,9223372036854775807");
        (Process high, _) = Serve(Path.Combine(_folder, "high"), "--listen", address, "--port", $"{second.Port}", "--token", "5,9223372036854775807", "--peer", $"{first}=-1");
        try
        {
            CqliteResult result = CqliteProcess.Run("cassandra", "health-check", "--hosts", $"{first}", "--json");
            Assert.Equal(0, result.ExitCode);
            JsonElement nodes = result.Json.Single().GetProperty("nodes");
            Assert.Equal([(first, 1), (second, 2)], nodes.EnumerateArray().Select(n => (IPEndPoint.Parse(n.GetProperty("address").GetString()!), n.GetProperty("tokens").GetInt32())));
            high.Kill();
            high.WaitForExit();
            CqliteResult after = CqliteProcess.Run("cassandra", "health-check", "--hosts", $"{first}", "--json");
            Assert.Equal(1, after.ExitCode);
            Assert.False(after.Json.Single().GetProperty("nodes")[1].GetProperty("up").GetBoolean());
        }
        finally
        {
            low.Kill();
            low.Dispose();
            high.Dispose();
        }
    }

    [Theory]
    [InlineData("--peer", "somewhere=1", "an address with its port")]
    [InlineData("--token", "x", "no token")]
    public void Tells_what_a_ring_takes(string option, string value, string expected)
    {
        CqliteResult result = CqliteProcess.Run("serve", "-d", Path.Combine(Repository.Root, "samples", "snapshot"), option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static (Process Server, string Port) Serve(string database, params string[] options)
    {
        Process server = CqliteProcess.Start(["serve", "--database", database, "--json", .. options]);
        JsonElement said = JsonSerializer.Deserialize<JsonElement>(server.StandardOutput.ReadLine()!);
        return (server, said.GetProperty("port").GetInt32().ToString(CultureInfo.InvariantCulture));
    }
}
