using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine.Writing;

/// <summary>The thread that flushes tables in the background: those that take too much memory, and those that have waited too long.</summary>
internal sealed class FlushThread : IDisposable
{
    private const int PeriodMillis = 10_000;
    private readonly Action _flushWhatIsDue;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private bool _isStopping;
    private Exception? _problem;

    /// <summary>Starts the thread.</summary>
    /// <param name="flushWhatIsDue">Looks for what is due and flushes it.</param>
    public FlushThread(Action flushWhatIsDue)
    {
        _flushWhatIsDue = flushWhatIsDue;
        _thread = new Thread(Run) { IsBackground = true, Name = "cqlite flush" };
        _thread.Start();
    }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public Exception? Problem => Volatile.Read(ref _problem);

    /// <summary>Asks for a look.</summary>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.WaitOne(PeriodMillis);
            if (Volatile.Read(ref _isStopping))
                return;
            try
            {
                _flushWhatIsDue();
                Volatile.Write(ref _problem, null);
            }
            catch (CqliteException e)
            {
                // Everything is still in memory and in the log. Writers learn of it when memory is full; the next round tries again.
                Volatile.Write(ref _problem, e);
            }
        }
    }
}
