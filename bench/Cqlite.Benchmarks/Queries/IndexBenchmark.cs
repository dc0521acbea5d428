using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Queries;

/// <summary>
/// Queries that an index serves, with its structures and without: a table of partitions of 100 rows in four SSTables, one value of which every row has its own,
/// one that 100 rows share, and a text. Takes the number of rows.
/// </summary>
internal static class IndexBenchmark
{
    private const int DefaultRows = 100_000;
    private const int RowsOfPartition = 100;
    private const int SSTables = 4;
    private const int Rounds = 5;
    private const int Lookups = 200;

    private static readonly string[] s_definitions =
    [
        "CREATE KEYSPACE b WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE b.t (k int, c int, own int, shared int, name text, payload text, PRIMARY KEY (k, c)) WITH compaction = {'class': 'SizeTieredCompactionStrategy', 'enabled': 'false'}",
        "CREATE INDEX ON b.t (own) USING 'sai'",
        "CREATE INDEX ON b.t (shared)",
        "CREATE CUSTOM INDEX ON b.t (name) USING 'org.apache.cassandra.index.sasi.SASIIndex'",
    ];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}");
        try
        {
            DatabaseOptions options = new() { Durability = Durability.Periodic, CompactionThreads = 0 };
            Database.Create(folder);
            Fill(folder, options with { UseIndexStructures = false }, rows);
            string report = Measure(folder, options, rows);
            Console.Write(report);
            File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "indexes.md"), report);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Fill(string folder, DatabaseOptions options, int rows)
    {
        using QueryEngine engine = QueryEngine.Open(folder, options);
        foreach (string definition in s_definitions)
            engine.Execute(definition).Dispose();
        PreparedQuery insert = engine.Prepare("INSERT INTO b.t (k, c, own, shared, name, payload) VALUES (?, ?, ?, ?, ?, ?)");

        // A permutation, so that neighbours in the index are none in the table.
        int step = 7919;
        byte[] payload = Encoding.UTF8.GetBytes(new string('p', 100));
        for (int i = 0; i < rows; i++)
        {
            int own = (int)((long)i * step % rows);
            byte[] name = Encoding.UTF8.GetBytes($"name {own:D8}");
            engine.Execute(insert, new BindValues([Int(i / RowsOfPartition), Int(i % RowsOfPartition), Int(own), Int(own / 100), name, payload])).Dispose();
            if ((i + 1) % (rows / SSTables) == 0)
                engine.Database.Flush();
        }
    }

    private static string Measure(string folder, DatabaseOptions options, int rows)
    {
        long data = Size(folder, "*-Data.db");
        using QueryEngine indexed = QueryEngine.Open(folder, options);
        long started = Stopwatch.GetTimestamp();
        indexed.Database.BuildIndexes();
        TimeSpan building = Stopwatch.GetElapsedTime(started);
        using QueryEngine plain = QueryEngine.Open(folder, options with { UseIndexStructures = false, ReadOnly = true });

        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Index structures\n\n{Measurement.Machine()}. {rows:N0} rows of about 150 bytes in {SSTables} SSTables, partitions of {RowsOfPartition} rows; one thread, files in the page cache. ");
        report.Append(CultureInfo.InvariantCulture, $"Median of {Rounds} rounds of {Lookups} prepared queries of random values with structures, of one without.\n\n");
        report.Append("| query | rows | with structures | by scan | ratio |\n|---|---|---|---|---|\n");
        Random random = new(3);
        Add("SELECT * FROM b.t WHERE own = ?", () => [Int(random.Next(rows))]);
        Add("SELECT * FROM b.t WHERE own >= ? AND own < ?", () =>
        {
            int from = random.Next(rows - 100);
            return [Int(from), Int(from + 100)];
        });
        Add("SELECT * FROM b.t WHERE shared = ?", () => [Int(random.Next(rows / 100))]);
        Add("SELECT * FROM b.t WHERE name LIKE ?", () => [Encoding.UTF8.GetBytes($"name {random.Next(rows):D8}"[..^1] + "%")]);
        report.Append(CultureInfo.InvariantCulture, $"\nThe structures of the three indexes were made in {building.TotalSeconds:N2} s and take {Size(folder, "cqlite-*.idx") / 1e6:N1} MB; the data takes {data / 1e6:N1} MB.\n");
        return report.ToString();

        void Add(string cql, Func<byte[][]> values)
        {
            PreparedQuery with = indexed.Prepare(cql);
            PreparedQuery without = plain.Prepare(cql);
            int found = 0;
            for (int i = 0; i < 3; i++)
            {
                byte[][] same = values();
                found = Count(indexed, with, same);
                int expected = Count(plain, without, same);
                if (found != expected)
                    throw new InvalidOperationException($"{cql} gives {found} rows with structures, {expected} without.");
            }

            IReadOnlyList<Measurement> times = Measurement.Compare(
                Rounds,
                ("with", () =>
                {
                    for (int i = 0; i < Lookups; i++)
                        Count(indexed, with, values());
                }
            ),
                ("without", () => Count(plain, without, values())));
            double lookup = times[0].Seconds / Lookups;
            report.Append(CultureInfo.InvariantCulture, $"| `{cql}` | {found:N0} | {lookup * 1e6:N0} us | {times[1].Seconds * 1e3:N1} ms | {times[1].Seconds / lookup:N0} x |\n");
        }
    }

    private static int Count(QueryEngine engine, PreparedQuery query, byte[][] values)
    {
        using QueryResult result = engine.Execute(query, new BindValues([.. values]));
        int rows = 0;
        while (result.MoveNext())
            rows++;
        return rows;
    }

    private static long Size(string folder, string pattern) => Directory.EnumerateFiles(Path.Combine(folder, "data", "b"), pattern, SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
