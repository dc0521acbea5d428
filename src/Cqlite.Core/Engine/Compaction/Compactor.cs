using System.Diagnostics;
using Cqlite.Core.Engine.Compaction.Strategies;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// Compacts the tables of a database: in the background what their strategies propose, the most urgent first, and what users ask for. A table whose compaction
/// fails is left alone for a while; why can be seen. Any thread may call.
/// </summary>
/// <remarks>Source of the idea: org/apache/cassandra/db/compaction/CompactionManager.java.</remarks>
internal sealed class Compactor : IDisposable
{
    private const int MostFinished = 100;
    private readonly IFileSystem _files;
    private readonly CompactorOptions _options;
    private readonly Func<IEnumerable<ICompactionTarget>> _targets;
    private readonly Func<long> _nowSeconds;
    private readonly Action<CommitInDoubtException> _onDoubt;
    private readonly CompactionExecutor _executor;
    private readonly List<Thread> _threads = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);

    /// <summary>Held for all below; pulsed whenever a compaction ends.</summary>
    private readonly object _gate = new();
    private readonly Dictionary<Guid, TableCompaction> _tables = [];
    private readonly Queue<CompactionRecord> _finished = [];
    private StorageException? _filesLeft;

    /// <summary>Creates a compactor that does nothing by itself before <see cref="Start"/>.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="options">How to compact.</param>
    /// <param name="targets">The tables that are open.</param>
    /// <param name="nowSeconds">The present, in seconds since 1970.</param>
    /// <param name="onDoubt">Told when it can't be known whether a compaction took effect: nothing may be written any more.</param>
    public Compactor(IFileSystem files, CompactorOptions options, Func<IEnumerable<ICompactionTarget>> targets, Func<long> nowSeconds, Action<CommitInDoubtException> onDoubt)
    {
        _files = files;
        _options = options;
        _targets = targets;
        _nowSeconds = nowSeconds;
        _onDoubt = onDoubt;
        Limit = new ThroughputLimit(options.BytesPerSecond);
        _executor = new CompactionExecutor(files, Limit, nowSeconds) { FilesLeft = e => Volatile.Write(ref _filesLeft, e) };
    }

    /// <summary>Opens the tables that are there from before, so that they are targets; called once, in the background. Null where all are open.</summary>
    public Action<CancellationToken>? OpenTargets { get; init; }

    /// <summary>How fast inputs are read; can be changed at any time.</summary>
    public ThroughputLimit Limit { get; }

    /// <summary>Why files that no longer count could not be deleted; null where none was left. They go when the database is opened the next time.</summary>
    public StorageException? FilesLeft => Volatile.Read(ref _filesLeft);

    /// <summary>Compactions that run.</summary>
    public IReadOnlyList<CompactionRecord> Running
    {
        get
        {
            lock (_gate)
                return [.. _tables.Values.SelectMany(t => t.Running).Select(r => r.Record).OrderBy(r => r.BegunMillis)];
        }
    }

    /// <summary>How many compactions have ended, however they did.</summary>
    public long FinishedCount { get; private set; }

    /// <summary>The last compactions that have ended, the latest last.</summary>
    public IReadOnlyList<CompactionRecord> Finished
    {
        get
        {
            lock (_gate)
                return [.. _finished];
        }
    }

    /// <summary>Why a table is not compacted at present; null where it is.</summary>
    public CqliteException? ProblemOf(Guid tableId)
    {
        lock (_gate)
            return _tables.GetValueOrDefault(tableId)?.Problem;
    }

    /// <summary>How many compactions strategies saw before them when they were last asked, by the id of the table.</summary>
    public IReadOnlyDictionary<Guid, int> Pending
    {
        get
        {
            lock (_gate)
                return _tables.Where(t => t.Value.PendingCount > 0).ToDictionary(t => t.Key, t => t.Value.PendingCount);
        }
    }

    /// <summary>Begins to compact in the background.</summary>
    public void Start()
    {
        for (int i = 0; i < _options.Threads; i++)
        {
            bool isFirst = i == 0;
            Thread thread = new(() => Work(isFirst)) { IsBackground = true, Name = $"cqlite compaction {i + 1}", Priority = ThreadPriority.BelowNormal };
            _threads.Add(thread);
            thread.Start();
        }

        Wake();
    }

    /// <summary>Says that tables have changed: a flush, an opening.</summary>
    public void Wake()
    {
        if (!_stop.IsCancellationRequested && _threads.Count > 0 && _wake.CurrentCount < _threads.Count)
            _wake.Release();
    }

    /// <summary>Cancels the compactions of tables, waits for their end, and lets none begin until the result is disposed of.</summary>
    public IDisposable Suspend(params IReadOnlyList<Guid> tableIds)
    {
        lock (_gate)
        {
            TableCompaction[] tables = [.. tableIds.Distinct().Select(TableOf)];
            foreach (TableCompaction table in tables)
            {
                table.Suspensions++;
                foreach (RunningCompaction running in table.Running)
                    running.Cancellation.Cancel();
            }

            while (tables.Any(t => t.Running.Count > 0))
                Monitor.Wait(_gate);
            return new Suspension(this, tables);
        }
    }

    /// <summary>Compacts all of a table, as its strategy does when asked for all; on the calling thread and as many more as are given.</summary>
    /// <param name="target">The table.</param>
    /// <param name="splitOutput">Whether the result may be several SSTables where the strategy would leave one.</param>
    /// <param name="threads">How many tasks run at once, where there are several.</param>
    /// <param name="cancellation">Ends it: what is done stays.</param>
    /// <returns>What was done; what a change of the table cut short is left out.</returns>
    /// <exception cref="CqliteException">One failed; those before it stay.</exception>
    public IReadOnlyList<CompactionResult> CompactAll(ICompactionTarget target, bool splitOutput, int threads, CancellationToken cancellation) =>
        RunAlone(target, threads, (strategy, view) => strategy.Major(view, splitOutput), cancellation);

    /// <summary>Compacts the named SSTables of a table, together as far as they are repaired alike.</summary>
    /// <param name="target">The table.</param>
    /// <param name="ids">The SSTables. Those that are not there are passed over.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CqliteException">One failed; those before it stay.</exception>
    public IReadOnlyList<CompactionResult> CompactThese(ICompactionTarget target, IReadOnlyCollection<SSTableId> ids, CancellationToken cancellation) =>
        RunAlone(
            target,
            1,
            (strategy, view) => view.Members.Where(m => ids.Contains(m.Id)).ToArray() is { Length: > 0 } named ? [strategy.UserDefined(view, named)] : [],
            cancellation);

    /// <summary>Drops from each SSTable of a table what others delete or overwrite, one after the other.</summary>
    /// <param name="target">The table.</param>
    /// <param name="overlapping">Which deletions take effect.</param>
    /// <param name="cancellation">Ends it: what is done stays.</param>
    /// <exception cref="CqliteException">One failed; those before it stay.</exception>
    public IReadOnlyList<CompactionResult> CollectGarbage(ICompactionTarget target, OverlappingTombstones overlapping, CancellationToken cancellation) =>
        RunAlone(
            target,
            1,
            (strategy, view) => [.. view.Free.OrderBy(c => c.MaxTimestampMicros).Select(c => strategy.GarbageCollection(view, c, overlapping))],
            cancellation);

    /// <summary>Cancels all that runs and waits for its end.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        lock (_gate)
        {
            foreach (RunningCompaction running in _tables.Values.SelectMany(t => t.Running))
                running.Cancellation.Cancel();
            while (_tables.Values.Any(t => t.Running.Count > 0))
                Monitor.Wait(_gate);
        }

        _threads.ForEach(t => t.Join());
        _wake.Dispose();
        _stop.Dispose();
    }

    private void Work(bool opensTargets)
    {
        if (opensTargets)
            OpenTargets?.Invoke(_stop.Token);
        while (!_stop.IsCancellationRequested)
        {
            (ICompactionTarget Target, RunningCompaction Running)? chosen = Choose();
            if (chosen is { } found)
            {
                // Another thread may find work beside it.
                Wake();
                _ = Record(found.Target, found.Running);
                continue;
            }

            try
            {
                _wake.Wait(_options.Period, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Finds the most urgent task of all tables and claims it.</summary>
    private (ICompactionTarget Target, RunningCompaction Running)? Choose()
    {
        lock (_gate)
        {
            (ICompactionTarget Target, CompactionProposal Proposal)? best = null;
            foreach (ICompactionTarget target in _targets())
            {
                TableCompaction table = TableOf(target);
                if (table.Suspensions > 0 || table.IsHalted || Environment.TickCount64 < table.PausedUntil || !CompactionStrategy.IsEnabled(target.Table))
                    continue;
                CompactionProposal proposal = Propose(target, table);
                if (proposal.Task is not null && (best is null || proposal.PendingCount > best.Value.Proposal.PendingCount))
                    best = (target, proposal);
            }

            if (best is not { } chosen || _stop.IsCancellationRequested)
                return null;
            TableOf(chosen.Target).Proposed = null;
            return (chosen.Target, Begin(chosen.Target, chosen.Proposal.Task!, _stop.Token));
        }
    }

    /// <summary>What a table's strategies propose, asked again only when something has changed: asking notes that expiry has been looked at.</summary>
    private CompactionProposal Propose(ICompactionTarget target, TableCompaction table)
    {
        using ITableContent? content = target.TryAcquire();
        if (content is null)
            return CompactionProposal.None;
        if (table.Proposed is { } known && known.Task!.Inputs.All(i => content.SSTables.Any(s => s.Descriptor.Id == i)))
            return known;
        try
        {
            CompactionProposal proposal = table.Propose(target, content, _nowSeconds() * 1000);
            table.Proposed = proposal.Task is null ? null : proposal;
            return proposal;
        }
        catch (CqliteException problem)
        {
            table.Fail([], problem, _options);
            return CompactionProposal.None;
        }
    }

    private IReadOnlyList<CompactionResult> RunAlone(
        ICompactionTarget target,
        int threads,
        Func<CompactionStrategy, CompactionView, IReadOnlyList<CompactionTask>> choose,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        TableCompaction table;
        lock (_gate)
            table = TableOf(target);
        table.Alone.Wait(cancellation);
        try
        {
            using IDisposable suspension = Suspend(target.Table.Id);
            return RunAll(target, threads, ClaimAll(target, table, choose, cancellation), cancellation);
        }
        finally
        {
            table.Alone.Release();
        }
    }

    private List<RunningCompaction> ClaimAll(
        ICompactionTarget target,
        TableCompaction table,
        Func<CompactionStrategy, CompactionView, IReadOnlyList<CompactionTask>> choose,
        CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (table.IsHalted)
                throw table.Problem!;
            using ITableContent? content = target.TryAcquire();
            List<RunningCompaction> tasks = [];
            if (content is null)
                return tasks;
            foreach ((CompactionStrategy strategy, CompactionView view) in table.Views(target, content, _nowSeconds() * 1000).ToArray())
                tasks.AddRange(choose(strategy, view).Select(t => Begin(target, t, cancellation)));
            return tasks;
        }
    }

    private List<CompactionResult> RunAll(ICompactionTarget target, int threads, List<RunningCompaction> tasks, CancellationToken cancellation)
    {
        List<CompactionResult> results = [];
        CqliteException? failure = null;
        int next = 0;
        Thread[] helpers = [.. Enumerable.Range(1, Math.Max(0, Math.Min(threads, tasks.Count) - 1)).Select(_ => new Thread(RunTasks) { IsBackground = true, Name = "cqlite compaction" })];
        foreach (Thread helper in helpers)
            helper.Start();
        RunTasks();
        foreach (Thread helper in helpers)
            helper.Join();
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        return failure is null ? results : throw failure;

        void RunTasks()
        {
            for (int i = Interlocked.Increment(ref next) - 1; i < tasks.Count; i = Interlocked.Increment(ref next) - 1)
            {
                if (Volatile.Read(ref failure) is not null)
                    tasks[i].Cancellation.Cancel();
                CompactionRecord done = Record(target, tasks[i]);
                lock (results)
                {
                    if (done.Result is not null)
                        results.Add(done.Result);
                    failure ??= done.Error as CqliteException;
                }
            }
        }
    }

    /// <summary>Claims a task's inputs; the gate is held.</summary>
    private RunningCompaction Begin(ICompactionTarget target, CompactionTask task, CancellationToken cancellation)
    {
        CompactionRecord record = new()
        {
            Keyspace = target.Table.Keyspace,
            Table = target.Table.Name,
            Task = task,
            BegunMillis = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            Progress = new CompactionProgress(),
        };
        RunningCompaction running = new(record, CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token));
        TableOf(target).Claim(running);
        return running;
    }

    /// <summary>Runs a claimed task, and notes what came of it.</summary>
    private CompactionRecord Record(ICompactionTarget target, RunningCompaction running)
    {
        long begun = Stopwatch.GetTimestamp();
        CompactionRecord record = running.Record;
        try
        {
            record = record with { Result = _executor.Run(target, record.Task, record.Progress, running.Cancellation.Token) };
        }
        catch (OperationCanceledException)
        {
            record = record with { IsCancelled = true };
        }
        catch (CqliteException problem)
        {
            record = record with { Error = problem };
        }
        finally
        {
            record = record with { Duration = Stopwatch.GetElapsedTime(begun) };
            End(target, running, record);
        }

        if (record.Error is CommitInDoubtException doubt)
            _onDoubt(doubt);
        return record;
    }

    private void End(ICompactionTarget target, RunningCompaction running, CompactionRecord record)
    {
        lock (_gate)
        {
            TableCompaction table = TableOf(target);
            table.GiveBack(running);
            if (record.Error is CqliteException problem)
                table.Fail(record.Task.Inputs, problem, _options);
            else if (record.Result is not null)
                table.Succeed();
            _finished.Enqueue(record);
            FinishedCount++;
            if (_finished.Count > MostFinished)
                _finished.Dequeue();
            Monitor.PulseAll(_gate);
        }

        running.Cancellation.Dispose();
    }

    private TableCompaction TableOf(ICompactionTarget target) => TableOf(target.Table.Id);

    private TableCompaction TableOf(Guid id)
    {
        if (!_tables.TryGetValue(id, out TableCompaction? table))
            _tables.Add(id, table = new TableCompaction(_files));
        return table;
    }

    private sealed class Suspension(Compactor owner, TableCompaction[] tables) : IDisposable
    {
        private TableCompaction[] _tables = tables;

        public void Dispose()
        {
            lock (owner._gate)
            {
                foreach (TableCompaction table in _tables)
                {
                    table.Suspensions--;
                    table.Proposed = null;
                }

                _tables = [];
            }

            owner.Wake();
        }
    }
}
