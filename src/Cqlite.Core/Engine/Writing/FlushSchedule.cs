using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Writing;

/// <summary>Has tables flushed in the background, the largest while memory is short and those that have waited long enough, and holds writers back when that does not keep up.</summary>
internal sealed class FlushSchedule : IDisposable
{
    private const long OldestMemtableMillis = 3_600_000;
    private readonly Database _database;
    private readonly WriteHealth _health;
    private readonly Action<TableStore> _flush;
    private readonly MemoryPressure _memory;
    private readonly FlushThread _thread;

    /// <summary>Begins.</summary>
    /// <param name="database">Whose stores.</param>
    /// <param name="health">Whether a flush can ever make room.</param>
    /// <param name="limitBytes">Memory that memtables may take.</param>
    /// <param name="flush">Flushes a table.</param>
    public FlushSchedule(Database database, WriteHealth health, long limitBytes, Action<TableStore> flush)
    {
        _database = database;
        _health = health;
        _flush = flush;
        _memory = new MemoryPressure(limitBytes);
        _thread = new FlushThread(FlushWhatIsDue);
    }

    /// <summary>Returns when there is room for a write.</summary>
    /// <exception cref="StorageException">There will be none, for flushing fails.</exception>
    public void AwaitRoom()
    {
        if (_memory.Admit(ThrowIfStuck))
            LookAtMemory();
    }

    /// <inheritdoc/>
    public void Dispose() => _thread.Dispose();

    private static long PeriodOf(TableMetadata table) =>
        table.Options.MemtableFlushPeriodMillis > 0 ? table.Options.MemtableFlushPeriodMillis : OldestMemtableMillis;

    private void ThrowIfStuck()
    {
        _health.ThrowIfFailed();
        if (_thread.Problem is { } problem)
            throw new StorageException(_database.Path, $"memory for writes is full, and flushing fails: {problem.Message}", problem);
    }

    private void LookAtMemory()
    {
        long used = 0;
        long active = 0;
        foreach (TableStore store in _database.OpenStores)
        {
            IReadOnlyList<MemtableSlot> slots = store.Memtables;
            for (int i = 0; i < slots.Count; i++)
            {
                long bytes = slots[i].Memtable.MemoryBytes;
                used += bytes;
                active += i == 0 ? bytes : 0;
            }
        }

        _memory.Note(used);
        if (_memory.WantsFlush(active))
            _thread.Wake();
    }

    private void FlushWhatIsDue()
    {
        // After a write that broke off, a memtable may have a part of what the log has whole: that is for the next opening to replay.
        while (_health.Failure is null)
        {
            TableStore[] stores = [.. _database.OpenStores.Where(s => !s.Active.Memtable.IsEmpty)];
            long active = stores.Sum(s => s.Active.Memtable.MemoryBytes);
            long now = Environment.TickCount64;
            TableStore? due = Array.Find(stores, s => s.Memtables.Count > 1 || now - s.Active.BegunAtMillis > PeriodOf(s.Table));
            if (due is null && _memory.WantsFlush(active))
                due = stores.MaxBy(s => s.Active.Memtable.MemoryBytes);
            if (due is null)
                break;
            _flush(due);
            LookAtMemory();
        }

        LookAtMemory();
    }
}
