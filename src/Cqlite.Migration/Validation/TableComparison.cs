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
    private IReadOnlyList<TokenRange> _pending = [];
    private int _rangeCount;
    private int _next;
    private int _taken;
    private Exception? _failure;

    /// <summary>Prepares.</summary>
    /// <param name="source">What is right.</param>
    /// <param name="target">What is compared with it.</param>
    /// <param name="terms">What is compared.</param>
    /// <param name="settings">How.</param>
    /// <param name="earlier">What an earlier comparison of the same has found that did not come to its end; null for none.</param>
    /// <param name="meter">Is told of progress.</param>
    public TableComparison(ITableSource source, ITableSource target, ComparisonTerms terms, ValidationSettings settings, TableValidation? earlier, ProgressMeter meter)
    {
        ComparisonPlan plan = new(terms, source.Table);
        _source = source;
        _settings = settings;
        _meter = meter;
        _ranges = new RangeComparison(source, target, plan, settings.Checks.HasFlag(ValidationChecks.Data));
        _findings = new TableFindings(source, target, plan, settings, earlier);
    }

    /// <summary>Compares, and judges.</summary>
    /// <param name="rangeDone">Is called behind each range, on any thread.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<TableValidation> RunAsync(Action rangeDone, CancellationToken cancellation)
    {
        RangeChoice choice = await RangeChoice.OfAsync(_source, _settings, cancellation).ConfigureAwait(false);
        _pending = [.. _findings.Pending(choice.Ranges)];
        _rangeCount = Math.Max(choice.Ranges.Count, _pending.Count);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] workers = [.. Enumerable.Range(0, _settings.Throttle).Select(_ => OnThread(() => Work(choice.WantedRows, rangeDone, ending)))];
        await Task.WhenAll(workers).ConfigureAwait(false);
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        _meter.Report(_source.Table.ToString(), _findings.Rows, 0, 1, _started, isDone: true);
        bool isWhole = !choice.IsSample || (choice.WantedRows is not null && _taken == _pending.Count);
        return _findings.Judge(isWhole, Stopwatch.GetElapsedTime(_started).TotalSeconds);
    }

    /// <summary>What was found so far; null where no range has come to its end.</summary>
    /// <param name="message">Why there is no more.</param>
    public TableValidation? Unfinished(string message)
    {
        lock (_lock)
            return _findings.IsBegun ? _findings.Unfinished(message, Stopwatch.GetElapsedTime(_started).TotalSeconds) : null;
    }

    /// <summary>Runs what waits for answers on a thread of its own.</summary>
    public static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work(long? wantedRows, Action rangeDone, CancellationTokenSource ending)
    {
        try
        {
            while (Take(wantedRows) is var (range, capacity))
            {
                ending.Token.ThrowIfCancellationRequested();
                Add(_ranges.Run(range, capacity, ending.Token));
                rangeDone();
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
    private (TokenRange Range, int Capacity)? Take(long? wantedRows)
    {
        lock (_lock)
        {
            if (_next == _pending.Count || _findings.Rows >= wantedRows)
                return null;
            TokenRange range = _pending[_next++];
            return (range, _findings.RoomIn(range));
        }
    }

    private void Add(RangeFindings range)
    {
        lock (_lock)
        {
            _findings.Add(range);
            _taken++;
            _meter.Report(_source.Table.ToString(), _findings.Rows, 0, (double)(_rangeCount - _pending.Count + _taken) / _rangeCount, _started);
        }
    }
}
