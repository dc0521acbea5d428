using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Compaction;

/// <summary>
/// Whatever fails, and whenever the plug is pulled: who opens the folder next reads the same rows, from the inputs or from the outputs, never from both or
/// neither. A tombstone that was purged with what it hid would let that come back if an input were there again.
/// </summary>
public sealed class CompactionFaultTests
{
    private const long Late = 1000;
    private static readonly TableMetadata s_table = CompactionTable.With(gcGraceSeconds: 0);

    [Theory]
    [InlineData("nb", false)]
    [InlineData("da", false)]
    [InlineData("nb", true)]
    public void Every_call_that_fails_leaves_the_rows(string version, bool isAllExpired)
    {
        (int first, int last, string expected, _) = Clean(version, isAllExpired);
        for (int call = first; call <= last; call++)
        {
            SimulatedDisk disk = new();
            CompactionTable table = Fill(disk, version, isAllExpired);
            disk.Fault = SimulatedDisk.FailAt(call);
            Exception? failure = Record.Exception(() => table.Compact(Late));
            Assert.True(failure is null or CqliteException, $"call {call}: {failure}");
            disk.Fault = null;
            Assert.Equal(expected, table.LiveText(Late));
            if (failure is not (null or CommitInDoubtException))
            {
                // Nothing stays, but where it could not be deleted; and it can be done again.
                table.Compact(Late);
                Assert.Equal(expected, table.LiveText(Late));
            }

            table.Abandon();
            Reopen(disk, version, expected, $"call {call} failed");
        }
    }

    [Theory]
    [InlineData("nb", false)]
    [InlineData("da", false)]
    [InlineData("nb", true)]
    public void Every_moment_at_which_the_plug_is_pulled_leaves_the_rows(string version, bool isAllExpired)
    {
        (int first, int last, string expected, _) = Clean(version, isAllExpired);
        for (int call = first; call <= last + 1; call++)
        {
            for (int seed = 0; seed < 3; seed++)
            {
                SimulatedDisk disk = new();
                CompactionTable table = Fill(disk, version, isAllExpired);
                int at = call;
                disk.Fault = (kind, path, number) =>
                {
                    if (number >= at)
                        throw new StorageException(path, $"unplugged at {kind}.", new IOException("injected"));
                };
                _ = Record.Exception(() => table.Compact(Late));
                table.Abandon();
                SimulatedDisk platter = disk.Crash(new Random((call * 31) + seed));
                string what = $"unplugged at call {call}, seed {seed}";

                // A second crash, while what the first left is put right.
                SimulatedDisk again = platter.Clone();
                int calls = 0;
                again.Fault = (_, path, _) =>
                {
                    if (++calls > 1 + (at % 7))
                        throw new StorageException(path, "unplugged again.", new IOException("injected"));
                };
                _ = Record.Exception(() => SSTableTransaction.Recover(again, CompactionTable.Folder));
                Reopen(again.Crash(new Random(call + seed)), version, expected, what + ", then again");
                Reopen(platter, version, expected, what);
            }
        }
    }

    private static (int First, int Last, string Expected, string Before) Clean(string version, bool isAllExpired)
    {
        SimulatedDisk disk = new();
        using CompactionTable table = Fill(disk, version, isAllExpired);
        string before = table.LiveText(Late);
        int first = disk.Calls + 1;
        CompactionResult result = table.Compact(Late)!;
        Assert.Equal(isAllExpired ? 0 : 1, result.Written.Count);
        Assert.Equal(before, table.LiveText(Late));
        return (first, disk.Calls, before, before);
    }

    private static CompactionTable Fill(SimulatedDisk disk, string version, bool isAllExpired)
    {
        CompactionTable table = new(disk, s_table, version: version);
        foreach (string folder in new[] { "/data/ks", "/data", "/" })
            disk.SyncDirectory(folder);
        if (isAllExpired)
        {
            table.Add("partition 1\nrow 1,1 live=10+60@70 v=1@10+60@70");
            table.Add("partition 1 deleted=20\npartition 2\nrow 1,1 live=10+60@70");
            return table;
        }

        table.Add("partition 1\nrow 1,1 live=10 v=1@10\nrow 1,2 live=10 v=2@10\npartition 2\nstatic s=1@10\nrow 1,1 live=10 v=1@10");
        table.Add("partition 1\nrow 1,1 deleted=20\npartition 2 deleted=20\npartition 3\nrow 7,7 live=30 v=3@30 m[1]=1@30");
        table.Add("partition 1\nopen [1,2 25\nclose 1,2] 25\nrow 4,4 live=40 v=4@40");
        return table;
    }

    private static void Reopen(SimulatedDisk disk, string version, string expected, string what)
    {
        using CompactionTable table = new(disk, s_table, version: version);
        Assert.True(table.LiveText(Late) == expected, $"{what}:\n{table.LiveText(Late)}\ninstead of\n{expected}");
        string[] prefixes = [.. table.SSTables.Select(s => s.Descriptor.FilePrefix)];
        foreach (string file in disk.ListFiles(CompactionTable.Folder))
            Assert.True(Array.Exists(prefixes, p => Path.GetFileName(file).StartsWith(p, StringComparison.Ordinal)), $"{what}: {file} was left");
    }
}
