using System.Collections.Concurrent;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Writes rows by several threads. Rows of one partition go to one thread, in their order, for the later one counts. A thread goes on while its rows are on their way
/// to the disk, and waits for many of them at once, so that they share a sync of the commit log.
/// </summary>
internal sealed class ParallelInserter : IDisposable
{
    private const int QueuedRows = 1024;
    private const int RowsOfSync = 1024;
    private readonly BlockingCollection<ImportRow>[] _queues;
    private readonly Task[] _tasks;
    private readonly int[] _keys;
    private readonly Rejections _rejections;
    private readonly string _file;
    private readonly CancellationTokenSource _stop;
    private long _rows;

    public ParallelInserter(QueryEngine engine, TableMetadata table, ColumnMetadata[] columns, string file, ImportOptions options, Rejections rejections, CancellationToken cancellation)
    {
        _rejections = rejections;
        _file = file;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _keys = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].Kind == ColumnKind.PartitionKey)];
        _queues = [.. Enumerable.Range(0, options.Writers).Select(_ => new BlockingCollection<ImportRow>(QueuedRows))];
        _tasks = [.. _queues.Select(q => Task.Factory.StartNew(
            () => Run(q, new RowInserter(engine, table, columns, options)),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
    }

    /// <summary>Rows written so far, which are as durable as the database promises.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Takes a row.</summary>
    /// <exception cref="OperationCanceledException">The import was stopped, or a thread has failed: <see cref="Complete"/> tells how.</exception>
    public void Add(ImportRow row)
    {
        HashCode hash = default;
        foreach (int key in _keys)
            hash.AddBytes(row.Values[key]);
        _queues[(uint)hash.ToHashCode() % (uint)_queues.Length].Add(row, _stop.Token);
    }

    /// <summary>Waits until all rows are written.</summary>
    /// <exception cref="CqliteException">What made a thread fail.</exception>
    public void Complete()
    {
        foreach (BlockingCollection<ImportRow> queue in _queues)
            queue.CompleteAdding();
        try
        {
            Task.WaitAll(_tasks);
        }
        catch (AggregateException e)
        {
            // Threads that were only stopped tell nothing.
            Exception cause = e.Flatten().InnerExceptions.FirstOrDefault(inner => inner is not OperationCanceledException) ?? e.InnerExceptions[0];
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (BlockingCollection<ImportRow> queue in _queues)
            queue.CompleteAdding();
        ((IAsyncResult)Task.WhenAll(_tasks)).AsyncWaitHandle.WaitOne();
        foreach (BlockingCollection<ImportRow> queue in _queues)
            queue.Dispose();
        _stop.Dispose();
    }

    private void Run(BlockingCollection<ImportRow> queue, RowInserter inserter)
    {
        bool done = false;
        try
        {
            while (queue.TryTake(out ImportRow? row, Timeout.Infinite, _stop.Token))
                Write(queue, row, inserter);
            done = true;
        }
        finally
        {
            if (!done)
                _stop.Cancel();
        }
    }

    /// <summary>Writes a row and those that are there behind it, and waits for them.</summary>
    private void Write(BlockingCollection<ImportRow> queue, ImportRow row, RowInserter inserter)
    {
        int written = 0;
        DeferredDurability writes = DeferredDurability.Begin();
        try
        {
            int taken = 0;
            do
                written += Insert(row, inserter) ? 1 : 0;
            while (++taken < RowsOfSync && queue.TryTake(out row!));
        }
        finally
        {
            writes.End();
        }

        writes.Wait();
        Interlocked.Add(ref _rows, written);
    }

    private bool Insert(ImportRow row, RowInserter inserter)
    {
        try
        {
            inserter.Insert(row);
            return true;
        }
        catch (InvalidQueryException e)
        {
            _rejections.Add(new ImportException(_file, row.Line, 0, e.Message, e), row.Raw);
            return false;
        }
    }
}
