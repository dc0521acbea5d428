using System.Diagnostics;
using System.Globalization;
using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Fuzz.Serving;

/// <summary>A database that a process of its own serves, to be killed or watched.</summary>
internal sealed class ServerProcess : IDisposable
{
    /// <summary>The command of the process.</summary>
    public const string Command = "served-database";

    private readonly Process _process;

    /// <summary>Starts the process on a database that is there.</summary>
    /// <param name="folder">The database.</param>
    /// <param name="memtableBytes">After so much is written it is flushed; small, so that flushes and compactions go on.</param>
    /// <param name="at">Where to listen; null for an address of its own, and any port that is free there.</param>
    public ServerProcess(string folder, long memtableBytes, IPEndPoint? at = null)
    {
        at ??= new IPEndPoint(OwnAddress.Next(), 0);
        string host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        ProcessStartInfo start = new(host) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in (string[])[typeof(ServerProcess).Assembly.Location, Command, folder, memtableBytes.ToString(CultureInfo.InvariantCulture), at.ToString()])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        EndPoint = IPEndPoint.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidDataException("The server did not start."));
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Memory that it has in use, in bytes.</summary>
    public long WorkingSetBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The process's work: serves until its input ends.</summary>
    public static int Serve(string folder, long memtableBytes, IPEndPoint at)
    {
        using QueryEngine engine = QueryEngine.Open(folder, new DatabaseOptions { AnswersSystemTables = true, MemtableSizeBytes = memtableBytes, CommitLogSegmentBytes = (int)Math.Max(128 << 10, memtableBytes / 2) });
        DatabaseServer server = DatabaseServer.Start(engine, new DatabaseServerOptions { EndPoint = at });
        Console.WriteLine(server.EndPoint);
        _ = Console.In.ReadToEnd();
        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    /// <summary>A client of its own pool.</summary>
    /// <param name="connections">Connections, each of which gets requests in turn.</param>
    public Task<CassandraConnection> ConnectAsync(int connections) => CassandraConnection.ConnectAsync(
        new CassandraOptions { ContactPoints = [EndPoint.ToString()], PoolSize = connections, Consistency = ConsistencyLevel.One, ConnectTimeout = TimeSpan.FromSeconds(60) });

    /// <summary>Ends it as it should end.</summary>
    /// <exception cref="InvalidDataException">It ended with an error.</exception>
    public void Stop()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        if (_process.ExitCode != 0)
            throw new InvalidDataException($"The server ended with {_process.ExitCode}.");
    }

    /// <summary>Ends it at once, wherever it is.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
