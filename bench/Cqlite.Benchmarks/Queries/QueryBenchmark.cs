using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Cql;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Queries;

/// <summary>
/// CQL from text to values: scans that aggregate, prepared reads of one row, and what parsing and planning cost. Takes the folder that
/// holds bench.events in the folders nb, oa and da, with schema.cql. Every answer is compared with the recorded one first.
/// </summary>
internal static class QueryBenchmark
{
    private const int Rounds = 11;
    private const int Reads = 200_000;
    private const int Preparations = 20_000;

    // A statement, and the text of the one row it answers with (tests/Fixtures/README.md has where these come from).
    private static readonly (string Cql, string Answer)[] s_scans =
    [
        ("SELECT count(*) FROM bench.events", "120000"),
        ("SELECT sum(seq) FROM bench.events", "5940000"),
        ("SELECT count(*) FROM bench.events WHERE ok = true ALLOW FILTERING", "108026"),
        ("SELECT sum(counter) FROM bench.events WHERE seq >= 0 AND temperature > -1000 ALLOW FILTERING", "1055295014016890439"),
        ("SELECT count(*), avg(temperature), min(pressure), max(at) FROM bench.events WHERE kind = 'login' ALLOW FILTERING", ""),
        ("SELECT count(message) FROM bench.events", "120000"),
    ];

    private static readonly string[] s_statements =
    [
        "SELECT * FROM bench.events WHERE device = ? AND seq = ?",
        "SELECT device, seq, kind, temperature FROM bench.events WHERE device = ? AND seq >= 10 AND seq < 20 ORDER BY seq DESC LIMIT 5",
        "SELECT kind, count(*), avg(temperature) AS mean FROM bench.events WHERE device IN (?, ?) AND ok = true GROUP BY device ALLOW FILTERING",
    ];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("Usage: Cqlite.Benchmarks query FOLDER (with the folders nb, oa and da of bench.events, and schema.cql)");
            return 2;
        }

        StringBuilder scans = new();
        StringBuilder points = new();
        StringBuilder plans = new();
        foreach (string format in (string[])["nb", "oa", "da"])
        {
            using QueryEngine engine = QueryEngine.Open(
                Path.Combine(arguments[0], format),
                new DatabaseOptions { SchemaPath = Path.Combine(arguments[0], "schema.cql"), CacheSizeBytes = 256 << 20 });
            foreach ((string cql, string answer) in s_scans)
                AddScan(scans, format, engine, cql, answer);
            AddPoints(points, format, engine, "SELECT * FROM bench.events WHERE device = ? AND seq = ?");
            AddPoints(points, format, engine, "SELECT kind, temperature FROM bench.events WHERE device = ? AND seq = ?");
            if (plans.Length == 0)
                AddPlans(plans, engine);
        }

        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Queries on bench.events\n\n{Measurement.Machine()}. One thread, files in the page cache.\n\n");
        report.Append(CultureInfo.InvariantCulture, $"## Scans\n\nMedian of {Rounds} executions.\n\n| format | statement | time | rows/s | allocated |\n|---|---|---|---|---|\n").Append(scans);
        report.Append(CultureInfo.InvariantCulture, $"\n## Prepared reads of one row\n\n{Reads:N0} random rows that are in the chunk cache, all values looked at.\n\n| format | statement | p50 | p99 | p99.9 | allocated a read |\n|---|---|---|---|---|---|\n").Append(points);
        report.Append(CultureInfo.InvariantCulture, $"\n## Parsing and planning\n\nMean of {Preparations:N0}.\n\n| statement | parse | parse and plan |\n|---|---|---|\n").Append(plans);
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "query.md"), report.ToString());
        return 0;
    }

    private static void AddScan(StringBuilder report, string format, QueryEngine engine, string cql, string answer)
    {
        PreparedQuery query = engine.Prepare(cql);
        string found = Answer(engine, query, out long rows);
        if (answer.Length > 0 && found != answer)
            throw new InvalidOperationException($"{format}: {cql} answers {found}; {answer} is right.");
        double seconds = Measurement.Compare(Rounds, (cql, () => Answer(engine, query, out _)))[0].Seconds;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Answer(engine, query, out _);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        report.Append(CultureInfo.InvariantCulture, $"| {format} | `{cql}` | {seconds * 1000:F1} ms | {rows / seconds / 1e6:F2} M | {allocated:N0} bytes |\n");
    }

    private static string Answer(QueryEngine engine, PreparedQuery query, out long rows)
    {
        using QueryResult result = engine.Execute(query);
        if (!result.MoveNext())
            throw new InvalidOperationException($"{query.Text} answers nothing.");
        BufferWriter text = new();
        result.Columns[0].Type.WriteText(result.GetValue(0, out _), text);
        rows = result.RowsRead;
        return text.ToString();
    }

    private static void AddPoints(StringBuilder report, string format, QueryEngine engine, string cql)
    {
        PreparedQuery query = engine.Prepare(cql);
        List<byte[]> devices = [];
        using (QueryResult result = engine.Execute("SELECT DISTINCT device FROM bench.events"))
        {
            while (result.MoveNext())
                devices.Add(result.GetValue(0, out _).ToArray());
        }

        Random random = new(1);
        byte[][] seqs = [.. Enumerable.Range(0, 100).Select(s => (byte[])[0, 0, 0, (byte)s])];
        (byte[] Device, byte[] Seq)[] wanted = [.. Enumerable.Range(0, Reads).Select(_ => (devices[random.Next(devices.Count)], seqs[random.Next(seqs.Length)]))];
        foreach ((byte[] device, byte[] seq) in wanted)
            Read(engine, query, device, seq);
        GC.Collect();
        double[] micros = new double[Reads];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Reads; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Read(engine, query, wanted[i].Device, wanted[i].Seq);
            micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        long allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Reads;
        Array.Sort(micros);
        report.Append(
            CultureInfo.InvariantCulture,
            $"| {format} | `{cql}` | {micros[Reads / 2]:F1} us | {micros[Reads * 99 / 100]:F1} us | {micros[Reads * 999L / 1000]:F1} us | {allocated:N0} bytes |\n");
    }

    private static long Read(QueryEngine engine, PreparedQuery query, byte[] device, byte[] seq)
    {
        using QueryResult result = engine.Execute(query, new BindValues(device, seq));
        if (!result.MoveNext())
            throw new InvalidOperationException("a row of the benchmark is missing.");
        long sum = 0;
        for (int i = 0; i < result.Columns.Length; i++)
            sum += result.GetValue(i, out _).Length;
        return sum;
    }

    private static void AddPlans(StringBuilder report, QueryEngine engine)
    {
        foreach (string cql in s_statements)
        {
            IReadOnlyList<Measurement> found = Measurement.Compare(
                Rounds,
                ("parse", () => Repeat(() => CqlParser.Parse(cql))),
                ("plan", () => Repeat(() => StatementPlanner.Plan(CqlParser.Parse(cql), engine.Database.Schema, null))));
            report.Append(
                CultureInfo.InvariantCulture,
                $"| `{cql}` | {found[0].Seconds * 1e6 / Preparations:F1} us | {found[1].Seconds * 1e6 / Preparations:F1} us |\n");
        }
    }

    private static void Repeat(Action action)
    {
        for (int i = 0; i < Preparations; i++)
            action();
    }
}
