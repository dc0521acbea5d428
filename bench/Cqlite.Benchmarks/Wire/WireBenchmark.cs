using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Benchmarks.Engine;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Wire;

/// <summary>
/// A served database and our own client, each in a process of its own on the same machine: point reads and inserts from 64 concurrent requests, and a
/// scan; beside what was recorded for Cassandra. Rows are those of bench.events.
/// </summary>
internal static class WireBenchmark
{
    private const int Concurrency = 64;
    private const int Rows = 150_000;
    private const int Scans = 5;
    private const int DefaultSeconds = 10;
    private const string Select = "SELECT * FROM bench.events WHERE device = ? AND seq = ?";

    // Recorded on another machine with 2 cores: shared/bench/baselines.md. Requests or rows per second, and per second of the server's processor time.
    private static readonly Baseline s_reads = new("point read by full key, 16 clients", 8_700, 7_200);
    private static readonly Baseline s_group = new("insert, group sync (10 ms), 64 clients", 2_500, null);
    private static readonly Baseline s_periodic = new("insert, periodic sync, 64 clients", 7_500, 13_100);
    private static readonly Baseline s_scan = new("SELECT * to the Java driver", 61_600, 85_000);

    private sealed record Baseline(string What, double PerSecond, double? PerCpuSecond);

