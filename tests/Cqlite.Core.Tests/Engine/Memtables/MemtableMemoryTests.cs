using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Tests.Rows;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Memtables;

/// <summary>Tests that measure the process's memory, which others would disturb.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>What a memtable says of its memory.</summary>
[Collection(nameof(AloneCollection))]
public sealed class MemtableMemoryTests
{
    [Fact]
    public void Memory_is_accounted_about_as_it_is_taken()
    {
        // What earlier tests left to finalizers may be given back meanwhile: the middle of several tells.
        double[] ratios = [.. Enumerable.Range(0, 5).Select(_ => AccountedToTaken()).Order()];
        Assert.InRange(ratios[2], 0.8, 1.25);
    }

    private static double AccountedToTaken()
    {
        Memtable memtable = new(ScriptedCursor.SharedTable);
        PartitionUpdateBuilder builder = new(ScriptedCursor.SharedTable);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int n = 0; n < 20_000; n++)
        {
            builder.Begin(MemtableTests.Int(n / 10));
            MemtableTests.AddRow(builder, n, 0, value: n, timestamp: n);
            MemtableTests.Apply(memtable, builder.Build());
        }

        long taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.TestOutputHelper!.WriteLine($"{memtable.MemoryBytes:N0} bytes accounted, {taken:N0} taken");
        GC.KeepAlive(memtable);
        return memtable.MemoryBytes / (double)taken;
    }
}
