using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Errors;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>
/// Makes the index structures that are missing, in the background: of SSTables that were flushed, compacted or imported, of indexes that were created, of files
/// that are stale or damaged. It needs not know which it was: it looks at what there is. Its thread begins with the first index.
/// </summary>
internal sealed class IndexBuilder : IDisposable
{
    private readonly Func<IEnumerable<TableStore>> _stores;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _start = new();

    /// <summary>Held by whoever builds, and by whoever must not be disturbed by it.</summary>
    private readonly SemaphoreSlim _building = new(1);
    private CancellationTokenSource? _current;
    private int _suspensions;
    private Thread? _thread;
    private CqliteException? _problem;

    /// <summary>Creates a builder that does nothing before <see cref="Wake"/>.</summary>
    /// <param name="stores">Opens the stores of the tables that have indexes, or had.</param>
    public IndexBuilder(Func<IEnumerable<TableStore>> stores) => _stores = stores;

    /// <summary>Why the last structure that could not be made was not; null where all were.</summary>
    public CqliteException? Problem => Volatile.Read(ref _problem);

    /// <summary>Asks for a look.</summary>
    public void Wake()
    {
        lock (_start)
        {
            if (_stop.IsCancellationRequested)
                return;
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "cqlite indexes", Priority = ThreadPriority.BelowNormal };
                _thread.Start();
            }

            _wake.Set();
        }
    }

    /// <summary>Makes all that is missing, on the calling thread.</summary>
    /// <returns>False when somebody did not want to be disturbed by it.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public bool BuildMissing(CancellationToken cancellation)
    {
        _building.Wait(cancellation);
        using CancellationTokenSource current = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            lock (_start)
            {
                if (_suspensions > 0)
                    return false;
                _current = current;
            }

            foreach (TableStore store in _stores())
                BuildMissing(store, current.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            lock (_start)
                _current = null;
            _building.Release();
        }
    }

    /// <summary>Ends what is being made, and lets nothing begin until the result is disposed of: then it is looked again.</summary>
    public IDisposable Suspend()
    {
        lock (_start)
        {
            _suspensions++;
            _current?.Cancel();
        }

        _building.Wait();
        return new Suspension(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_start)
        {
            if (_stop.IsCancellationRequested)
                return;
            _stop.Cancel();
            _wake.Set();
        }

        _thread?.Join();
    }

    private void Run()
    {
        while (true)
        {
            _wake.WaitOne();
            if (_stop.IsCancellationRequested)
                return;
            try
            {
                _ = BuildMissing(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (CqliteException problem)
            {
                // A table that does not open says so to whoever reads it.
                Volatile.Write(ref _problem, problem);
            }
        }
    }

    private void BuildMissing(TableStore store, CancellationToken cancellation)
    {
        using ITableContent? content = store.TryAcquire();
        if (content is null || store.Indexes is not { } indexes)
            return;
        foreach (SSTable sstable in content.SSTables)
        {
            foreach (ColumnIndex index in indexes.All)
            {
                cancellation.ThrowIfCancellationRequested();
                if (indexes.IsMissing(sstable, index) && indexes.Build(sstable, index, cancellation) is { } problem)
                    Volatile.Write(ref _problem, problem);
            }
        }

        // Now, not before: what was compacted away meanwhile has left a structure that was just made.
        if (store.Directory is { } directory)
            indexes.Sweep(directory, store.SSTables);
    }

    private sealed class Suspension(IndexBuilder owner) : IDisposable
    {
        private IndexBuilder? _owner = owner;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _owner, null) is not { } builder)
                return;
            lock (builder._start)
                builder._suspensions--;
            builder._building.Release();
            if (builder._thread is not null)
                builder.Wake();
        }
    }
}
