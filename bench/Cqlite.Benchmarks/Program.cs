using Cqlite.Benchmarks.Codecs;
using Cqlite.Benchmarks.Engine;
using Cqlite.Benchmarks.Indexes;
using Cqlite.Benchmarks.Migration;
using Cqlite.Benchmarks.Queries;
using Cqlite.Benchmarks.Rewriting;
using Cqlite.Benchmarks.Storage;
using Cqlite.Benchmarks.Wire;
using Cqlite.Benchmarks.Writing;

namespace Cqlite.Benchmarks;

/// <summary>One command for each thing that is measured; each prints its results and writes them to bench/results.</summary>
internal static class Program
{
    public static int Main(string[] arguments) => arguments.FirstOrDefault() switch
    {
        "codecs" => CodecBenchmark.Run(arguments.AsSpan(1)),
        "scan" => ScanBenchmark.Run(arguments.AsSpan(1)),
        "points" => PointReadBenchmark.Run(arguments.AsSpan(1)),
        "query" => QueryBenchmark.Run(arguments.AsSpan(1)),
        "indexes" => IndexBenchmark.Run(arguments.AsSpan(1)),
        "write" => WriteBenchmark.Run(arguments.AsSpan(1)),
        "compact" => CompactBenchmark.Run(arguments.AsSpan(1)),
        "inspect" => InspectBenchmark.Run(arguments.AsSpan(1)),
        "compaction" => BackgroundCompactionBenchmark.Run(arguments.AsSpan(1)),
        "insert" => InsertBenchmark.Run(arguments.AsSpan(1)),
        "database" => DatabaseBenchmark.Run(arguments.AsSpan(1)),
        "vectors" => VectorBenchmark.Run(arguments.AsSpan(1)),
        "wire" => WireBenchmark.Run(arguments.AsSpan(1)),
        "migrate" => MigrateBenchmark.Run(arguments.AsSpan(1)),
        WireServer.Command when arguments.Length == 3 => WireServer.Serve(arguments[1], arguments[2]),
        _ => ShowUsage(),
    };

    private static int ShowUsage()
    {
        Console.Error.WriteLine("Usage: Cqlite.Benchmarks codecs [FOLDER of SSTables] | scan FOLDER | points FOLDER | query FOLDER | indexes [ROWS] | write [ROWS | log] | insert [ROWS] | compact [ROWS] | inspect [ROWS] | compaction [ROWS] | database [SECONDS] | wire [SECONDS] | migrate [FOLDER of SSTables | ROWS] | vectors [COUNT [GROUPS]]");
        return 2;
    }
}
