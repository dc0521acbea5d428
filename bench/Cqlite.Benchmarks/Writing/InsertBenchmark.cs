using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Writing;

/// <summary>Prepared INSERTs of rows of bench.events' shape, and an UPDATE and a conditional INSERT beside them, by several writers at once.</summary>
internal static class InsertBenchmark
{
    private const int DefaultRows = 1_000_000;
    private const int Rounds = 3;

    private static readonly (string Name, string Cql, int Share)[] s_statements =
    [
        ("INSERT", "INSERT INTO bench.t (k, c, a, b, t) VALUES (?, ?, ?, ?, ?)", 1),
        ("INSERT USING TIMESTAMP AND TTL", "INSERT INTO bench.t (k, c, a, b, t) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP 1 AND TTL 1000", 1),
        ("UPDATE", "UPDATE bench.t SET a = ?, b = ?, t = ? WHERE k = ? AND c = ?", 1),
        ("INSERT IF NOT EXISTS", "INSERT INTO bench.t (k, c, a, b, t) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS", 10),
    ];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Prepared writes\n\n{Measurement.Machine()}. {rows:N0} rows of 5 columns, durability Periodic; best of {Rounds} rounds.\n");
        report.Append("Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- insert`.\n\n| statement | writers | rows/s | bytes allocated a row |\n|---|---|---|---|\n");
        foreach ((string name, string cql, int share) in s_statements)
        {
            foreach (int writers in (int[])[1, 8])
            {
                (double seconds, double bytes) = Enumerable.Range(0, Rounds).Select(_ => Measure(cql, rows / share, writers)).Min();
                report.Append(CultureInfo.InvariantCulture, $"| {name} | {writers} | {rows / share / seconds / 1e3:F0} k | {bytes:F0} |\n");
            }
        }

        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "insert.md"), report.ToString());
        return 0;
    }

    private static (double Seconds, double BytesARow) Measure(string cql, int rows, int writers)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}");
        Database.Create(folder);
        try
        {
            using QueryEngine engine = QueryEngine.Open(folder, new DatabaseOptions { Durability = Durability.Periodic });
            engine.Execute("CREATE KEYSPACE bench WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
            engine.Execute("CREATE TABLE bench.t (k int, c int, a bigint, b int, t text, PRIMARY KEY (k, c))").Dispose();
            PreparedQuery query = engine.Prepare(cql);
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            long start = Stopwatch.GetTimestamp();
            Thread[] threads = [.. Enumerable.Range(0, writers).Select(w => new Thread(() => Write(engine, query, w, rows / writers)))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return (seconds, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)rows);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(QueryEngine engine, PreparedQuery query, int writer, int rows)
    {
        var session = new QuerySession(engine);
        byte[] text = "some text of thirty characters"u8.ToArray();
        bool keyFirst = query.Markers[0].Name == "k";
        for (int i = 0; i < rows; i++)
        {
            byte[] k = Int(((i / 10) * 64) + writer);
            byte[] c = Int(i % 10);
            byte[] a = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(a, i * 1_000_003L);
            byte[] b = Int(i);
            session.Execute(query, keyFirst ? new BindValues(k, c, a, b, text) : new BindValues(a, b, text, k, c)).Dispose();
        }
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
