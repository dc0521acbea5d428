namespace Cqlite.Fuzz.Chains;

/// <summary>
/// A random database and all ways in which it can be moved and proven, made of a seed. What fails is reduced to the steps of its making that it takes.
/// </summary>
internal sealed class ChainCase
{
    private const int MostAttempts = 60;
    private readonly int _seed;
    private readonly long _beginsAt;
    private readonly List<ChainOperation> _operations;

    private ChainCase(int seed)
    {
        _seed = seed;
        _beginsAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        _operations = new ChainGenerator(new Random(seed), _beginsAt).Operations();
    }

    /// <summary>Runs the case of a seed; each step that fails, reduced, with what is wrong.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="reduce">Whether failures are reduced.</param>
    /// <param name="only">The only step to be done; null for all.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(int seed, bool reduce, string? only = null)
    {
        ChainCase one = new(seed);
        List<string> failures = [];
        foreach (ChainFailure failure in await one.FailuresAsync(one._operations, only))
            failures.Add(reduce ? await one.ReduceAsync(failure) : one.Describe(failure, one._operations));
        return failures;
    }

    private async Task<IReadOnlyList<ChainFailure>> FailuresAsync(IReadOnlyList<ChainOperation> operations, string? only)
    {
        await using ChainRun run = new(_seed, _beginsAt, only);
        await run.RunAsync(operations);
        return run.Failures;
    }

    private async Task<string> ReduceAsync(ChainFailure failure)
    {
        List<ChainOperation> left = [.. _operations];
        int attempts = 0;
        for (int size = left.Count / 2; size > 0; size /= 2)
        {
            for (int start = 0; start < left.Count && attempts < MostAttempts; attempts++)
            {
                List<ChainOperation> fewer = [.. left[..start], .. left[Math.Min(left.Count, start + size)..]];
                if (await FailuresAsync(fewer, failure.Step) is [var again, ..] && Kind(again) == Kind(failure))
                    (left, failure) = (fewer, again);
                else
                    start += size;
            }
        }

        return Describe(failure, left);
    }

    /// <summary>What must stay the same for it to be the same failure.</summary>
    private static string Kind(ChainFailure failure) => failure.InnerException is { } cause
        ? $"{cause.GetType()} {string.Concat((cause.StackTrace ?? "").Split('\n').Take(2))}"
        : failure.Message.Split(':')[1];

    private string Describe(ChainFailure failure, List<ChainOperation> operations)
    {
        string what = failure.InnerException is { } cause ? $"{failure.Step}: {cause}" : failure.Message;
        return $"seed {_seed}: {what}{(operations.Count < _operations.Count ? $"\n  {operations.Count} of {_operations.Count} steps:\n  {string.Join(";\n  ", operations)}\n" : "")}";
    }
}
