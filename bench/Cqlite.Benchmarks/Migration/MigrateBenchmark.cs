using System.Globalization;
using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Migration;

/// <summary>
/// Moves bench.events as users do, each step a <c>cqlite</c> process of its own, so that its processor time, its start-up and its memory are its alone: over the wire
/// from <c>cqlite serve</c> into an export, from there into databases, straight into a database, and validates what came of it.
/// </summary>
internal sealed class MigrateBenchmark : IDisposable
{
    private const int DefaultRows = 1_200_000;
    private const int RecordedRows = 120_000;
    private const int Rounds = 3;
    private const string MemoryLimit = "512MB";

    // Recorded on another machine with 2 cores: shared/bench/baselines.md, rows per second of all processors, client and server.
    private static readonly (string What, double PerCpuSecond)[] s_outward = [("DSBulk unload", 14_300), ("cqlsh COPY TO", 10_900)];
    private static readonly (string What, double PerCpuSecond)[] s_inward = [("DSBulk load", 3_800), ("cqlsh COPY FROM", 5_600)];

    private static readonly (string What, string[] Terms)[] s_validations = [("values", []), ("values, write times and TTLs", ["--compare-writetime", "--compare-ttl"])];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-migrate-{Environment.ProcessId}");
    private readonly string _cqlite = Environment.GetEnvironmentVariable("CQLITE_BINARY") is { Length: > 0 } binary ? binary : Path.Combine(AppContext.BaseDirectory, "cqlite.dll");
    private readonly StringBuilder _report = new();
    private readonly int _rows;

    private MigrateBenchmark(int rows) => _rows = rows;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        bool isFolder = arguments.Length > 0 && !int.TryParse(arguments[0], CultureInfo.InvariantCulture, out _);
        using MigrateBenchmark benchmark = new(isFolder ? RecordedRows : arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows);
        string source = Path.Combine(benchmark._folder, "source");
        if (isFolder)
            ServedEvents.Adopt(source, SSTableFolder.FindIn(PhysicalFileSystem.Instance, arguments[0]));
        else
            ServedEvents.Fill(source, benchmark._rows);
        benchmark.Measure(source);
        Console.Write(benchmark._report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "migrate.md"), benchmark._report.ToString());
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private void Measure(string source)
    {
        _report.Append(CultureInfo.InvariantCulture, $"# Moving bench.events\n\n{Measurement.Machine()}, {Path.GetFileName(_cqlite)}. {_rows:N0} rows; each step is a process of its own, its start-up included, and `cqlite serve` another one on this machine, warmed up by the first of {Rounds + 1} rounds; medians of the others.\n");
        _report.Append("Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- migrate [FOLDER of SSTables | ROWS]`. CPU is user and system time. Memory is the most that the process had in use at any time (VmHWM, peak working set). The tools' figures were recorded on a machine with 2 cores, rows of the same table per CPU second of client and server together; for the rows alone, without times, a Cassandra 5.0.9 there needed 11.8 us of its own a row.\n\n");
        _report.Append("| step | rows/s | own CPU, us a row | server's CPU, us a row | own / server | rows per CPU second, both | peak memory, MB | compared |\n|---|---|---|---|---|---|---|---|\n");
        string export = In("export");
        string database = In("linked");
        using (ServedEvents server = ServedEvents.Start(_cqlite, source))
        {
            string port = server.Port.ToString(CultureInfo.InvariantCulture);
            string[] cluster = ["--hosts", "127.0.0.1", "--port", port, "--keyspace", "bench"];
            Step("export from the server", server, () => Migrate(export, ["export", .. cluster, "--output", export]), s_outward);
            Step("import, files linked", null, () => Migrate(database, ["import", "--input", export, "--cqlite-path", database]), s_inward);
            string streamed = In("streamed");
            Step("import, rows streamed", null, () => Migrate(streamed, ["import", "--input", export, "--cqlite-path", streamed, "--streaming-mode"]), s_inward);
            string copied = In("copied");
            Step($"copy from the server, --memory-limit {MemoryLimit}", server, () => Migrate(copied, ["copy", .. cluster, "--cqlite-path", copied, "--memory-limit", MemoryLimit]), s_outward);
            foreach ((string what, string[] terms) in s_validations)
            {
                Step($"validate {what}, export against database", null, () => Validate(database, ["--source", export, .. terms]), []);
                Step($"validate {what}, server against database", server, () => Validate(database, [.. cluster, .. terms]), []);
            }

            _report.Append(CultureInfo.InvariantCulture, $"\nPeak memory of the server: {server.PeakBytes >> 20} MB.\n");
        }
    }

    private string In(string name) => Path.Combine(_folder, name);

    private CommandRun Migrate(string output, string[] arguments)
    {
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        return CommandRun.Measure(_cqlite, ["migrate", .. arguments]);
    }

    private CommandRun Validate(string target, string[] arguments) => CommandRun.Measure(_cqlite, ["migrate", "validate", "--cqlite-path", target, .. arguments]);

    private void Step(string name, ServedEvents? server, Func<CommandRun> work, (string What, double PerCpuSecond)[] baselines)
    {
        List<(CommandRun Own, double ServerCpu)> runs = [];
        for (int round = 0; round <= Rounds; round++)
        {
            double before = server?.CpuSeconds ?? 0;
            CommandRun own = work();
            if (round > 0)
                runs.Add((own, (server?.CpuSeconds ?? 0) - before));
        }

        double wall = Median(runs.Select(r => r.Own.WallSeconds));
        double cpu = Median(runs.Select(r => r.Own.CpuSeconds));
        double serverCpu = Median(runs.Select(r => r.ServerCpu));
        double together = _rows / (cpu + serverCpu);
        string compared = string.Join(", ", baselines.Select(b => string.Create(CultureInfo.InvariantCulture, $"{together / b.PerCpuSecond:F1} times {b.What} ({b.PerCpuSecond:N0})")));
        string ofServer = server is null ? "- | -" : string.Create(CultureInfo.InvariantCulture, $"{serverCpu / _rows * 1e6:F2} | {cpu / serverCpu:F2}");
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {_rows / wall:N0} | {cpu / _rows * 1e6:F2} | {ofServer} | {together:N0} | {runs.Max(r => r.Own.PeakBytes) >> 20} | {(compared.Length > 0 ? compared : "-")} |\n");
        _report.Append(line);
        Console.Error.Write(line);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
