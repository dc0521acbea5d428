using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Validation;

/// <summary>
/// Compares one table of two sides, range by range, several at once: digests of both first, each side on a thread of its own, and cells only where they differ. Of
/// either side no more is in memory than its cursors hold.
/// </summary>
internal sealed class TableComparison
{
    private readonly Lock _lock = new();
    private readonly ITableSource _source;
    private readonly ITableSource _target;
    private readonly ComparisonPlan _plan;
    private readonly ValidationSettings _settings;
    private readonly ProgressMeter _meter;
    private readonly DifferenceList _differences;
    private readonly List<TokenRange> _differing = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly bool _comparesData;
    private RangeDigest _sourceDigest;
    private RangeDigest _targetDigest;
    private double _coverage;
    private int _next;
    private int _taken;
    private Exception? _failure;

    public TableComparison(ITableSource source, ITableSource target, ComparisonTerms terms, ValidationSettings settings, ProgressMeter meter)
    {
        _source = source;
        _target = target;
        _plan = new ComparisonPlan(terms, source.Table);
        _settings = settings;
        _meter = meter;
        _differences = new DifferenceList(settings.MaxDifferences);
        _comparesData = settings.Checks.HasFlag(ValidationChecks.Data);
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
        _meter.Report(_source.Table.ToString(), _sourceDigest.Rows, 0, 1, _started, isDone: true);
        return Judge(choice);
    }

    /// <summary>The digest of ranges of one side.</summary>
    public static RangeDigest DigestOf(ITableSource side, ComparisonPlan plan, TokenRange range, bool hashes, CancellationToken cancellation)
    {
        using LiveSide live = new(side.Read(range, cancellation), plan);
        return RangeDigest.Of(live, plan, hashes, cancellation);
    }

    /// <summary>A digest as reports have it.</summary>
    public static string Text(UInt128 digest) => digest.ToString("x32", CultureInfo.InvariantCulture);

    private static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work(RangeChoice choice, CancellationTokenSource ending)
    {
        try
        {
            while (Take(choice) is { } range)
            {
                ending.Token.ThrowIfCancellationRequested();
                Compare(range, choice.Ranges.Count, ending.Token);
            }
        }
        catch (Exception error) when (TransferOutcomes.IsOutcome(error))
        {
            // Whoever waits for all workers is given the first one's error.
            Interlocked.CompareExchange(ref _failure, error, null);
            ending.Cancel();
        }
    }

    private TokenRange? Take(RangeChoice choice)
    {
        lock (_lock)
        {
            if (_next == choice.Ranges.Count || (choice.WantedRows is { } wanted && _sourceDigest.Rows >= wanted))
                return null;
            return choice.Ranges[_next++];
        }
    }

    private void Compare(TokenRange range, int rangeCount, CancellationToken cancellation)
    {
        RangeDigest source = default;
        Exception? failure = null;
        Task other = OnThread(() =>
        {
            try
            {
                source = DigestOf(_source, _plan, range, _comparesData, cancellation);
            }
            catch (Exception error) when (TransferOutcomes.IsOutcome(error))
            {
                failure = error;
            }
        });
        RangeDigest target;
        try
        {
            target = DigestOf(_target, _plan, range, _comparesData, cancellation);
        }
        finally
        {
            other.Wait(CancellationToken.None);
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        bool differs = _comparesData && source != target;
        if (differs)
        {
            using RowPairs pairs = new(new LiveSide(_source.Read(range, cancellation), _plan), new LiveSide(_target.Read(range, cancellation), _plan), _plan);
            new RowComparer(pairs, _differences).Run(cancellation);
        }

        lock (_lock)
        {
            _sourceDigest += source;
            _targetDigest += target;
            _coverage += RangeSplitter.Share(_plan.Table.Partitioner, range);
            _taken++;
            if (differs)
                _differing.Add(range);
            _meter.Report(_source.Table.ToString(), _sourceDigest.Rows, 0, (double)_taken / rangeCount, _started);
        }
    }

    private TableValidation Judge(RangeChoice choice)
    {
        bool isSample = choice.IsSample && _taken < choice.Ranges.Count || choice is { IsSample: true, WantedRows: null };
        double coverage = isSample ? Math.Min(1, _coverage) : 1;
        List<string> notChecked = [.. _plan.Terms.NotChecked(_source, _target)];
        if (isSample)
            notChecked.Insert(0, string.Create(CultureInfo.InvariantCulture, $"{1 - coverage:P2} of the ring, which the sample leaves out."));
        long wrong = _differences.MissingRows + _differences.ExtraRows + _differences.DifferentRows;
        TableValidation result = new(_plan.Table.Keyspace, _plan.Table.Name)
        {
            Count = _settings.Checks.HasFlag(ValidationChecks.Count) ? Status(Math.Abs(_sourceDigest.Rows - _targetDigest.Rows)) : CheckStatus.NotChecked,
            SourceRows = _sourceDigest.Rows,
            TargetRows = _targetDigest.Rows,
            SourcePartitions = _sourceDigest.Partitions,
            TargetPartitions = _targetDigest.Partitions,
            Coverage = coverage,
            Terms = _plan.Terms,
            Seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
        };
        if (!_comparesData)
            return result with { NotChecked = ["Values: rows were counted."] };
        IReadOnlyList<Difference> listed = _differences.ToList();
        return result with
        {
            Data = Status(wrong),
            MissingRows = _differences.MissingRows,
            ExtraRows = _differences.ExtraRows,
            DifferentRows = _differences.DifferentRows,
            DifferentCells = _differences.DifferentCells,
            SourceDigest = Text(_sourceDigest.Sum),
            TargetDigest = Text(_targetDigest.Sum),
            Differences = listed,
            IsTruncated = wrong > 0 && listed.Count >= _settings.MaxDifferences,
            NotChecked = notChecked,
            DifferingRanges = [.. _differing.Order()],
        };
    }

    private CheckStatus Status(long wrong) => wrong == 0 ? CheckStatus.Passed
        : wrong <= _settings.Tolerance && !_settings.Strict ? CheckStatus.Warning
        : CheckStatus.Failed;
}
