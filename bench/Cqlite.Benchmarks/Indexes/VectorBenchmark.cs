using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Engine.Indexes.Vectors;
using Cqlite.Core.Query;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Indexes;

/// <summary>ANN OF in a table of vectors in groups: how long the graph takes to make, and what it finds at which speed, against comparing all.</summary>
internal static class VectorBenchmark
{
    private const int DefaultVectors = 100_000;
    private const int Dimension = 128;
    private const int Groups = 1_000;
    private const float Spread = 0.5f;
    private const int Limit = 10;
    private const int Targets = 500;
    private const int ComparedTargets = 20;
    private static readonly int[] s_widths = [10, 20, 50, 100, 200, 500, 1000, 2000];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultVectors;
        int groups = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : Groups;
        byte[][] vectors = Sample(count + Targets, groups);
        byte[][] targets = vectors[count..];
        Array.Resize(ref vectors, count);
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Nearest vectors\n\n{Measurement.Machine()}. {count:N0} vectors of {Dimension} floats in {groups:N0} groups, cosine; LIMIT {Limit}; one thread, through prepared CQL.\n");
        report.Append("Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- vectors`.\n\n");
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}");
        Database.Create(folder);
        try
        {
            report.Append(Fill(folder, vectors));
            report.Append("| candidates (`vector_search_beam_width`) | queries/s | recall@10 | bytes allocated a query |\n|---|---|---|---|\n");
            int[][] expected = [.. targets.Select(t => Nearest(vectors, t))];
            foreach (int width in s_widths)
                report.Append(CultureInfo.InvariantCulture, $"| {width:N0} | {Search(folder, width, targets, expected)}\n");
            report.Append(CultureInfo.InvariantCulture, $"| {VectorSettings.DefaultSearchWidthOf(count):N0}, the default | {Search(folder, null, targets, expected)}\n");
            foreach (string file in Directory.GetFiles(folder, "*" + IndexFileName.Extension, SearchOption.AllDirectories))
                File.Delete(file);
            report.Append(CultureInfo.InvariantCulture, $"| all compared | {Search(folder, s_widths[0], targets[..ComparedTargets], expected)}\n");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "vectors.md"), report.ToString());
        return 0;
    }

    private static string Fill(string folder, byte[][] vectors)
    {
        using QueryEngine engine = QueryEngine.Open(folder, new DatabaseOptions { Durability = Durability.Periodic, CompactionThreads = 0 });
        engine.Execute("CREATE KEYSPACE bench WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute($"CREATE TABLE bench.t (k int PRIMARY KEY, v vector<float, {Dimension}>)").Dispose();
        PreparedQuery insert = engine.Prepare("INSERT INTO bench.t (k, v) VALUES (?, ?)");
        for (int i = 0; i < vectors.Length; i++)
        {
            byte[] k = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(k, i);
            engine.Execute(insert, new BindValues(k, vectors[i])).Dispose();
        }

        engine.Database.Flush();
        engine.Database.Compact(engine.Database.Schema.Table("bench", "t")!);
        long start = Stopwatch.GetTimestamp();
        engine.Execute("CREATE INDEX ON bench.t (v) USING 'sai'").Dispose();
        engine.Database.BuildIndexes();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        long bytes = Directory.GetFiles(folder, "*" + IndexFileName.Extension, SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        return string.Create(CultureInfo.InvariantCulture, $"The graph of one SSTable is made in {elapsed.TotalSeconds:F1} s by one thread, {vectors.Length / elapsed.TotalSeconds:N0} vectors/s; its file has {bytes / 1e6:F1} MB.\n\n");
    }

    private static string Search(string folder, int? width, byte[][] targets, int[][] expected)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        if (width is { } candidates)
            settings["vector_search_beam_width"] = candidates.ToString(CultureInfo.InvariantCulture);
        using QueryEngine engine = QueryEngine.Open(folder, new DatabaseOptions { ReadOnly = true, Settings = settings });
        PreparedQuery select = engine.Prepare($"SELECT k FROM bench.t ORDER BY v ANN OF ? LIMIT {Limit}");
        var session = new QuerySession(engine);
        List<int> found = [];
        int hits = 0;
        foreach (byte[] target in targets.AsSpan(0, Math.Min(targets.Length, ComparedTargets)))
            Ask(target);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < targets.Length; i++)
        {
            Ask(targets[i]);
            foreach (int k in found)
                hits += expected[i].Contains(k) ? 1 : 0;
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)targets.Length;
        return string.Create(CultureInfo.InvariantCulture, $"{targets.Length / seconds:N0} | {hits / (double)(targets.Length * Limit):F3} | {bytes:N0} |");

        void Ask(byte[] target)
        {
            found.Clear();
            using QueryResult result = session.Execute(select, new BindValues(target));
            while (result.MoveNext())
                found.Add(BinaryPrimitives.ReadInt32BigEndian(result.GetValue(0, out _)));
        }
    }

    private static int[] Nearest(byte[][] vectors, byte[] target)
    {
        float[] from = new float[Dimension];
        float[] to = new float[Dimension];
        VectorMath.Read(target, from);
        var kept = new PriorityQueue<int, float>();
        for (int i = 0; i < vectors.Length; i++)
        {
            VectorMath.Read(vectors[i], to);
            kept.Enqueue(i, VectorMath.Compare(VectorSimilarity.Cosine, from, to));
            if (kept.Count > Limit)
                kept.Dequeue();
        }

        return [.. kept.UnorderedItems.Select(i => i.Element)];
    }

    private static byte[][] Sample(int count, int groups)
    {
        var random = new Random(1);
        float[][] centers = [.. Enumerable.Range(0, groups).Select(_ => Enumerable.Range(0, Dimension).Select(_ => Normal()).ToArray())];
        byte[][] vectors = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            float[] center = centers[random.Next(groups)];
            vectors[i] = new byte[Dimension * sizeof(float)];
            for (int j = 0; j < Dimension; j++)
                BinaryPrimitives.WriteSingleBigEndian(vectors[i].AsSpan(j * sizeof(float)), center[j] + (Spread * Normal()));
        }

        return vectors;

        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }
}
