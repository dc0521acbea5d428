using System.Collections.Concurrent;
using System.Diagnostics;
using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Ranges;

/// <summary>Does something with a range: goes through all that the cursor gives, and then makes it count.</summary>
/// <param name="cursor">The range. Once it has come to its end it tells how much of the range that was; the rest becomes a range of its own.</param>
/// <param name="cancellation">Ends it.</param>
internal delegate void RangeWork(RangeCursor cursor, CancellationToken cancellation);

/// <summary>
/// Goes through the ranges of a table, several at once, each on a thread of its own. Ranges that turn out to hold much are ended early, and what is left of
/// them is shared out. The first error ends all; what was made to count by then stays.
/// </summary>
internal sealed class RangeRun : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ITableSource _source;
    private readonly RangeRunOptions _options;
    private readonly ProgressMeter _meter;
    private readonly TimeCheck? _times;
    private readonly ThroughputLimit _rowLimit;
    private readonly ThroughputLimit _byteLimit;
    private readonly BlockingCollection<TokenRange> _pending = [];
    private readonly Dictionary<RangeCursor, double> _underWay = [];
    private readonly string _name;
    private readonly long _started = Stopwatch.GetTimestamp();
    private double _doneShare;
    private int _outstanding;
    private int _active;
    private Exception? _failure;

    /// <summary>Prepares.</summary>
    /// <param name="source">The table.</param>
    /// <param name="options">How to go through it.</param>
    /// <param name="meter">Is told of progress.</param>
    /// <param name="times">Looks at deletion times; null where every time can be written.</param>
    public RangeRun(ITableSource source, RangeRunOptions options, ProgressMeter meter, TimeCheck? times)
    {
        _source = source;
        _options = options;
        _meter = meter;
        _times = times;
        _name = source.Table.ToString();
        _rowLimit = new ThroughputLimit(options.RowsPerSecond);
        _byteLimit = new ThroughputLimit(options.BytesPerSecond);
    }

    /// <summary>What went by.</summary>
    public TransferCounts Counts { get; } = new();

    /// <summary>The share of the table that is done, that of earlier runs included.</summary>
    public double DoneShare
    {
        get
        {
            lock (_lock)
                return _doneShare;
        }
    }

    /// <summary>How long it has taken, in seconds.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(_started).TotalSeconds;

    /// <summary>What became of a table.</summary>
    /// <param name="run">What went through its ranges; null where it did not come to that.</param>
    /// <param name="table">The table.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="message">What is told of that; null for nothing.</param>
    public static TableTransfer Result(RangeRun? run, TableMetadata table, TransferOutcome outcome, string? message) => new(table.Keyspace, table.Name, outcome)
    {
        Message = message,
        Partitions = run?.Counts.Partitions ?? 0,
        Rows = run?.Counts.Rows ?? 0,
        Bytes = run?.Counts.Bytes ?? 0,
        Share = run?.DoneShare ?? 0,
        Seconds = run?.Seconds ?? 0,
    };

    /// <summary>Goes through ranges.</summary>
    /// <param name="ranges">The ranges; those that they leave out count as done.</param>
    /// <param name="work">What to do with each.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(IEnumerable<TokenRange> ranges, RangeWork work, CancellationToken cancellation)
    {
        _doneShare = 1;
        foreach (TokenRange range in ranges)
        {
            _pending.Add(range, CancellationToken.None);
            _outstanding++;
            _doneShare -= ShareOf(range);
        }

        _doneShare = Math.Max(0, _doneShare);
        if (_outstanding == 0)
            _pending.CompleteAdding();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] workers = [.. Enumerable.Range(0, _options.Throttle).Select(_ => Task.Factory.StartNew(
            () => Work(work, ending), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Task.WhenAll(workers).ConfigureAwait(false);
        _meter.Report(_name, Counts.Rows, Counts.Bytes, DoneShare, _started, isDone: _failure is null);
        if (_failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>Whether a range that has given so much ends behind its last token: it holds too much, or others have nothing to do and it is thought to have enough left for them.</summary>
    /// <param name="range">The whole range.</param>
    /// <param name="last">The last token that was shown.</param>
    /// <param name="rows">Rows so far.</param>
    /// <param name="bytes">Bytes so far.</param>
    public bool EndsEarly(TokenRange range, Token last, long rows, long bytes)
    {
        if (bytes >= _options.MaxRangeBytes)
            return true;
        if (rows < _options.MinRangeRows || _pending.Count > 0 || Volatile.Read(ref _active) >= _options.Throttle)
            return false;
        double shown = ShareOf(new TokenRange(range.After, last));
        double left = ShareOf(new TokenRange(last, range.UpTo));
        return shown == 0 || rows * (left / shown) >= _options.MinRangeRows;
    }

    /// <summary>Notes what went by, and waits where that was too much.</summary>
    public void Pass(RangeCursor cursor, long partitions, long rows, long bytes, Token at, bool isEnded, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Counts.Add(partitions, rows, bytes);
        if (_meter.IsHeard)
        {
            double share;
            lock (_lock)
            {
                _underWay[cursor] = isEnded ? ShareOf(cursor.Range) : ShareOf(new TokenRange(cursor.Range.After, at));
                share = _doneShare + _underWay.Values.Sum();
            }

            _meter.Report(_name, Counts.Rows, Counts.Bytes, share, _started);
        }

        _rowLimit.Take(rows, cancellation);
        _byteLimit.Take(bytes, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _pending.Dispose();

    private double ShareOf(TokenRange range) => RangeSplitter.Share(_source.Table.Partitioner, range);

    private void Work(RangeWork work, CancellationTokenSource ending)
    {
        bool isWhole = false;
        try
        {
            foreach (TokenRange range in _pending.GetConsumingEnumerable(ending.Token))
            {
                Interlocked.Increment(ref _active);
                using RangeCursor cursor = new(_source.Read(range, ending.Token), range, this, _times, ending.Token);
                work(cursor, ending.Token);
                Complete(cursor);
                Interlocked.Decrement(ref _active);
            }

            isWhole = true;
        }
        catch (Exception error) when (Note(error))
        {
            // Whoever waits for all workers is given the first one's error.
        }
        finally
        {
            // Also where a defect ends it: the others would wait for what was left of its range.
            if (!isWhole)
                ending.Cancel();
        }
    }

    /// <summary>Takes note of an error; what is a defect of ours passes on by itself.</summary>
    private bool Note(Exception error)
    {
        if (!TransferOutcomes.IsOutcome(error))
            return false;
        Interlocked.CompareExchange(ref _failure, error, null);
        return true;
    }

    /// <summary>The range is done; what is left of it, in two pieces, is for whoever comes next.</summary>
    private void Complete(RangeCursor cursor)
    {
        lock (_lock)
        {
            _underWay.Remove(cursor);
            _doneShare += ShareOf(cursor.Range);
            if (cursor.Rest is { } rest)
                Add(rest);
            if (--_outstanding == 0)
                _pending.CompleteAdding();
        }
    }

    private void Add(TokenRange rest)
    {
        Token? middle = RangeSplitter.Middle(_source.Table.Partitioner, rest);
        _outstanding += middle is null ? 1 : 2;
        _pending.Add(middle is { } end ? new TokenRange(rest.After, end) : rest);
        if (middle is { } after)
            _pending.Add(new TokenRange(after, rest.UpTo));
    }
}
