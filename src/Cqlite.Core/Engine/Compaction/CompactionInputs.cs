using Cqlite.Core.Engine.Compaction.Strategies;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// The SSTables of a task, as the table has them now: those that have expired as a whole, which are dropped, and those that are read. Where the disk has no
/// room for what may come of them, the largest are left out, if the task allows.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/CompactionTask.java (buildCompactionCandidatesForAvailableDiskSpace), LeveledCompactionTask.java.</remarks>
internal sealed class CompactionInputs
{
    private CompactionInputs(IReadOnlyList<SSTable> expired, IReadOnlyList<SSTable> read, bool purgesNothing)
    {
        Expired = expired;
        Read = read;
        All = [.. expired, .. read];
        PurgesNothing = purgesNothing;
    }

    /// <summary>All that are replaced.</summary>
    public IReadOnlyList<SSTable> All { get; }

    /// <summary>Those that are dropped.</summary>
    public IReadOnlyList<SSTable> Expired { get; }

    /// <summary>Those that are read.</summary>
    public IReadOnlyList<SSTable> Read { get; }

    /// <summary>Whether all tombstones stay, for the table keeps those of what is not repaired.</summary>
    public bool PurgesNothing { get; }

    /// <summary>Finds a task's inputs; null where one is not there.</summary>
    /// <exception cref="ArgumentException">They are of different states of repair.</exception>
    /// <exception cref="StorageException">The disk has no room.</exception>
    public static CompactionInputs? Choose(IFileSystem files, ICompactionTarget target, ITableContent content, CompactionTask task, long nowSeconds)
    {
        Dictionary<SSTableId, SSTable> live = content.SSTables.ToDictionary(s => s.Descriptor.Id);
        CompactionCandidate[] candidates = [.. content.SSTables.Select(s => CompactionCandidate.Of(s, createdMillis: 0))];
        HashSet<SSTableId> wanted = [.. task.Inputs];
        CompactionCandidate[] chosen = [.. candidates.Where(c => wanted.Contains(c.Id))];
        if (chosen.Length != wanted.Count || chosen.Length == 0)
            return null;
        if (chosen.DistinctBy(c => c.Repair).Count() > 1)
            throw new ArgumentException($"of {target.Table} {string.Join(", ", wanted.Select(w => w.Text))} are not repaired alike: they can't become one.", nameof(task));

        CompactionView view = new()
        {
            Table = target.Table,
            Live = candidates,
            Members = chosen,
            NowMillis = nowSeconds * 1000,
            MemtableMinTimestampMicros = content.SmallestMemtableTimestampMicros,
        };
        HashSet<CompactionCandidate> expired = [.. view.FullyExpired(chosen)];
        List<CompactionCandidate> read = [.. chosen.Where(c => !expired.Contains(c))];
        LeaveOut(files, target.Directory, live, task, read, mayBeNone: expired.Count > 0);
        return new CompactionInputs(
            [.. expired.Select(c => live[c.Id])],
            [.. read.Select(c => live[c.Id])],
            view.PurgesRepairedOnly && chosen.Any(c => !c.Repair.IsRepaired));
    }

    private static void LeaveOut(IFileSystem files, string directory, Dictionary<SSTableId, SSTable> live, CompactionTask task, List<CompactionCandidate> read, bool mayBeNone)
    {
        long available = files.GetAvailableBytes(directory);
        while (read.Count > 0)
        {
            long needed = read.Sum(c => SizeOf(files, live[c.Id].Descriptor));
            if (needed <= available)
                return;

            // Only from level 0 can one stay behind: the result must not overlap what is left of a level.
            CompactionCandidate[] spare = task.MayLeaveInputs && task.Output is not LevelsOutput
                ? [.. read.Where(c => task.Output is not SizedOutput { Level: > 0 } || c.Level == 0)]
                : [];
            if (spare.Length > 1)
                read.Remove(spare.MaxBy(c => c.StoredBytes)!);
            else if (mayBeNone && spare.Length == read.Count)
                read.Clear();
            else
                throw new StorageException(directory, $"a compaction may need {needed:N0} bytes; {available:N0} are free.");
        }
    }

    private static long SizeOf(IFileSystem files, SSTableDescriptor sstable) =>
        SSTable.ListComponents(files, sstable).Sum(component => files.GetLength(sstable.PathOf(component)));
}
