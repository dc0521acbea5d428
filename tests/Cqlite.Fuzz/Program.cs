using System.Globalization;
using System.Net;
using Cqlite.Core.Errors;
using Cqlite.Fuzz.Chains;
using Cqlite.Fuzz.Clusters;
using Cqlite.Fuzz.Killing;
using Cqlite.Fuzz.Migrating;
using Cqlite.Fuzz.Modeling;
using Cqlite.Fuzz.Serving;
using Cqlite.Fuzz.Statements;
using Cqlite.Testing;

namespace Cqlite.Fuzz;

/// <summary>
/// Flips every byte of small SSTables that Cassandra wrote, and cuts their files at every length: each read must give a typed error or
/// equal data, none may crash, hang or allocate much. Or, told <c>kill</c>, kills a process that writes to a database again and again, and compares
/// each time what is there with what was acknowledged; or, told <c>migrate-kill</c>, one that moves tables, and has it go on. Told <c>cluster</c> and a node's address, it executes random statements there and in a
/// database that is served, and compares every answer.
/// </summary>
/// <example><code>dotnet run -c Release --project tests/Cqlite.Fuzz -- --at 5.0.9-nb --sample 10 --minutes 5</code></example>
internal static class Program
{
    /// <summary>The command of the process that is killed.</summary>
    public const string KilledWriterCommand = "killed-writer";

    private const string KillCommand = "kill";
    private const string ServeKillCommand = "serve-kill";
    private const string MigrateKillCommand = "migrate-kill";
    private const string ServeLoadCommand = "serve-load";
    private const int LoadConnections = 64;
    private const string ModelCommand = "model";
    private const string ClusterCommand = "cluster";
    private const string ChainCommand = "chain";
    private const string StatementsCommand = "statements";
    private const int DefaultWriters = 64;
    private const string Usage = "Cqlite.Fuzz kill TIMES, or Cqlite.Fuzz serve-kill TIMES, or Cqlite.Fuzz migrate-kill TIMES, or Cqlite.Fuzz serve-load SECONDS, or Cqlite.Fuzz statements COUNT [SEED], or Cqlite.Fuzz model COUNT [SEED], or Cqlite.Fuzz chain COUNT [SEED [STEP]], or Cqlite.Fuzz cluster HOST:PORT COUNT [SEED [STEP]], or Cqlite.Fuzz [--at NODE] [--sample N] [--minutes M] [--per-theme N] [--max-bytes N] [--threads N]";

    public static int Main(string[] args)
    {
        switch (args)
        {
            case [KilledWriterCommand, var folder, var writers, var first]:
                KilledWriter.Run(folder, int.Parse(writers, CultureInfo.InvariantCulture), int.Parse(first, CultureInfo.InvariantCulture));
                return 0;
            case [ServerProcess.Command, var folder, var memtableBytes, var at]:
                return ServerProcess.Serve(folder, long.Parse(memtableBytes, CultureInfo.InvariantCulture), IPEndPoint.Parse(at));
            case [ServeKillCommand, var times]:
                return ServeKillAsync(int.Parse(times, CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
            case [MigrateKillCommand, var times]:
                return MigrateKillAsync(int.Parse(times, CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
            case [ServeLoadCommand, var seconds]:
                return ServeLoadAsync(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))).GetAwaiter().GetResult();
            case [KillCommand, var times]:
                return Kill(int.Parse(times, CultureInfo.InvariantCulture));
            case [ModelCommand, var count]:
                return Model(int.Parse(count, CultureInfo.InvariantCulture), Environment.TickCount & 0xffffff);
            case [ModelCommand, var count, var seed]:
                return Model(int.Parse(count, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture));
            case [ChainCommand, var count, .. var rest] when rest.Length <= 2:
                return ChainAsync(
                    int.Parse(count, CultureInfo.InvariantCulture),
                    rest.Length == 0 ? Environment.TickCount & 0xffffff : int.Parse(rest[0], CultureInfo.InvariantCulture),
                    rest.Length < 2 ? null : rest[1]).GetAwaiter().GetResult();
            case [ClusterCommand, var address, var count, .. var rest] when rest.Length <= 2:
                return ClusterRun.ExecuteAsync(
                    address,
                    int.Parse(count, CultureInfo.InvariantCulture),
                    rest.Length == 0 ? Environment.TickCount & 0xffffff : int.Parse(rest[0], CultureInfo.InvariantCulture),
                    rest.Length < 2 ? null : rest[1]).GetAwaiter().GetResult() == 0 ? 0 : 1;
            case [StatementsCommand, var count]:
                return Statements(int.Parse(count, CultureInfo.InvariantCulture), Environment.TickCount);
            case [StatementsCommand, var count, var seed]:
                return Statements(int.Parse(count, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture));
        }

        if (Parse(args) is not { } options)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        IReadOnlyList<FuzzTarget> targets = FuzzTarget.Choose(options.At, options.PerTheme, options.MostBytes);
        if (targets.Count == 0)
        {
            Console.Error.WriteLine($"No node's name contains '{options.At}'.");
            return 2;
        }

        Console.WriteLine($"{targets.Count} SSTables, {targets.Sum(t => t.DamageCount):N0} damages, of which one in {options.Sample} is tried.");
        FuzzResult? result = FuzzRun.Execute(targets, options, Console.WriteLine);
        if (result is null)
            return 1;
        foreach (Outcome outcome in Enum.GetValues<Outcome>())
            Console.WriteLine($"{outcome,-24} {result.CountOf(outcome),12:N0}");
        Console.WriteLine("Not found by verification:");
        foreach ((string where, (long count, string example)) in result.NotFound.OrderBy(p => p.Key, StringComparer.Ordinal))
            Console.WriteLine($"  {where,-40} {count,10:N0}   {example}");
        foreach (string failure in result.Failures)
            Console.WriteLine($"FAILED {failure}");
        if (result.IsCutShort)
            Console.WriteLine("The time ended before all damages were tried.");
        return result.CountOf(Outcome.Failed) == 0 ? 0 : 1;
    }

    private static int Kill(int times)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-kill-{Guid.NewGuid():N}");
        int seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}, {DefaultWriters} writers");
        KillRun run = new(folder, DefaultWriters, new Random(seed));
        try
        {
            run.Execute(times, n => Console.Write($"\r{n:N0} kills"));
        }
        catch (InvalidDataException e)
        {
            Console.WriteLine($"\nFAILED {e.Message} The database stays at {folder}.");
            return 1;
        }

        Console.WriteLine($"\n{run.Acknowledged:N0} writes were acknowledged, and all are there.");
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task<int> ServeKillAsync(int times)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-serve-kill-{Guid.NewGuid():N}");
        int seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}, {DefaultWriters} writers");
        ServerKillRun run = new(folder, DefaultWriters, new Random(seed));
        try
        {
            await run.ExecuteAsync(times, n => Console.Write($"\r{n:N0} kills"));
        }
        catch (InvalidDataException e)
        {
            Console.WriteLine($"\nFAILED {e.Message} The database stays at {folder}.");
            return 1;
        }

