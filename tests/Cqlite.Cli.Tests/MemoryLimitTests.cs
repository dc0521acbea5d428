using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>A copy keeps to its limit of memory, whatever the rows are like: measured at the process, as the most that it had in use.</summary>
public sealed class MemoryLimitTests
{
    private const long LimitBytes = 256L << 20;
    private const int LongValues = 30;
    private const int LongBytes = 10_000_000;
    private const int ShortValues = 20_000;
    private const int ShortBytes = 1_000;

    [Fact]
    public async Task A_copy_of_long_values_that_are_more_than_its_limit_stays_within_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process had in use at most is read from /proc.");
        using TestFolder folder = new();
        string source = Path.Combine(folder.Path, "source");
        string target = Path.Combine(folder.Path, "target");
        Fill(source);
        using Process server = CqliteProcess.Start(["serve", "--database", source, "--port", "0", "--read-only", "--json"]);
        try
        {
            JsonElement said = JsonSerializer.Deserialize<JsonElement>((await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
            string port = said.GetProperty("port").GetInt32().ToString(CultureInfo.InvariantCulture);
            using Process copy = CqliteProcess.Start(["migrate", "copy", "--hosts", "127.0.0.1", "--port", port, "--keyspace", "k", "--cqlite-path", target, "--memory-limit", "256MB"]);
            Task<string> output = copy.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> error = copy.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            long peak = 0;
            try
            {
                peak = await PeakOfAsync(copy);
            }
            finally
            {
                copy.Kill();
            }

            Assert.True(copy.ExitCode == 0, $"{copy.ExitCode}: {await output}{await error}");
            Assert.InRange(peak, 1, LimitBytes);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }

        using QueryEngine engine = QueryEngine.Open(target, new DatabaseOptions { ReadOnly = true });
        Assert.Equal(LongValues + ShortValues, Count(engine, "SELECT v FROM k.t", out long bytes));
        Assert.Equal(((long)LongValues * LongBytes) + (ShortValues * ShortBytes), bytes);
    }

    /// <summary>Half of the long values are in one partition, the others stand among short ones; without a log, and compressed to nearly nothing.</summary>
    private static void Fill(string path)
    {
        Database.Create(path);
        using QueryEngine engine = QueryEngine.Open(path, new DatabaseOptions { CompactionThreads = 0, Durability = Durability.Periodic });
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1} AND durable_writes = false").Dispose();
        engine.Execute("CREATE TABLE k.t (p int, c int, v blob, PRIMARY KEY (p, c))").Dispose();
        PreparedQuery insert = engine.Prepare("INSERT INTO k.t (p, c, v) VALUES (?, ?, ?)");
        byte[] value = new byte[LongBytes];
        for (int i = 0; i < LongValues; i++)
            engine.Execute(insert, new BindValues(Int(i % 2 == 0 ? 0 : i), Int(i), value)).Dispose();
        value = new byte[ShortBytes];
        for (int i = 0; i < ShortValues; i++)
            engine.Execute(insert, new BindValues(Int(i % 100), Int(1_000_000 + i), value)).Dispose();
        engine.Database.Flush();
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static int Count(QueryEngine engine, string query, out long bytes)
    {
        bytes = 0;
        int rows = 0;
        using QueryResult result = engine.Execute(query);
        for (; result.MoveNext(); rows++)
            bytes += result.GetValue(0, out _).Length;
        return rows;
    }

    /// <summary>The most memory that a process has had in use when it ends: what it says grows only.</summary>
    private static async Task<long> PeakOfAsync(Process process)
    {
        long peak = 0;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (!process.HasExited)
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
            {
                // It ended just now.
            }

            await Task.Delay(10, patience.Token);
        }

        return peak;
    }
}