    public static int Run(ReadOnlySpan<string> arguments)
    {
        double seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultSeconds;
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# A served database and our client\n\n{Measurement.Machine()}. Server and client are two processes on this machine, version 5 of the protocol, no compression, {Concurrency} concurrent requests of one client, rows of bench.events with 12 columns.\n");
        report.Append("Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- wire`. CPU is user and system time; Cassandra's figures were recorded on a machine with 2 cores, its wall figures with the whole machine for itself.\n\n");
        report.Append("| what | per second | p50 | p99 | per CPU second, both | server alone | Cassandra 5.0.9 | times Cassandra, wall | times Cassandra, server's CPU |\n|---|---|---|---|---|---|---|---|---|\n");
        MeasureAsync(report, seconds).GetAwaiter().GetResult();
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "wire.md"), report.ToString());
        return 0;
    }

    private static async Task MeasureAsync(StringBuilder report, double seconds)
    {
        byte[][][] rows = DatabaseBenchmark.MakeRows(Rows);
        using (WireServer server = new(Durability.Group))
        using (CassandraConnection client = await ConnectAsync(server))
        {
            CassandraStatement insert = await client.PrepareAsync(DatabaseBenchmark.Insert);
            _ = await LoopAsync(seconds / 5, i => client.ExecuteAsync(insert, new BindValues(rows[i % Rows])));
            Load load = await MeasureAsync(server, seconds, i => client.ExecuteAsync(insert, new BindValues(rows[i % Rows])));
            Add(report, "inserts, Group", load, s_group);
        }

        using (WireServer server = new(Durability.Periodic))
        using (CassandraConnection client = await ConnectAsync(server))
        {
            CassandraStatement insert = await client.PrepareAsync(DatabaseBenchmark.Insert);
            for (int begin = 0; begin < Rows; begin += Concurrency)
                await Task.WhenAll(Enumerable.Range(begin, Math.Min(Concurrency, Rows - begin)).Select(i => client.ExecuteAsync(insert, new BindValues(rows[i]))));
            server.Flush();
            CassandraStatement select = await client.PrepareAsync(Select);
            Task<QueryResult> Read(int i)
            {
                byte[][] row = rows[(int)((uint)(i * 2654435761) % Rows)];
                return client.ExecuteAsync(select, new BindValues(row[0], row[1]));
            }

            _ = await LoopAsync(seconds / 5, Read);
            Add(report, "point reads", await MeasureAsync(server, seconds, Read), s_reads);
            _ = await ScanAsync(client);
            Load scan = await ScanAsync(server, client);
            Add(report, "rows of SELECT *", scan, s_scan);
            Load load = await MeasureAsync(server, seconds, i => client.ExecuteAsync(insert, new BindValues(rows[i % Rows])));
            Add(report, "inserts, Periodic", load, s_periodic);
        }
    }

    private static async Task<CassandraConnection> ConnectAsync(WireServer server)
    {
        CassandraOptions options = new() { ContactPoints = [$"127.0.0.1:{server.Port}"], Consistency = ConsistencyLevel.One };
        CassandraConnection client = await CassandraConnection.ConnectAsync(options);
        foreach (string definition in DatabaseBenchmark.Definitions)
            (await client.ExecuteAsync(definition)).Dispose();
        return client;
    }

    private static async Task<Load> MeasureAsync(WireServer server, double seconds, Func<int, Task<QueryResult>> ask)
    {
        Process own = Process.GetCurrentProcess();
        double serverCpu = server.CpuSeconds;
        double clientCpu = own.TotalProcessorTime.TotalSeconds;
        long start = Stopwatch.GetTimestamp();
        double[] micros = await LoopAsync(seconds, ask);
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        own.Refresh();
        return new Load(micros.Length, wall, own.TotalProcessorTime.TotalSeconds - clientCpu, server.CpuSeconds - serverCpu, micros);
    }

    /// <summary>Asks from as many loops as there are concurrent requests; how long each took.</summary>
    private static async Task<double[]> LoopAsync(double seconds, Func<int, Task<QueryResult>> ask)
    {
        long start = Stopwatch.GetTimestamp();
        int asked = -1;
        List<double>[] micros = await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(async _ =>
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            List<double> own = new(1 << 14);
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            {
                long begin = Stopwatch.GetTimestamp();
                using (QueryResult result = await ask(Interlocked.Increment(ref asked)))
                    Touch(result);
                own.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }

            return own;
        }));
        double[] all = [.. micros.SelectMany(m => m)];
        Array.Sort(all);
        return all;
    }

    private static async Task<Load> ScanAsync(WireServer server, CassandraConnection client)
    {
        Process own = Process.GetCurrentProcess();
        double serverCpu = server.CpuSeconds;
        double clientCpu = own.TotalProcessorTime.TotalSeconds;
        long start = Stopwatch.GetTimestamp();
        long rows = 0;
        for (int i = 0; i < Scans; i++)
            rows += await ScanAsync(client);
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        own.Refresh();
        return new Load(rows, wall, own.TotalProcessorTime.TotalSeconds - clientCpu, server.CpuSeconds - serverCpu, null);
    }

    private static async Task<int> ScanAsync(CassandraConnection client)
    {
        using QueryResult result = await client.ExecuteAsync("SELECT * FROM bench.events");
        int rows = Touch(result);
        return rows == Rows ? rows : throw new InvalidOperationException($"{rows} rows of {Rows} were read.");
    }

    private static int Touch(QueryResult result)
    {
        int rows = 0;
        for (; result.MoveNext(); rows++)
        {
            for (int c = 0; c < result.Columns.Length; c++)
                _ = result.GetValue(c, out _);
        }

        return rows;
    }

    private static void Add(StringBuilder report, string what, Load load, Baseline baseline)
    {
        double rate = load.Count / load.WallSeconds;
        double ofServer = load.Count / load.ServerCpuSeconds;
        string latencies = load.SortedMicros is { Length: > 0 } sorted
            ? string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2] / 1000:F2} ms | {sorted[(int)(sorted.Length * 0.99)] / 1000:F2} ms")
            : "- | -";
        string cpuRatio = baseline.PerCpuSecond is { } recorded ? string.Create(CultureInfo.InvariantCulture, $"{ofServer / recorded:F1}") : "-";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {rate:N0} | {latencies} | {load.Count / (load.ClientCpuSeconds + load.ServerCpuSeconds):N0} | {ofServer:N0} | {baseline.PerSecond:N0}: {baseline.What} | {rate / baseline.PerSecond:F1} | {cpuRatio} |\n");
        report.Append(line);
        Console.Error.Write(line);
    }

    /// <summary>What was done, and what it cost.</summary>
    private sealed record Load(long Count, double WallSeconds, double ClientCpuSeconds, double ServerCpuSeconds, double[]? SortedMicros);
}
