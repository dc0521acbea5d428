using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Validation;

/// <summary>Compares one table of two sides, range by range, several at once. Of either side no more is in memory than its cursors hold.</summary>
internal sealed class TableComparison
{
    private readonly Lock _lock = new();
    private readonly ITableSource _source;
    private readonly ValidationSettings _settings;
    private readonly ProgressMeter _meter;
    private readonly RangeComparison _ranges;
    private readonly TableFindings _findings;
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _next;
    private int _taken;
    private Exception? _failure;

    public TableComparison(ITableSource source, ITableSource target, ComparisonTerms terms, ValidationSettings settings, ProgressMeter meter)
    {
        ComparisonPlan plan = new(terms, source.Table);
        _source = source;
        _settings = settings;
        _meter = meter;
        _ranges = new RangeComparison(source, target, plan, settings.Checks.HasFlag(ValidationChecks.Data));
        _findings = new TableFindings(source, target, plan, settings);
    }

    /// <summary>Compares, and judges.</summary>
    public async Task<TableValidation> RunAsync(CancellationToken cancellation)
    {
        RangeChoice choice = await RangeChoice.OfAsync(_source, _settings, cancellation).ConfigureAwait(false);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] workers = [.. Enumerable.Range(0, _settings.Throttle).Select(_ => OnThread(() => Work(choice, ending)))];
        await Task.WhenAll(workers).ConfigureAwait(false);
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        _meter.Report(_source.Table.ToString(), _findings.Rows, 0, 1, _started, isDone: true);
        bool isWhole = !choice.IsSample || (choice.WantedRows is not null && _taken == choice.Ranges.Count);
        return _findings.Judge(isWhole, Stopwatch.GetElapsedTime(_started).TotalSeconds);
    }

    /// <summary>Runs what waits for answers on a thread of its own.</summary>
    public static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work(RangeChoice choice, CancellationTokenSource ending)
    {
        try
        {
            while (Take(choice) is var (range, capacity))
            {
                ending.Token.ThrowIfCancellationRequested();
                Add(_ranges.Run(range, capacity, ending.Token), choice.Ranges.Count);
            }
        }
        catch (Exception error) when (TransferOutcomes.IsOutcome(error))
        {
            // Whoever waits for all workers is given the first one's error.
            Interlocked.CompareExchange(ref _failure, error, null);
            ending.Cancel();
        }
    }

    /// <summary>The next range, and how many of its differences can come to be listed; null where enough was compared.</summary>
    private (TokenRange Range, int Capacity)? Take(RangeChoice choice)
    {
        lock (_lock)
        {
            if (_next == choice.Ranges.Count || (choice.WantedRows is { } wanted && _findings.Rows >= wanted))
                return null;
            TokenRange range = choice.Ranges[_next++];
            return (range, _findings.RoomIn(range));
        }
    }

    private void Add(RangeFindings range, int rangeCount)
    {
        lock (_lock)
        {
            _findings.Add(range);
            _taken++;
            _meter.Report(_source.Table.ToString(), _findings.Rows, 0, (double)_taken / rangeCount, _started);
        }
    }
}
