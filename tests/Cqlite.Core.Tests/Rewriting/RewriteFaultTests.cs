using Cqlite.Core.Errors;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>Each call to the disk fails in turn: the result is there whole, or nothing of it is; sources are as they were.</summary>
public class RewriteFaultTests
{
    private const string Source = "/data/ks/source";

    [Theory]
    [InlineData("convert")]
    [InlineData("merge")]
    [InlineData("scrub")]
    public void Leaves_all_or_nothing(string operation)
    {
        SimulatedDisk clean = Disk();
        Run(clean, operation);
        int calls = clean.Calls;
        string expected = RewrittenSSTables.Dump(clean, SSTableFolder.FindIn(clean, Rewrites.Folder));
        for (int call = 1; call <= calls; call++)
        {
            SimulatedDisk disk = Disk();
            disk.Fault = SimulatedDisk.FailAt(call);
            bool failed = false;
            try
            {
                Run(disk, operation);
            }
            catch (CqliteException)
            {
                failed = true;
            }

            disk.Fault = null;
            Check(disk, failed, operation, expected, $"{operation}, call {call}");

            SimulatedDisk torn = Disk();
            int last = call;
            torn.Fault = (kind, path, number) =>
            {
                if (number >= last)
                    throw new StorageException(path, $"unplugged at {kind}.", new IOException("injected"));
            };
            Assert.ThrowsAny<CqliteException>(() => Run(torn, operation));
            Check(torn.Crash(new Random(call)), failed: null, operation, expected, $"{operation}, unplugged at call {call}");
        }
    }

    [Theory]
    [InlineData("convert")]
    [InlineData("merge")]
    [InlineData("scrub")]
    public void Leaves_nothing_when_cancelled(string operation)
    {
        SimulatedDisk disk = Disk();
        using CancellationTokenSource cancellation = new();
        disk.Fault = (kind, path, _) =>
        {
            if (kind == DiskCall.Create && path.EndsWith("-Data.db", StringComparison.Ordinal))
                cancellation.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Run(disk, operation, cancellation.Token));
        Assert.Empty(disk.ListFiles(Rewrites.Folder));
    }

    private static void Check(SimulatedDisk disk, bool? failed, string operation, string expected, string what)
    {
        Assert.Equal(SSTableFolder.FindIn(Disk(), Source).Count, SSTableFolder.FindIn(disk, Source).Count);
        if (!disk.DirectoryExists(Rewrites.Folder))
            return;
        IReadOnlyList<SSTableDescriptor> found = SSTableFolder.FindIn(disk, Rewrites.Folder);
        if (found.Count > 0)
            Assert.True(RewrittenSSTables.Dump(disk, found) == expected, what);
        else if (failed == false)
            Assert.Fail($"{what}: said to have succeeded, but nothing is there");
        SSTableTransaction.Recover(disk, Rewrites.Folder);
        string[] left = [.. disk.ListFiles(Rewrites.Folder).Where(f => !f.EndsWith(".json", StringComparison.Ordinal) && !f.EndsWith(".json.tmp", StringComparison.Ordinal))];
        IEnumerable<string> owned = found.SelectMany(f => left.Where(l => Path.GetFileName(l).StartsWith(f.FilePrefix, StringComparison.Ordinal)));
        Assert.Equal(owned.Order(StringComparer.Ordinal), left.Order(StringComparer.Ordinal));
    }

    private static SimulatedDisk Disk()
    {
        SimulatedDisk disk = new();
        foreach (string file in Directory.GetFiles(Corpus.Table("5.0.9-nb", "multi", "separate").DataDirectory))
            disk.Put($"{Source}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        return disk;
    }

    private static void Run(SimulatedDisk disk, string operation, CancellationToken cancellation = default)
    {
        IReadOnlyList<SSTableDescriptor> sources = SSTableFolder.FindIn(disk, Source);
        switch (operation)
        {
            case "convert":
                new SSTableConverter(disk, new RewriteOptions { OutputDirectory = Rewrites.Folder }).Convert(sources[0], cancellation: cancellation);
                break;
            case "merge":
                new SSTableMerger(disk, new MergeOptions { OutputDirectory = Rewrites.Folder }).Merge([sources[3], sources[4]], cancellation: cancellation);
                break;
            default:
                new SSTableScrubber(disk, new ScrubOptions { OutputDirectory = Rewrites.Folder }).Scrub(sources[0], cancellation: cancellation);
                break;
        }
    }
}
