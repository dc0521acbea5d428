using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Compaction.Strategies;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Writing;

/// <summary>
/// Brings memtables to SSTables, and lets go of the log's segments of which all is there. For one thread at a time; writers go on, and are held up only for the
/// moment in which they get another memtable.
/// </summary>
/// <remarks>Source of the cuts: org/apache/cassandra/db/compaction/unified/ShardedMultiWriter.java.</remarks>
/// <param name="database">Whose stores.</param>
/// <param name="files">Through what files are written.</param>
/// <param name="folders">Where SSTables go.</param>
/// <param name="log">The log.</param>
/// <param name="barrier">Keeps writers out while memtables change.</param>
/// <param name="flushed">Called after each memtable that has become SSTables.</param>
internal sealed class Flusher(Database database, IFileSystem files, TableFolders folders, LogSegments log, WriteBarrier barrier, Action flushed)
{
    /// <summary>Flushes all tables, and lets go of the log.</summary>
    public void FlushAll()
    {
        log.BeginNext();
        foreach (TableStore store in database.OpenStores)
            Write(store);
        RecycleSegments();
    }

    /// <summary>Flushes a table, and lets go of what of the log only it held.</summary>
    public void Flush(TableStore store)
    {
        Write(store);
        RecycleSegments();
    }

    /// <summary>Flushes a table; the log stays.</summary>
    public void Write(TableStore store)
    {
        if (!store.Active.Memtable.IsEmpty)
            barrier.Exclusively(() => Switch(store));
        WriteSwitched(store);
    }

    /// <summary>
    /// Lets go of the log up to a segment, by flushing the tables that hold it. To be called before SSTables go whose writes may be in it still, without
    /// others that say so in their place: what was purged would be replayed.
    /// </summary>
    /// <param name="segmentId">The segment that, with all before it, is not to be replayed any more.</param>
    public void ReleaseLog(long segmentId)
    {
        if (log.Oldest is not { } oldest || oldest > segmentId)
            return;
        if (log.Writer.CurrentSegmentId <= segmentId)
            log.Writer.BeginNextSegment();
        foreach (TableStore store in database.OpenStores.Where(s => s.Memtables.Any(m => m.FirstSegment <= segmentId)))
            Write(store);
        RecycleSegments();
    }

    /// <summary>Gives a table's writes another memtable; no writer is inside.</summary>
    public void Switch(TableStore store)
    {
        if (!store.Active.Memtable.IsEmpty)
            store.Switch(new MemtableSlot(new Memtable(store.Table), log.End));
    }

    /// <summary>Writes all memtables of a store that take no more writes, the oldest first: also those that an earlier attempt has left.</summary>
    public void WriteSwitched(TableStore store)
    {
        for (IReadOnlyList<MemtableSlot> slots = store.Memtables; slots.Count > 1; slots = store.Memtables)
            WriteOut(store, slots[^1]);
    }

    private void WriteOut(TableStore store, MemtableSlot slot)
    {
        string directory = store.Directory!;
        folders.Ensure(directory);
        SSTableWriterOptions options = folders.WriterOptions(store.Table, slot.Memtable.Stats) with
        {
            CommitLogIntervals = slot.To == CommitLogPosition.None ? [] : [new CommitLogInterval(slot.From, slot.To)],
            ExpectedKeyCount = slot.Memtable.PartitionCount,
        };
        IReadOnlyList<SSTableDescriptor> written;
        using (SSTableTransaction transaction = new(files, directory, options.Version, "flush"))
        {
            using SSTableSetWriter writer = new(files, transaction, () => folders.NextId(store), store.Table, options, long.MaxValue);
            using MergeCursor cursor = new(store.Table, [slot.Memtable.Read(ReadRequest.All)], reversed: false);
            OutputSplitter splitter = CompactionStrategy.For(store.Table).Flushed(store.FlushBytes).Begin();
            while (cursor.MoveToNextPartition())
            {
                // Small ones may have nothing on the disk yet.
                if (splitter.EndsBefore(writer.Writer is { PartitionCount: > 0 } begun ? Math.Max(1, begun.StoredBytes) : 0, cursor.Token))
                    writer.Finish();
                writer.Writer.AppendPartition(cursor, CancellationToken.None);
            }

            writer.Finish();
            transaction.Commit();
            written = writer.Finished;
        }

        store.Complete(slot, database.OpenSSTables(store.Table, written));
        database.Activity.CountFlush(store.FlushBytes);
        flushed();
    }

    /// <summary>
    /// Deletes the log's segments of which everything is in SSTables, but for the youngest: its number keeps numbers from being used again, by
    /// which SSTables tell what of the log they have, whatever the clock says.
    /// </summary>
    private void RecycleSegments()
    {
        if (log.Current is null)
            return;
        long oldest = 0;
        barrier.Exclusively(() =>
        {
            oldest = log.Current.Value;
            foreach (MemtableSlot slot in database.OpenStores.SelectMany(s => s.Memtables))
                oldest = Math.Min(oldest, slot.FirstSegment);
        });
        log.DeleteBefore(oldest);
    }
}
