using System.Globalization;
using System.Management.Automation;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Validation;
using CqlitePS.Objects;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>Compares two sides again and again, and gives what each round has found as it ends, until it is stopped or the time is over.</summary>
[Cmdlet(VerbsCommon.Watch, "CqliteMigration")]
[OutputType(typeof(MigrationWatchResult))]
public sealed class WatchCqliteMigrationCommand : ComparisonCmdlet
{
    private const string Activity = "Watching";
    private const int LookEveryMillis = 100;

    /// <summary>The time from the beginning of one round to that of the next, such as 30s, 1m or 1h30m; a number counts seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Interval { get; set; } = new ContinuousSettings().Interval;

    /// <summary>The share of each table that a round compares, between 0 and 1, drawn anew each time; all when not given.</summary>
    [Parameter]
    [ValidateRange(double.Epsilon, 1)]
    public double? SampleRate { get; set; }

    /// <summary>How long no further round is begun after, such as 8h; until it is stopped when not given.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Duration { get; set; }

    /// <inheritdoc/>
    private protected override ValidationSettings Settings => base.Settings with
    {
        Seed = Random.Shared.NextInt64(long.MaxValue / 2),
        Checks = Check != ValidationChecks.All && Check.HasFlag(ValidationChecks.Performance)
            ? throw new ArgumentException("-Check Performance is not for rounds: Test-CqliteMigration times queries.")
            : base.Settings.Checks & ~ValidationChecks.Performance,
    };

    /// <inheritdoc/>
    protected override void Process()
    {
        ContinuousSettings timing = new() { Interval = Interval, Duration = Duration, SampleRate = SampleRate };
        timing.Validate();
        Func<IMigrationSource> source = FindSource().Read;
        Func<IMigrationSource> target = FindTarget().Read;
        WithLog(log => Watch(ContinuousValidation.RunAsync(source, target, Settings, timing, StopToken), log));
    }

    private void Watch(IAsyncEnumerable<ContinuousResult> rounds, ProgressLog? log)
    {
        IAsyncEnumerator<ContinuousResult> each = rounds.GetAsyncEnumerator(CancellationToken.None);
        try
        {
            string last = "the first round";
            while (Next(each, last))
            {
                MigrationWatchResult result = new(each.Current);
                last = string.Create(CultureInfo.InvariantCulture, $"round {result.Round}: {result.Status} at {DateTimeOffset.Now:T}");
                log?.Write(result.Passed ? "INFO" : "ERROR", string.Create(CultureInfo.InvariantCulture, $"Round {result.Round}: {result.Status}{(result.Message is { } message ? $": {message}" : "")}"));
                WriteObject(result);
            }
        }
        finally
        {
            // Also where the pipeline has had enough, as with Select-Object -First.
            _ = Wait(Task.Run(async () =>
            {
                await each.DisposeAsync().ConfigureAwait(false);
                return true;
            }));
        }

        CompleteProgress(Activity);
        StopToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for the next round's end; false where there is none.</summary>
    private bool Next(IAsyncEnumerator<ContinuousResult> rounds, string last)
    {
        Task<bool> next = Task.Run(async () => await rounds.MoveNextAsync().ConfigureAwait(false), CancellationToken.None);
        while (!((IAsyncResult)next).AsyncWaitHandle.WaitOne(LookEveryMillis))
        {
            if (!StopToken.IsCancellationRequested)
                ReportProgress(Activity, last, null);
        }

        return Wait(next);
    }
}
