using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cqlite.Cassandra.Client;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite cassandra ...</c>: whether a cluster can be reached, and how its nodes are.</summary>
internal static class CassandraCommands
{
    public static Command Create()
    {
        Command test = new("test-connection", "Connects, logs in and asks a node who it is. Exit code 2 where that fails.");
        ConnectionOptions.Cluster.AddTo(test);
        test.SetAction((parsed, stop) => RunAsync(parsed, withNodes: false, stop));
        Command health = new("health-check", "Shows every node: release, schema, whether it answers, how fast. Exit code 1 where one does not, or schemas differ.");
        ConnectionOptions.Cluster.AddTo(health);
        health.SetAction((parsed, stop) => RunAsync(parsed, withNodes: true, stop));
        return new Command("cassandra", "A cluster, and whether it can be reached.") { test, health };
    }

    private static async Task<int> RunAsync(ParseResult parsed, bool withNodes, CancellationToken stop)
    {
        using CassandraConnection cluster = await ConnectionOptions.Cluster.ConnectAsync(parsed, stop).ConfigureAwait(false);
        CassandraHealth health = await cluster.CheckAsync(stop).ConfigureAwait(false);
        using StreamWriter output = StandardOutput.OpenText();
        if (parsed.GetValue(GlobalOptions.Json))
            output.WriteLine(JsonLine.Of(json => WriteJson(json, health, withNodes)));
        else
            WriteText(output, health, withNodes);
        return !withNodes || health.IsHealthy ? 0 : Program.FoundWrong;
    }

    private static void WriteText(StreamWriter output, CassandraHealth health, bool withNodes)
    {
        CassandraNode? first = health.Nodes.FirstOrDefault(n => n.IsUp);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Connected to {health.ClusterName}: Cassandra {first?.Release}, protocol {health.ProtocolVersion}, datacenter {health.LocalDatacenter}, {health.Nodes.Count(n => n.IsUp)} of {health.Nodes.Count} nodes up{(first?.Latency is { } latency ? $", {latency.TotalMilliseconds:N1} ms" : "")}."));
        if (!withNodes)
            return;
        output.WriteLine();
        int addressWidth = health.Nodes.Max(n => n.Address.ToString().Length);
        int datacenterWidth = Math.Max("datacenter".Length, health.Nodes.Max(n => n.Datacenter.Length));
        output.WriteLine($"status {"address".PadRight(addressWidth)}  {"datacenter".PadRight(datacenterWidth)}  rack      release   tokens  latency ms  schema");
        foreach (CassandraNode node in health.Nodes)
        {
            string answer = node.Problem ?? node.SchemaVersion?.ToString() ?? "not told";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(node.IsUp ? "up" : "down"),-6} {node.Address.ToString().PadRight(addressWidth)}  {node.Datacenter.PadRight(datacenterWidth)}  {node.Rack,-8}  {node.Release,-8}  {node.TokenCount,6}  {node.Latency?.TotalMilliseconds,10:N1}  {answer}"));
        }

        output.WriteLine();
        output.WriteLine(health.SchemaAgrees ? "All nodes that answer know the same schema." : "The nodes know different schemas.");
    }

    private static void WriteJson(Utf8JsonWriter json, CassandraHealth health, bool withNodes)
    {
        json.WriteString("cluster", health.ClusterName);
        json.WriteNumber("protocol", health.ProtocolVersion);
        json.WriteString("datacenter", health.LocalDatacenter);
        json.WriteNumber("nodes_up", health.Nodes.Count(n => n.IsUp));
        json.WriteNumber("node_count", health.Nodes.Count);
        json.WriteBoolean("schema_agrees", health.SchemaAgrees);
        json.WriteBoolean("healthy", health.IsHealthy);
        if (!withNodes)
            return;
        json.WriteStartArray("nodes");
        foreach (CassandraNode node in health.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("address", node.Address.ToString());
            json.WriteString("host_id", node.HostId);
            json.WriteString("datacenter", node.Datacenter);
            json.WriteString("rack", node.Rack);
            json.WriteString("release", node.Release);
            if (node.SchemaVersion is { } schema)
                json.WriteString("schema", schema);
            json.WriteNumber("tokens", node.TokenCount);
            json.WriteBoolean("up", node.IsUp);
            if (node.Latency is { } latency)
                json.WriteNumber("latency_ms", Math.Round(latency.TotalMilliseconds, 3));
            if (node.Problem is { } problem)
                json.WriteString("problem", problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
