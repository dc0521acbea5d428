using System.Runtime.CompilerServices;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>How often two sides are compared, and for how long. Immutable.</summary>
public sealed record ContinuousSettings
{
    /// <summary>The time from one beginning to the next; default a minute. Rounds that take longer leave beginnings out, and the others stay where they are.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long no further round is begun after; null, the default, for until it is stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The share of each table that a round compares, between 0 and 1, drawn anew each time; null, the default, for what the other settings say.</summary>
    public double? SampleRate { get; init; }

    /// <summary>Tells the time; by default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Fails where a value makes no sense.</summary>
    /// <exception cref="ArgumentException">One does; the text names it.</exception>
    public void Validate()
    {
        if (Interval <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(Interval)} can't be {Interval}.");
        if (SampleRate is not (null or (> 0 and <= 1)))
            throw new ArgumentException($"{nameof(SampleRate)} can't be {SampleRate}.");
    }
}

/// <summary>One round.</summary>
/// <param name="Round">Its number, from 0.</param>
/// <param name="DueAt">When it was to begin.</param>
/// <param name="Status">What it has found; not checked where a side could not be read.</param>
public sealed record ContinuousResult(long Round, DateTimeOffset DueAt, CheckStatus Status)
{
    /// <summary>What it has found; null where a side could not be read.</summary>
    public ValidationReport? Report { get; init; }

    /// <summary>Why a side could not be read; null where both were.</summary>
    public string? Message { get; init; }

    /// <summary>Rounds before this one that were left out, for the one before took too long.</summary>
    public long Skipped { get; init; }
}

/// <summary>Compares two sides again and again.</summary>
public static class ContinuousValidation
{
    /// <summary>Gives the result of each round as it ends. It ends by itself when the duration is over or the cancellation asks for it; what a round had begun is given up then.</summary>
    /// <param name="source">What is right.</param>
    /// <param name="target">What is compared with it.</param>
    /// <param name="settings">How each round compares; their seed is that of the first one.</param>
    /// <param name="timing">When.</param>
    /// <param name="cancellation">Ends it, without an error.</param>
    public static IAsyncEnumerable<ContinuousResult> RunAsync(
        IMigrationSource source, IMigrationSource target, ValidationSettings settings, ContinuousSettings timing, CancellationToken cancellation = default) =>
        RunAsync(() => new Kept(source), () => new Kept(target), settings, timing, cancellation);

    /// <summary>The same, with both sides opened anew for each round: of files, what others have written since the round before is seen only so.</summary>
    /// <param name="openSource">Opens what is right.</param>
    /// <param name="openTarget">Opens what is compared with it.</param>
    /// <param name="settings">How each round compares; their seed is that of the first one.</param>
    /// <param name="timing">When.</param>
    /// <param name="cancellation">Ends it, without an error.</param>
    public static async IAsyncEnumerable<ContinuousResult> RunAsync(
        Func<IMigrationSource> openSource,
        Func<IMigrationSource> openTarget,
        ValidationSettings settings,
        ContinuousSettings timing,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(openSource);
        ArgumentNullException.ThrowIfNull(openTarget);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(timing);
        timing.Validate();
        settings.Validate();
        DateTimeOffset wall = timing.Clock.GetUtcNow();
        long started = timing.Clock.GetTimestamp();
        long skipped = 0;
        for (long round = 0; ; round++)
        {
            TimeSpan due = timing.Interval * round;
            if (due > timing.Duration)
                yield break;
            ContinuousResult? result = await RoundAsync(round, due).ConfigureAwait(false);
            if (result is null)
                yield break;
            yield return result with { Skipped = skipped };

            // Beginnings that have gone by are left out; those to come stay at whole intervals.
            long next = (long)Math.Ceiling(timing.Clock.GetElapsedTime(started) / timing.Interval);
            skipped = Math.Max(0, next - round - 1);
            round += skipped;
        }

        async Task<ContinuousResult?> RoundAsync(long round, TimeSpan due)
        {
            try
            {
                TimeSpan wait = due - timing.Clock.GetElapsedTime(started);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, timing.Clock, cancellation).ConfigureAwait(false);
                ContinuousResult nothing = new(round, wall + due, CheckStatus.NotChecked);
                try
                {
                    using IMigrationSource source = openSource();
                    using IMigrationSource target = openTarget();
                    ValidationReport report = await new Validator(source, target, Of(round)).RunAsync(cancellation: cancellation).ConfigureAwait(false);
                    return nothing with { Status = report.Status, Report = report };
                }
                catch (CqliteException e)
                {
                    return nothing with { Message = e.Message };
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return null;
            }
        }

        ValidationSettings Of(long round) => settings with
        {
            NowSeconds = settings.NowSeconds ?? timing.Clock.GetUtcNow().ToUnixTimeSeconds(),
            Seed = settings.Seed + round,
            Random = settings.Random || timing.SampleRate is not null,
            SamplePercent = timing.SampleRate is { } rate ? rate * 100 : settings.SamplePercent,
        };
    }

    /// <summary>A side that stays open, and its owner's.</summary>
    private sealed class Kept(IMigrationSource side) : IMigrationSource
    {
        public OperandDescription Description => side.Description;

        public long ReadAtMicros => side.ReadAtMicros;

        public IQueryTarget? Queries => side.Queries;

        public IMigrationSource At(long readAtMicros) => side.At(readAtMicros);

        public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => side.ReadSchemaAsync(cancellation);

        public IReadOnlyList<UnreadTable> UnreadTables => side.UnreadTables;

        public IReadOnlyList<FolderRemark> Remarks => side.Remarks;

        public Task<ITableSource> OpenAsync(TableMetadata table, CancellationToken cancellation) => side.OpenAsync(table, cancellation);

        public Task<ITableSource> OpenAsync(TableMetadata table, CellTimes times, CancellationToken cancellation) => side.OpenAsync(table, times, cancellation);

        public void Dispose()
        {
            // Its owner does.
        }
    }
}
