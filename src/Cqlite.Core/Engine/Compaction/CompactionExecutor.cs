using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// Runs compactions: reads the inputs once, writes what they say together, verifies it, and puts it in their place. Until then nothing is changed; when it
/// fails or is cancelled, nothing of it stays. Any number may run at once, on SSTables of their own.
/// </summary>
/// <remarks>
/// <code>
/// log begins                inputs count
/// outputs written, synced, verified, opened
/// log: REMOVE inputs
/// log: COMMIT, synced       outputs count
/// the store shows outputs instead of inputs
/// inputs deleted, then the log; whoever still reads them has their files open
/// </code>
/// Source of the idea: org/apache/cassandra/db/compaction/CompactionTask.java.
/// </remarks>
internal sealed class CompactionExecutor
{
    private const string Operation = "compaction";
    private readonly IFileSystem _files;
    private readonly ThroughputLimit _limit;
    private readonly Func<long> _nowSeconds;

    /// <summary>Creates an executor.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="limit">How fast inputs are read.</param>
    /// <param name="nowSeconds">The present, in seconds since 1970.</param>
    public CompactionExecutor(IFileSystem files, ThroughputLimit limit, Func<long> nowSeconds)
    {
        _files = files;
        _limit = limit;
        _nowSeconds = nowSeconds;
    }

    /// <summary>Told when files that no longer count could not be deleted. They are when the folder is opened the next time.</summary>
    public Action<StorageException>? FilesLeft { get; init; }

    /// <summary>Runs a task.</summary>
    /// <param name="target">The table.</param>
    /// <param name="task">What to do. No other task may have any of its inputs.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CorruptDataException">An input does not decode, or what was written does not read back.</exception>
    /// <exception cref="StorageException">A file can't be read or written, or the disk has no room.</exception>
    /// <exception cref="CommitInDoubtException">The result may count or not: only the next to open the folder can tell.</exception>
    /// <returns>What was done; null where an input was no longer there, or the table was changed meanwhile, and nothing was done.</returns>
    public CompactionResult? Run(ICompactionTarget target, CompactionTask task, CompactionProgress progress, CancellationToken cancellation)
    {
        using ITableContent? content = target.TryAcquire();
        if (content is null || CompactionInputs.Choose(_files, target, content, task, _nowSeconds()) is not { } inputs || target.TryAcquire() is not { } outside)
            return null;
        using LivePurgeBounds bounds = new(target, outside, inputs.All.Select(i => i.Descriptor.Id), _nowSeconds(), inputs.PurgesNothing);
        SSTableWriterOptions? options = inputs.Read.Count == 0 ? null
            : InheritedStatistics.Complete(target.CreateWriterOptions(InheritedStatistics.Header(target.Table, inputs.Read)), inputs.All);
        progress.Begin(inputs.Read.Sum(i => i.StoredLength));

        SSTableTransaction transaction = new(_files, target.Directory, options?.Version ?? inputs.All[0].Descriptor.Version, Operation);
        List<SSTable> opened = [];
        try
        {
            IReadOnlyList<CompactedSSTable> written = options is null ? [] : Write(target, task, inputs.Read, bounds, transaction, options, progress, cancellation);
            foreach (CompactedSSTable output in written)
            {
                SSTable sstable = target.Open(output.Descriptor);
                opened.Add(sstable);
                OutputCheck.Require(_files, sstable, output, cancellation);
            }

            foreach (SSTable input in inputs.All)
                transaction.Remove(input.Descriptor);
            cancellation.ThrowIfCancellationRequested();
            CompactionResult result = Describe(inputs, written, opened);
            if (!target.TryReplace(inputs.All, opened, () => Publish(transaction), cancellation))
                return null;
            Tidy(transaction);
            return result;
        }
        finally
        {
            if (!transaction.IsPublished)
            {
                opened.ForEach(o => o.Dispose());
                transaction.Dispose();
            }
        }
    }

    private static void Publish(SSTableTransaction transaction)
    {
        try
        {
            transaction.Publish();
        }
        catch (StorageException exception) when (transaction.IsInDoubt)
        {
            throw new CommitInDoubtException(transaction.Directory, exception);
        }
    }

    private static CompactionResult Describe(CompactionInputs inputs, IReadOnlyList<CompactedSSTable> written, List<SSTable> opened) => new()
    {
        Compacted = [.. inputs.Read.Select(i => i.Descriptor)],
        Dropped = [.. inputs.Expired.Select(i => i.Descriptor)],
        Written = [.. written.Select(w => w.Descriptor)],
        BytesIn = inputs.All.Sum(i => i.StoredLength),
        BytesOut = opened.Sum(o => o.StoredLength),
        RowsIn = inputs.All.Sum(i => i.Statistics.Stats.TotalRows),
        RowsOut = written.Sum(w => w.RowCount),
        PartitionsOut = written.Sum(w => w.PartitionCount),
    };

    private IReadOnlyList<CompactedSSTable> Write(
        ICompactionTarget target,
        CompactionTask task,
        IReadOnlyList<SSTable> inputs,
        LivePurgeBounds bounds,
        SSTableTransaction transaction,
        SSTableWriterOptions options,
        CompactionProgress progress,
        CancellationToken cancellation)
    {
        TableMetadata table = target.Table;
        MeteredFileSystem metered = new(_files, _limit, progress.Add, cancellation);
        List<SSTable> sources = [];
        try
        {
            // Readers of their own: every checksum is looked at, and nobody's cache is filled with what is read once.
            foreach (SSTable input in inputs)
                sources.Add(SSTable.Open(metered, input.Descriptor, new SSTableOptions { Table = table }));
            using UnfilteredCursor cursor = Merge(table, task, sources, bounds);
            using CompactionOutput output = new(_files, transaction, target, table, options, task.Output);
            while (cursor.MoveToNextPartition())
                output.AppendPartition(cursor, cancellation);
            cancellation.ThrowIfCancellationRequested();
            return output.Finish();
        }
        finally
        {
            sources.ForEach(s => s.Dispose());
        }
    }

    private static UnfilteredCursor Merge(TableMetadata table, CompactionTask task, List<SSTable> sources, LivePurgeBounds bounds)
    {
        UnfilteredCursor cursor = new MergeCursor(table, [.. sources.Select(StoredOrderCursor.Read)], reversed: false);
        if (task.Overlapping != OverlappingTombstones.None && !bounds.PurgesNothing)
            cursor = new GarbageCursor(cursor, bounds, task.Overlapping, sources.Min(s => s.Statistics.Stats.MinTimestampMicros));
        return new PurgeCursor(cursor, bounds);
    }

    private void Tidy(SSTableTransaction transaction)
    {
        try
        {
            transaction.Tidy();
        }
        catch (StorageException exception)
        {
            FilesLeft?.Invoke(exception);
        }
    }
}
