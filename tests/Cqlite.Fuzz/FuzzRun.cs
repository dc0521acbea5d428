using System.Diagnostics;

namespace Cqlite.Fuzz;

/// <summary>What a run is asked for.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Part of the names of the nodes whose SSTables are damaged; null, the default, for all nodes.</summary>
    public string? At { get; init; }

    /// <summary>Of how many damages one is tried; 1, the default, for every one.</summary>
    public int Sample { get; init; } = 1;

    /// <summary>When to end, in minutes; none by default.</summary>
    public double? Minutes { get; init; }

    /// <summary>SSTables of each theme of each node; 2 by default.</summary>
    public int PerTheme { get; init; } = 2;

    /// <summary>How large an SSTable may be, all its files together; 16 KiB by default.</summary>
    public long MostBytes { get; init; } = 16 << 10;

    /// <summary>Threads; 2 by default.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>How long one attempt may take until it counts as hanging; 30 s by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What a run came to.</summary>
internal sealed class FuzzResult
{
    /// <summary>How many failures are kept with their text.</summary>
    public const int MostFailures = 200;

    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];
    private readonly Dictionary<string, (long Count, string Example)> _notFound = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>What must not be.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Damages tried.</summary>
    public long Attempts => _outcomes.Sum();

    /// <summary>Whether the time ended before the damages did.</summary>
    public bool IsCutShort { get; set; }

    /// <summary>Attempts of an outcome.</summary>
    public long CountOf(Outcome outcome) => _outcomes[(int)outcome];

    /// <summary>Damages that verification did not find, by version and component, with the last of them.</summary>
    public IReadOnlyDictionary<string, (long Count, string Example)> NotFound => _notFound;

    /// <summary>Takes an attempt.</summary>
    public void Add(FuzzTarget target, in Damage damage, Outcome outcome, string? problem)
    {
        lock (_lock)
        {
            _outcomes[(int)outcome]++;
            if (outcome is Outcome.EqualAndNotFound or Outcome.UnprotectedAndNotFound)
            {
                string key = $"{target.Descriptor.Version} {Path.GetFileName(damage.File)[target.Descriptor.FilePrefix.Length..]} {(damage.Kind == DamageKind.Byte ? DamageKind.Bit : damage.Kind)}{(outcome == Outcome.UnprotectedAndNotFound ? ", other data" : "")}";
                _notFound[key] = (_notFound.GetValueOrDefault(key).Count + 1, $"{target}: {damage}");
            }

            if (problem is not null && Failures.Count < MostFailures)
                Failures.Add($"{target}: {damage}: {problem}");
        }
    }
}

/// <summary>Tries damages on all targets, in parallel, under the eyes of a watchdog.</summary>
internal static class FuzzRun
{
    /// <summary>Runs; returns null when an attempt hangs, which <paramref name="told"/> has then been told.</summary>
    /// <param name="targets">The SSTables.</param>
    /// <param name="options">The options.</param>
    /// <param name="told">Takes lines about how far it is.</param>
    public static FuzzResult? Execute(IReadOnlyList<FuzzTarget> targets, FuzzOptions options, Action<string> told)
    {
        FuzzResult result = new();
        long total = targets.Sum(t => (t.DamageCount + options.Sample - 1) / options.Sample);
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan limit = options.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeSpan.MaxValue;
        int next = -1;
        Worker[] workers = [.. Enumerable.Range(0, options.Threads).Select(_ => new Worker())];
        foreach (Worker worker in workers)
        {
            worker.Thread = new Thread(() => worker.Run(() => Interlocked.Increment(ref next) is var i && i < targets.Count ? targets[i] : null, options, result, Share))
            {
                IsBackground = true,
            };
            worker.Thread.Start();
        }

        long toldAt = 0;
        while (workers.Any(w => w.Thread!.IsAlive))
        {
            Thread.Sleep(50);
            foreach (Worker worker in workers)
            {
                if (worker.Current is { } current && Stopwatch.GetElapsedTime(current.Since) > options.Patience && worker.Thread!.IsAlive)
                {
                    told($"HANGS: {current.Target}: {current.Damage}");
                    return null;
                }
            }

            if (clock.ElapsedMilliseconds - toldAt > 10_000)
            {
                toldAt = clock.ElapsedMilliseconds;
                told($"{result.Attempts:N0} of {total:N0} damages, {result.CountOf(Outcome.Failed):N0} failures, {clock.Elapsed:mm\\:ss}");
            }
        }

        return result;

        // Each target has its share of the time, so that all get their turn.
        TimeSpan Share()
        {
            if (limit == TimeSpan.MaxValue)
                return TimeSpan.MaxValue;
            int begun = Math.Min(Volatile.Read(ref next), targets.Count - 1);
            int left = Math.Max(1, targets.Count - begun);
            return (limit - clock.Elapsed) * Math.Min(1.0, (double)options.Threads / left);
        }
    }

    private sealed record Now(FuzzTarget Target, Damage Damage, long Since);

    private sealed class Worker
    {
        private Now? _current;

        public Thread? Thread { get; set; }

        public Now? Current => Volatile.Read(ref _current);

        public void Run(Func<FuzzTarget?> next, FuzzOptions options, FuzzResult result, Func<TimeSpan> share)
        {
            while (next() is { } target)
            {
                Volatile.Write(ref _current, new Now(target, new Damage("nothing yet", DamageKind.Cut, 0), Stopwatch.GetTimestamp()));
                Attempt attempt = new(target);
                Volatile.Write(ref _current, null);
                TimeSpan limit = share();
                Stopwatch clock = Stopwatch.StartNew();
                long count = target.DamageCount;

                // Damages in an order that has no order: a run that is cut short has seen all components.
                long stride = CoprimeTo(count);
                long position = 0;
                for (long i = 0; i < count; i++)
                {
                    position = (position + stride) % count;
                    if (i % options.Sample != 0)
                        continue;
                    if (clock.Elapsed > limit)
                    {
                        result.IsCutShort = true;
                        break;
                    }

                    Damage damage = target.DamageOf(position);
                    Volatile.Write(ref _current, new Now(target, damage, Stopwatch.GetTimestamp()));
                    Outcome outcome = attempt.Try(damage, out string? problem);
                    Volatile.Write(ref _current, null);
                    result.Add(target, damage, outcome, problem);
                }
            }
        }

        private static long CoprimeTo(long count)
        {
            long stride = (long)(count * 0.6180339887) | 1;
            while (Gcd(stride, count) != 1)
                stride += 2;
            return stride;
        }

        private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
    }
}
