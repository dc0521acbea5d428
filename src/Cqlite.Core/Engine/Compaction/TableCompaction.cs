using Cqlite.Core.Engine.Compaction.Strategies;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// What a compactor knows of one table: its strategies, which SSTables are at work, which are damaged, and how long it is to be left alone. For one thread
/// at a time.
/// </summary>
internal sealed class TableCompaction
{
    private readonly IFileSystem _files;
    private readonly Dictionary<SSTable, CompactionCandidate> _candidates = [];
    private readonly Dictionary<RepairState, CompactionStrategy> _strategies = [];
    private readonly HashSet<SSTableId> _atWork = [];
    private readonly HashSet<SSTableId> _damaged = [];
    private TableMetadata? _table;
    private int _failures;

    /// <summary>Begins without knowledge.</summary>
    public TableCompaction(IFileSystem files) => _files = files;

    /// <summary>How many have asked for it to be left alone.</summary>
    public int Suspensions { get; set; }

    /// <summary>Taken by whoever compacts it by request: one at a time.</summary>
    public SemaphoreSlim Alone { get; } = new(1);

    /// <summary>What strategies have proposed and nobody has begun; null where they must be asked.</summary>
    public CompactionProposal? Proposed { get; set; }

    /// <summary>How many compactions strategies saw before them when they were last asked.</summary>
    public int PendingCount { get; private set; }

    /// <summary>Compactions of it that run.</summary>
    public List<RunningCompaction> Running { get; } = [];

    /// <summary>Why it is left alone for a while, or for good; null while all is well.</summary>
    public CqliteException? Problem { get; private set; }

    /// <summary>Until when it is left alone, in milliseconds of the machine's uptime.</summary>
    public long PausedUntil { get; private set; }

    /// <summary>Whether it is left alone until the database is opened again.</summary>
    public bool IsHalted => Problem is CommitInDoubtException;

    /// <summary>SSTables that could not be read, and are left out.</summary>
    public IReadOnlyCollection<SSTableId> Damaged => _damaged;

    /// <summary>What strategies decide upon, one for each state of repair.</summary>
    public IEnumerable<(CompactionStrategy Strategy, CompactionView View)> Views(ICompactionTarget target, ITableContent content, long nowMillis)
    {
        if (!ReferenceEquals(_table, target.Table))
        {
            _table = target.Table;
            _strategies.Clear();
        }

        CompactionCandidate[] live = Describe(content.SSTables);
        HashSet<SSTableId> busy = [.. _atWork, .. _damaged];
        foreach (IGrouping<RepairState, CompactionCandidate> group in live.GroupBy(c => c.Repair))
        {
            if (!_strategies.TryGetValue(group.Key, out CompactionStrategy? strategy))
                _strategies.Add(group.Key, strategy = CompactionStrategy.For(target.Table));
            yield return (strategy, new CompactionView
            {
                Table = target.Table,
                Live = live,
                Members = [.. group],
                Busy = busy,
                NowMillis = nowMillis,
                MemtableMinTimestampMicros = content.SmallestMemtableTimestampMicros,
                FlushBytes = target.FlushBytes,
            });
        }
    }

    /// <summary>The most urgent task of all strategies, and how many there are.</summary>
    public CompactionProposal Propose(ICompactionTarget target, ITableContent content, long nowMillis)
    {
        CompactionProposal best = CompactionProposal.None;
        int pending = 0;
        foreach ((CompactionStrategy strategy, CompactionView view) in Views(target, content, nowMillis))
        {
            CompactionProposal proposal = strategy.Propose(view);
            pending += proposal.PendingCount;
            if (proposal.Task is not null && (best.Task is null || proposal.PendingCount > best.PendingCount))
                best = proposal;
        }

        PendingCount = pending;
        return best with { PendingCount = pending };
    }

    /// <summary>Keeps the inputs of a task from others.</summary>
    public void Claim(RunningCompaction running)
    {
        _atWork.UnionWith(running.Record.Task.Inputs);
        Running.Add(running);
    }

    /// <summary>Gives the inputs of a task back.</summary>
    public void GiveBack(RunningCompaction running)
    {
        _atWork.ExceptWith(running.Record.Task.Inputs);
        Running.Remove(running);
    }

    /// <summary>Notes that a compaction has ended well, or that there was nothing to do.</summary>
    public void Succeed()
    {
        if (IsHalted)
            return;
        Problem = null;
        _failures = 0;
        PausedUntil = 0;
    }

    /// <summary>
    /// Notes that a compaction has failed. An SSTable that could not be read is left out from now on, so that the others can be compacted; else the table is
    /// left alone, for longer each time.
    /// </summary>
    /// <param name="inputs">The SSTables that were read.</param>
    /// <param name="problem">Why.</param>
    /// <param name="options">For how long to pause.</param>
    public void Fail(IReadOnlyList<SSTableId> inputs, CqliteException problem, CompactorOptions options)
    {
        if (IsHalted)
            return;
        Problem = problem;
        if (problem is CorruptDataException corrupt && SSTableDescriptor.TryParse(corrupt.File, out SSTableDescriptor? descriptor, out _) && inputs.Contains(descriptor.Id))
        {
            _damaged.Add(descriptor.Id);
            return;
        }

        double pause = Math.Min(options.FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)), options.LongestPause.TotalMilliseconds);
        PausedUntil = Environment.TickCount64 + (long)pause;
    }

    private CompactionCandidate[] Describe(IReadOnlyList<SSTable> sstables)
    {
        foreach (SSTable gone in _candidates.Keys.Except(sstables).ToArray())
            _candidates.Remove(gone);
        foreach (SSTable sstable in sstables)
        {
            if (!_candidates.ContainsKey(sstable))
                _candidates.Add(sstable, CompactionCandidate.Of(sstable, _files.GetLastChangeMillis(sstable.Descriptor.PathOf(SSTableComponent.Data))));
        }

        return [.. sstables.Select(s => _candidates[s])];
    }
}

/// <summary>A compaction at work, and the means to end it.</summary>
/// <param name="Record">What it is.</param>
/// <param name="Cancellation">Ends it.</param>
internal sealed record RunningCompaction(CompactionRecord Record, CancellationTokenSource Cancellation);
