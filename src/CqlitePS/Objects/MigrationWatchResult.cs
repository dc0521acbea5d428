using Cqlite.Migration.Validation;

namespace CqlitePS.Objects;

/// <summary>What one round of a continuous comparison came to.</summary>
public sealed class MigrationWatchResult
{
    internal MigrationWatchResult(ContinuousResult result)
    {
        Round = result.Round;
        DueAt = result.DueAt;
        Status = result.Status;
        Passed = result.Report?.Passed ?? false;
        Skipped = result.Skipped;
        Test = result.Report is { } report ? new MigrationTestResult(report) : null;
        Message = result.Message;
    }

    /// <summary>Its number, from 0.</summary>
    public long Round { get; }

    /// <summary>When it was to begin.</summary>
    public DateTimeOffset DueAt { get; }

    /// <summary>Passed, Failed, Warning where they differ by no more than is tolerated; NotChecked where a side could not be read.</summary>
    public CheckStatus Status { get; }

    /// <summary>Whether all was compared, and nothing failed.</summary>
    public bool Passed { get; }

    /// <summary>Rounds before this one that were left out, for the one before took too long.</summary>
    public long Skipped { get; }

    /// <summary>How long it took; null where a side could not be read.</summary>
    public TimeSpan? Duration => Test?.Duration;

    /// <summary>What was found; null where a side could not be read.</summary>
    public MigrationTestResult? Test { get; }

    /// <summary>Why a side could not be read; null where both were.</summary>
    public string? Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"round {Round}: {Status}";
}
