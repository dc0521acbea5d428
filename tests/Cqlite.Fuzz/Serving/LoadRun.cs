using System.Diagnostics;
using System.Globalization;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Engine;

namespace Cqlite.Fuzz.Serving;

/// <summary>
/// Mixed load from many connections for a while: inserts, updates, deletions, batches, conditions, counters, point reads, slices, pages, and what must be
/// refused. Every answer is compared with what this run itself has written; memory of both processes is looked at after a warm-up and at the end.
/// </summary>
/// <param name="folder">The database's folder, which must not exist.</param>
/// <param name="connections">Connections, each with one request at a time.</param>
internal sealed class LoadRun(string folder, int connections)
{
    private const int Partitions = 64;
    private const int Rows = 64;
    private const long MemtableBytes = 8 << 20;
    private const double WarmUpShare = 0.4;

    /// <summary>What came of it.</summary>
    /// <param name="Requests">Requests answered.</param>
    /// <param name="SortedMicros">How long each took.</param>
    /// <param name="WarmServerBytes">The server's memory after the warm-up: the most of several looks.</param>
    /// <param name="EndServerBytes">The same at the end.</param>
    /// <param name="WarmClientBytes">The client's memory after the warm-up.</param>
    /// <param name="EndClientBytes">The same at the end.</param>
    internal sealed record Outcome(long Requests, double[] SortedMicros, long WarmServerBytes, long EndServerBytes, long WarmClientBytes, long EndClientBytes)
    {
        /// <summary>As a line.</summary>
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Requests:N0} requests, p50 {At(0.5):F2} ms, p99 {At(0.99):F2} ms, p99.9 {At(0.999):F2} ms, longest {At(1):F0} ms; server {WarmServerBytes >> 20} MiB after warm-up, {EndServerBytes >> 20} MiB at the end; client {WarmClientBytes >> 20} and {EndClientBytes >> 20} MiB");

        private double At(double share) => SortedMicros[(int)Math.Min(SortedMicros.Length - 1, SortedMicros.Length * share)] / 1000;
    }

    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidDataException">An answer is wrong.</exception>
    public async Task<Outcome> ExecuteAsync(TimeSpan time, int seed)
    {
        Database.Create(folder);
        using ServerProcess server = new(folder, MemtableBytes);
        using (CassandraConnection setUp = await server.ConnectAsync(1))
        {
            foreach (string definition in (string[])[
                "CREATE KEYSPACE load WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
                "CREATE TABLE load.rows (client int, p int, c int, v text, n bigint, PRIMARY KEY ((client, p), c))",
                "CREATE TABLE load.counts (client int PRIMARY KEY, n counter)"])
            {
                (await setUp.ExecuteAsync(definition)).Dispose();
            }
        }

        // The time is for requests, however long it takes to connect.
        CassandraConnection[] clients = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => server.ConnectAsync(1)));
        long start = Stopwatch.GetTimestamp();
        List<double>[] micros = [.. Enumerable.Range(0, connections).Select(_ => new List<double>(1 << 12))];
        Task<Outcome> watching = WatchAsync(server, time);
        Task[] working = [.. Enumerable.Range(0, connections).Select(i => WorkAsync(clients[i], i, new Random(seed + i), micros[i], () => Stopwatch.GetElapsedTime(start) < time))];
        await Task.WhenAll(working);
        Outcome memory = await watching;
        server.Stop();
        double[] all = [.. micros.SelectMany(m => m)];
        Array.Sort(all);
        return memory with { Requests = all.Length, SortedMicros = all };
    }

    private static async Task<Outcome> WatchAsync(ServerProcess server, TimeSpan time)
    {
        const int Looks = 10;
        await Task.Delay(time * WarmUpShare);
        (long warmServer, long warmClient) = await LookAsync(server, time * 0.1, Looks);
        await Task.Delay(time * (1 - WarmUpShare - 0.25));
        (long endServer, long endClient) = await LookAsync(server, time * 0.1, Looks);
        return new Outcome(0, [], warmServer, endServer, warmClient, endClient);
    }

    private static async Task<(long Server, long Client)> LookAsync(ServerProcess server, TimeSpan time, int looks)
    {
        (long most, long own) = (0, 0);
        for (int i = 0; i < looks; i++)
        {
            most = Math.Max(most, server.WorkingSetBytes);
            own = Math.Max(own, Environment.WorkingSet);
            await Task.Delay(time / looks);
        }

        return (most, own);
    }

    /// <summary>Works until the time is over, and takes one step at least.</summary>
    private static async Task WorkAsync(CassandraConnection connected, int number, Random random, List<double> micros, Func<bool> goesOn)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using CassandraConnection connection = connected;
        LoadClient client = new(connection, number, random, Partitions, Rows);
        do
        {
            long start = Stopwatch.GetTimestamp();
            await client.StepAsync();
            micros.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        while (goesOn());

        await client.CheckAllAsync();
    }
}
