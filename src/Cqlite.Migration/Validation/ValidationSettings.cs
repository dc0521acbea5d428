using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>What is compared.</summary>
[Flags]
public enum ValidationChecks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>How many rows there are.</summary>
    Count = 1,

    /// <summary>Rows, cell by cell.</summary>
    Data = 2,

    /// <summary>Definitions, option by option.</summary>
    Schema = 4,

    /// <summary>How long queries take.</summary>
    Performance = 8,

    /// <summary>All of it.</summary>
    All = Count | Data | Schema | Performance,
}

/// <summary>What a check has found. What was not checked has neither passed nor failed.</summary>
public enum CheckStatus
{
    /// <summary>It was not asked for, or could not be done.</summary>
    NotChecked,

    /// <summary>Both sides are the same.</summary>
    Passed,

    /// <summary>They differ by no more than is tolerated.</summary>
    Warning,

    /// <summary>They differ.</summary>
    Failed,
}

/// <summary>How two sides are compared. Immutable.</summary>
public sealed record ValidationSettings
{
    /// <summary>The defaults.</summary>
    public static ValidationSettings Default { get; } = new();

    /// <summary>What is compared; by default all but performance.</summary>
    public ValidationChecks Checks { get; init; } = ValidationChecks.Count | ValidationChecks.Data | ValidationChecks.Schema;

    /// <summary>Names of keyspaces and of tables (<c>keyspace.table</c>); none, the default, for all that are not Cassandra's own.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Whether times of writes are compared. Default no; always with <see cref="Strict"/>.</summary>
    public bool WriteTimes { get; init; }

    /// <summary>Whether ends of lives (TTL) are compared. Default no; always with <see cref="Strict"/>.</summary>
    public bool Ttls { get; init; }

    /// <summary>About how many rows of each table are compared, at least; null, the default, for all.</summary>
    public long? SampleRows { get; init; }

    /// <summary>How much of each table is compared, in percent of the ring; null, the default, for all.</summary>
    public double? SamplePercent { get; init; }

    /// <summary>Whether a sample is taken at random, and not at even distances. Every partition is as likely as any other.</summary>
    public bool Random { get; init; }

    /// <summary>What a random sample is drawn by: the same seed gives the same tokens. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Rows by which a table's counts may differ, and rows that may differ, without failing. Default 0.</summary>
    public long Tolerance { get; init; }

    /// <summary>Whether nothing is overlooked: times and TTLs are compared, nothing is tolerated, and what can't be checked does not pass.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether indexes are part of the definitions that are compared. Default true.</summary>
    public bool WithIndexes { get; init; } = true;

    /// <summary>Whether user types are part of the definitions that are compared. Default true.</summary>
    public bool WithUserTypes { get; init; } = true;

    /// <summary>How many differences of each table are listed; counts are exact beyond that. Default 100.</summary>
    public int MaxDifferences { get; init; } = 100;

    /// <summary>The moment at which both sides are looked at, in seconds since 1970; null, the default, for that at which the source was opened.</summary>
    public long? NowSeconds { get; init; }

    /// <summary>How many ranges are compared at once. Default 2.</summary>
    public int Throttle { get; init; } = 2;

    /// <summary>
    /// What an earlier validation of the same has found, such as one that was stopped: the tables, and ranges of tables, that it compared are taken over where their
    /// definitions are the same, and both sides are looked at as at its moment. Null, the default, for none.
    /// </summary>
    public ValidationReport? Earlier { get; init; }

    /// <summary>
    /// A file that has the report as far as it has come while the validation goes on, about every second and after each table, so that one that was killed can be gone on with
    /// (<see cref="Earlier"/>). The report in the end is for the caller to write. Null, the default, for none.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>The least time from one writing of that file to the next; zero to write it behind each range.</summary>
    internal TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Through what it is written; null for the machine's own.</summary>
    internal IFileSystem? CheckpointFiles { get; init; }

    /// <summary>What is timed; null, the default, leaves performance unchecked.</summary>
    public PerformanceSettings? Performance { get; init; }

    internal bool ComparesWriteTimes => WriteTimes || Strict;

    /// <summary>Whether less than all is asked for.</summary>
    internal bool IsSampled => SampleRows is not null || SamplePercent is < 100;

    internal bool ComparesTtls => Ttls || Strict;

    /// <summary>The times of cells that are compared.</summary>
    internal CellTimes ComparedTimes => (ComparesWriteTimes ? CellTimes.Writes : CellTimes.None) | (ComparesTtls ? CellTimes.Ttls : CellTimes.None);

    /// <summary>The same, going on with what a report has that was stopped or killed; one that is whole is no reason not to compare again.</summary>
    /// <param name="path">The report's file; where there is none, all is compared.</param>
    /// <param name="isSeedGiven">Whether the user has said by what a random sample is drawn; otherwise it goes on as it was drawn.</param>
    internal ValidationSettings Resuming(string path, bool isSeedGiven) =>
        File.Exists(path) && ValidationReport.Read(path) is { IsPartial: true } earlier ? this with { Earlier = earlier, Seed = isSeedGiven ? Seed : earlier.Seed ?? Seed } : this;

    /// <summary>Fails where a value makes no sense.</summary>
    /// <exception cref="ArgumentException">One does; the text names it.</exception>
    public void Validate()
    {
        Require(SampleRows is null or > 0, nameof(SampleRows), SampleRows);
        Require(SamplePercent is null or (> 0 and <= 100), nameof(SamplePercent), SamplePercent);
        Require(Tolerance >= 0, nameof(Tolerance), Tolerance);
        Require(MaxDifferences >= 0, nameof(MaxDifferences), MaxDifferences);
        Require(Throttle is > 0 and <= 256, nameof(Throttle), Throttle);
    }

    private static void Require(bool isGood, string name, object? value)
    {
        if (!isGood)
            throw new ArgumentException($"{name} can't be {value}.");
    }
}

/// <summary>Queries to be timed on both sides. Immutable.</summary>
/// <param name="Queries">SELECT statements; none for a page and a single row of each table that is compared.</param>
/// <param name="Source">What answers for the source.</param>
/// <param name="Target">What answers for the target.</param>
public sealed record PerformanceSettings(IReadOnlyList<string> Queries, IQueryTarget Source, IQueryTarget Target)
{
    /// <summary>How often each query is timed on each side. Default 100.</summary>
    public int Iterations { get; init; } = 100;
}
