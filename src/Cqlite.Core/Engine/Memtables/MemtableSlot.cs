using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>A memtable and the stretch of the commit log that is in it.</summary>
/// <param name="memtable">The memtable.</param>
/// <param name="from">The place from which on all that was written to the table is in it.</param>
internal sealed class MemtableSlot(Memtable memtable, CommitLogPosition from)
{
    private long _firstSegment = long.MaxValue;
    private volatile bool _hasUnlogged;

    /// <summary>The memtable.</summary>
    public Memtable Memtable => memtable;

    /// <summary>Where its stretch of the log begins.</summary>
    public CommitLogPosition From => from;

    /// <summary>Where its stretch of the log ends, once another memtable has taken its place.</summary>
    public CommitLogPosition To { get; set; } = CommitLogPosition.None;

    /// <summary>When it was begun, in milliseconds of the machine's uptime.</summary>
    public long BegunAtMillis { get; } = Environment.TickCount64;

    /// <summary>The oldest segment of the log that has a write of this memtable; <see cref="long.MaxValue"/> while there is none.</summary>
    public long FirstSegment => Volatile.Read(ref _firstSegment);

    /// <summary>Whether it has writes that are not in the log, as those of keyspaces without durable writes are: nowhere else, then.</summary>
    public bool HasUnlogged => _hasUnlogged;

    /// <summary>Applies an update whose place in the log is known; <see cref="CommitLogPosition.None"/> for one that is not logged.</summary>
    public void Apply(PartitionUpdate update, CommitLogPosition position)
    {
        NoteSegment(position);
        if (position.SegmentId < 0 && !_hasUnlogged)
            _hasUnlogged = true;
        memtable.Apply(update);
    }

    /// <summary>Notes that a segment of the log has writes of this memtable.</summary>
    public void NoteSegment(CommitLogPosition position)
    {
        long first = Volatile.Read(ref _firstSegment);
        while (position.SegmentId >= 0 && position.SegmentId < first)
        {
            long seen = Interlocked.CompareExchange(ref _firstSegment, position.SegmentId, first);
            if (seen == first)
                return;
            first = seen;
        }
    }
}
