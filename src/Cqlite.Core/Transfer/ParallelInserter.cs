using System.Collections.Concurrent;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Writes rows by several threads, so that many share one sync of the commit log. Rows of one partition go to one thread, in their order, for the later one counts.
/// </summary>
internal sealed class ParallelInserter : IDisposable
{
    private const int QueuedRows = 1024;
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

    /// <summary>Rows written so far.</summary>
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
            foreach (ImportRow row in queue.GetConsumingEnumerable(_stop.Token))
            {
                try
                {
                    inserter.Insert(row);
                    Interlocked.Increment(ref _rows);
                }
                catch (InvalidQueryException e)
                {
                    _rejections.Add(new ImportException(_file, row.Line, 0, e.Message, e), row.Raw);
                }
            }

            done = true;
        }
        finally
        {
            if (!done)
                _stop.Cancel();
        }
    }
}
