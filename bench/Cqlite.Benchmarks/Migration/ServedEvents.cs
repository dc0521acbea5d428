using System.Diagnostics;
using System.Text.Json;
using Cqlite.Benchmarks.Engine;
using Cqlite.Benchmarks.Rewriting;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Benchmarks.Migration;

/// <summary>A database with the rows of bench.events, served by <c>cqlite serve</c> in a process of its own.</summary>
internal sealed class ServedEvents : IDisposable
{
    private readonly Process _process;

    private ServedEvents(Process process, int port)
    {
        _process = process;
        Port = port;

        // A pipe that nobody reads would hold the server back.
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
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

    /// <summary>The most memory that it had in use.</summary>
    public long PeakBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Makes a database of so many rows, in one SSTable.</summary>
    public static void Fill(string folder, int rows)
    {
        using EventSSTables sstables = new();
        Adopt(folder, sstables.Write("events", "nb", rows, 1, static (_, _, _) => true));
    }

    /// <summary>Makes a database of SSTables of bench.events.</summary>
    public static void Adopt(string folder, IEnumerable<SSTableDescriptor> sstables)
    {
        Database.Create(folder);
        using QueryEngine engine = QueryEngine.Open(folder, DatabaseOptions.Default);
        foreach (string definition in DatabaseBenchmark.Definitions)
            engine.Execute(definition).Dispose();
        TableMetadata table = engine.Database.Schema.Table("bench", "events")!;
        using SSTableIngestion ingestion = engine.Database.Ingest(table);
        foreach (SSTableDescriptor sstable in sstables)
            ingestion.Adopt(sstable, CancellationToken.None);
        ingestion.Publish(CancellationToken.None);
    }

    /// <summary>Serves a database.</summary>
    public static ServedEvents Start(string cqlite, string folder)
    {
        Process process = CommandRun.Start(cqlite, "serve", "--database", folder, "--port", "0", "--json");
        using JsonDocument told = JsonDocument.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(process.StandardError.ReadToEnd()));
        return new ServedEvents(process, told.RootElement.GetProperty("port").GetInt32());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
