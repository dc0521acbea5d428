using System.Diagnostics;
using System.Text;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Fuzz.Migrating;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>A ring of three processes of <c>cqlite serve</c>, as an operator starts them, and a client of it.</summary>
internal sealed class ProcessRing : IAsyncDisposable
{
    private readonly RingFolders _folders = new();
    private readonly List<Process> _processes = [];
    private CassandraConnection? _connection;

    private ProcessRing()
    {
    }

    /// <summary>The client.</summary>
    public CassandraConnection Connection => _connection ?? throw new InvalidOperationException("The ring has not begun.");

    /// <summary>Makes the databases, has them filled, and serves them.</summary>
    /// <param name="fill">Fills a node's database.</param>
    public static async Task<ProcessRing> StartAsync(Func<QueryEngine, int, Task> fill)
    {
        ProcessRing ring = new();
        for (int i = 0; i < RingLayout.NodeCount; i++)
        {
            using QueryEngine engine = ring._folders.Open(i, nowSeconds: null);
            await fill(engine, i);
        }

        RingLayout layout = await ring.ServeAsync();
        ring._connection = await CassandraConnection.ConnectAsync(new CassandraOptions { ContactPoints = [layout.ContactPoint], ConnectTimeout = TimeSpan.FromSeconds(60) }, TestContext.Current.CancellationToken);
        return ring;
    }

    /// <summary>Kills the processes, and opens what they have left.</summary>
    public QueryEngine[] Reopen(long nowSeconds)
    {
        _connection?.Dispose();
        Stop();
        return [.. Enumerable.Range(0, RingLayout.NodeCount).Select(i => _folders.Open(i, nowSeconds))];
    }

    public ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        Stop();
        _folders.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<RingLayout> ServeAsync()
    {
        StringBuilder said = new();
        for (int attempt = 0; attempt < 20; attempt++)
        {
            var layout = RingLayout.OfFreePorts();
            for (int i = 0; i < RingLayout.NodeCount; i++)
                _processes.Add(Start(i, layout, said));
            bool isServed = true;
            foreach (Process process in _processes)
                isServed &= await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is not null;
            if (isServed)
                return layout;

            // Somebody else has taken a port meanwhile.
            Stop();
        }

        throw new InvalidOperationException($"The ring can't be served: {said}");
    }

    private Process Start(int node, RingLayout layout, StringBuilder said)
    {
        ProcessStartInfo start = new("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (IEnumerable<string>)[Path.Combine(AppContext.BaseDirectory, "cqlite.dll"), "serve", "--database", _folders[node], .. layout.CommandLine(node)])
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                said.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        return process;
    }

    private void Stop()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _processes.Clear();
    }
}
