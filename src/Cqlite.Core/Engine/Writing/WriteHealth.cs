using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine.Writing;

/// <summary>
/// Whether a database can still be written. Once it is in doubt what the disk or a memtable has, nothing more is taken: what was acknowledged is safe, and the
/// next opening tells what there is. Serves all threads.
/// </summary>
/// <param name="database">Path of the database, for errors.</param>
internal sealed class WriteHealth(string database)
{
    private Exception? _failure;
    private CommitLogWriter? _log;

    /// <summary>Why nothing can be written any more; null while all is well.</summary>
    public Exception? Failure => Volatile.Read(ref _failure) ?? Volatile.Read(ref _log)?.Failure;

    /// <summary>Ends all writing.</summary>
    public void Fail(Exception failure) => Volatile.Write(ref _failure, failure);

    /// <summary>Counts the failure of a log as one of the database.</summary>
    public void Watch(CommitLogWriter log) => Volatile.Write(ref _log, log);

    /// <summary>Refuses when nothing can be written any more.</summary>
    public void ThrowIfFailed()
    {
        if (Failure is not { } failure)
            return;
        string cause = failure is OutOfMemoryException ? "memory ran out in the middle of a write" : $"its disk failed ({failure.Message})";
        throw new StorageException(database, $"the database is read-only since {cause}; what was acknowledged is safe. Mend the cause, then open it again.", failure) { Problem = StorageProblem.ReadOnly };
    }
}