        Console.WriteLine($"\n{run.Acknowledged:N0} writes were acknowledged, and all are there.");
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task<int> MigrateKillAsync(int times)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-migrate-kill-{Guid.NewGuid():N}");
        int seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        await using (MigrationKillRun run = new(folder, new Random(seed)))
        {
            foreach (KilledMigration what in Enum.GetValues<KilledMigration>())
            {
                try
                {
                    int rounds = await run.ExecuteAsync(what, times, n => Console.Write($"\r{what}: {n:N0} kills"));
                    Console.WriteLine($", {rounds:N0} times to the end: all equal, nothing done twice");
                }
                catch (Exception e) when (e is InvalidDataException or CqliteException)
                {
                    Console.WriteLine($"\nFAILED {what}: {e.Message} All stays at {folder}.");
                    return 1;
                }
            }
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task<int> ServeLoadAsync(TimeSpan time)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-serve-load-{Guid.NewGuid():N}");
        int seed = Environment.TickCount & 0xffffff;
        Console.WriteLine($"seed {seed}, {LoadConnections} connections, {time.TotalSeconds:N0} s");
        Console.WriteLine(await new LoadRun(folder, LoadConnections).ExecuteAsync(time, seed));
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static int Model(int count, int first)
    {
        int failures = 0;
        Parallel.For(first, first + count, seed =>
        {
            if (ModelCase.Run(seed) is not { } failure)
                return;
            Interlocked.Increment(ref failures);
            Console.WriteLine($"FAILED {failure}");
        });
        Console.WriteLine($"{count:N0} cases from seed {first} on: {failures:N0} failed.");
        return failures == 0 ? 0 : 1;
    }

    private static async Task<int> ChainAsync(int count, int first, string? only)
    {
        int failures = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            foreach (string failure in await ChainCase.RunAsync(seed, reduce: only is not null, only))
            {
                failures++;
                Console.WriteLine($"FAILED {failure}");
            }
        }

        Console.WriteLine($"{count:N0} migrations from seed {first} on: {failures:N0} steps failed.");
        return failures == 0 ? 0 : 1;
    }

    private static int Statements(int count, int seed)
    {
        int failures = 0;
        foreach (CqlScript script in CqlScript.All)
        {
            foreach (string failure in StatementFuzz.Run(script, count, seed))
            {
                Console.WriteLine($"FAILED {failure}");
                failures++;
            }
        }

        Console.WriteLine($"{count:N0} mutated statements of each of {CqlScript.All.Count:N0} scripts, seed {seed}: {failures:N0} failures.");
        return failures == 0 ? 0 : 1;
    }

    private static FuzzOptions? Parse(string[] args)
    {
        FuzzOptions options = new();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            bool isNumber = double.TryParse(value, CultureInfo.InvariantCulture, out double number) && number > 0;
            switch (args[i])
            {
                case "--at":
                    options = options with { At = value };
                    break;
                case "--sample" when isNumber:
                    options = options with { Sample = (int)number };
                    break;
                case "--minutes" when isNumber:
                    options = options with { Minutes = number };
                    break;
                case "--per-theme" when isNumber:
                    options = options with { PerTheme = (int)number };
                    break;
                case "--max-bytes" when isNumber:
                    options = options with { MostBytes = (long)number };
                    break;
                case "--threads" when isNumber:
                    options = options with { Threads = (int)number };
                    break;
                default:
                    return null;
            }
        }

        return args.Length % 2 == 0 ? options : null;
    }
}
