using System.Diagnostics;
using System.Globalization;
using System.Net;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Benchmarks.Wire;

/// <summary>A served database in a process of its own, so that its processor time can be told from the client's. The database is gone at the end.</summary>
internal sealed class WireServer : IDisposable
{
    /// <summary>The command of the process.</summary>
    public const string Command = "wire-server";

    private const string FlushLine = "flush";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-wire-{Guid.NewGuid():N}");
    private readonly Process _process;

    /// <summary>Makes a database and serves it.</summary>
    /// <param name="durability">When writes are acknowledged.</param>
    public WireServer(Durability durability)
    {
        Database.Create(_folder);
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(WireServer).Assembly.Location);
        foreach (string argument in (string[])[Command, _folder, durability.ToString()])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What it has used of the processors, user and system.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Memory that it has in use, in bytes.</summary>
    public long WorkingSetBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Writes what is in memory to SSTables.</summary>
    public void Flush()
    {
        _process.StandardInput.WriteLine(FlushLine);
        _ = _process.StandardOutput.ReadLine();
    }

    /// <summary>The process's work: serves until its input ends.</summary>
    public static int Serve(string folder, string durability)
    {
        using QueryEngine engine = QueryEngine.Open(folder, new DatabaseOptions { Durability = Enum.Parse<Durability>(durability) });
        DatabaseServer server = DatabaseServer.Start(engine, new DatabaseServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        Console.WriteLine(server.EndPoint.Port);
        while (Console.In.ReadLine() is { } line)
        {
            if (line != FlushLine)
                continue;
            engine.Database.Flush();
            Console.WriteLine(FlushLine);
        }

        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
