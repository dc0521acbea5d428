using Cqlite.Core.Errors;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// The bounds where the table lives on while it is compacted: each partition is looked for in what is outside of the compaction at that moment, flushed
/// SSTables and memtables included. Keys must be asked for in their order.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/CompactionController.java (getPurgeEvaluator, refreshOverlaps).</remarks>
internal sealed class LivePurgeBounds : PurgeBounds
{
    private readonly ICompactionTarget _target;
    private readonly HashSet<SSTableId> _inputs;
    private readonly Partitioner _partitioner;

    /// <summary>Those outside that begin behind the partition at hand, the next one last.</summary>
    private readonly Stack<SSTable> _coming = new();

    /// <summary>Those outside that begin at the partition at hand or before, and do not end before.</summary>
    private readonly List<SSTable> _near = [];
    private ITableContent _content;
    private ITableContent? _before;
    private bool _isClosed;

    /// <summary>Looks at a table.</summary>
    /// <param name="target">The table.</param>
    /// <param name="content">What it holds, which this owns from now on.</param>
    /// <param name="inputs">The SSTables that are compacted.</param>
    /// <param name="nowSeconds">The moment, in seconds since 1970.</param>
    /// <param name="purgesNothing">Whether all tombstones stay, as those of data that is not repaired do where the table says so.</param>
    public LivePurgeBounds(ICompactionTarget target, ITableContent content, IEnumerable<SSTableId> inputs, long nowSeconds, bool purgesNothing)
        : base(nowSeconds, target.Table.Options.GcGraceSeconds)
    {
        _target = target;
        _inputs = [.. inputs];
        _partitioner = target.Table.Partitioner;
        PurgesNothing = purgesNothing;
        _content = content;
        Arrange();
    }

    /// <summary>Whether all tombstones stay.</summary>
    public bool PurgesNothing { get; }

    /// <summary>SSTables outside of the compaction that may have a partition, which must not be before the last one that was asked for.</summary>
    public IReadOnlyList<SSTable> Near(Token token, ReadOnlySpan<byte> key)
    {
        if (!_content.IsCurrent && !_isClosed)
            Refresh();

        while (_coming.TryPeek(out SSTable? next) && CompareTo(next.PartitionIndex.FirstKey, token, key) <= 0)
            _near.Add(_coming.Pop());
        for (int i = _near.Count - 1; i >= 0; i--)
        {
            if (CompareTo(_near[i].PartitionIndex.LastKey, token, key) < 0)
                _near.RemoveAt(i);
        }

        return _near;
    }

    /// <inheritdoc/>
    public override long? OldestOutside(Token token, ReadOnlySpan<byte> key)
    {
        if (PurgesNothing)
            return long.MinValue;
        long? oldest = null;
        foreach (SSTable other in Near(token, key))
        {
            long smallest = other.Statistics.Stats.MinTimestampMicros;
            if ((oldest is null || smallest < oldest) && MayHave(other, token, key))
                oldest = smallest;
        }

        if (_content.MemtablesMayHave(token, key) && (oldest is not { } found || _content.SmallestMemtableTimestampMicros < found))
            oldest = _content.SmallestMemtableTimestampMicros;
        return oldest;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _before?.Dispose();
        _content.Dispose();
        base.Dispose(disposing);
    }

    private static bool MayHave(SSTable sstable, Token token, ReadOnlySpan<byte> key)
    {
        try
        {
            return sstable.TryFind(token, key, out _);
        }
        catch (CorruptDataException)
        {
            // What is damaged may hold anything. It is told of by whoever reads it.
            return true;
        }
    }

    private int CompareTo(ReadOnlyMemory<byte> bound, Token token, ReadOnlySpan<byte> key) =>
        _partitioner.Compare(_partitioner.TokenOf(bound.Span), bound.Span, token, key);

    /// <summary>A store that has been closed does not take the result; what is found in it no longer matters.</summary>
    private void Refresh()
    {
        if (_target.TryAcquire() is not { } content)
        {
            _isClosed = true;
            return;
        }

        // Somebody may still read, in this partition, from what was found before.
        _before?.Dispose();
        _before = _content;
        _content = content;
        Arrange();
    }

    private void Arrange()
    {
        _near.Clear();
        _coming.Clear();
        List<(Token Token, SSTable SSTable)> others = [.. _content.SSTables
            .Where(s => !_inputs.Contains(s.Descriptor.Id))
            .Select(s => (_partitioner.TokenOf(s.PartitionIndex.FirstKey.Span), s))];
        others.Sort((left, right) => _partitioner.Compare(
            right.Token, right.SSTable.PartitionIndex.FirstKey.Span, left.Token, left.SSTable.PartitionIndex.FirstKey.Span));
        foreach ((_, SSTable other) in others)
            _coming.Push(other);
    }
}
