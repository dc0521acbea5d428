using Cqlite.Core.Encoding;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Comparing, checking and printing values must leave no garbage: it happens for each cell of a scan.</summary>
public sealed class TypeAllocationTests
{
    public static TheoryData<string> Types =>
        [.. RandomValues.TypeNames.Where(n => !n.Contains("DynamicComposite", StringComparison.Ordinal) && !n.Contains("Partitioner", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Ordinary_values_are_compared_checked_and_printed_without_allocation(string name)
    {
        CqlType type = RandomValues.Type(name);
        byte[][] values = [.. Enumerable.Range(0, 200).Select(seed => RandomValues.Make(type, seed)).Where(v => v.Length <= 16 || !name.Contains("varint", StringComparison.Ordinal) && !name.Contains("decimal", StringComparison.Ordinal))];
        BufferWriter output = new(1 << 20);
        Run(type, values, output);

        // The runtime allocates now and then on this thread's account, as when it replaces code by better code; ours would do so each time.
        long least = long.MaxValue;
        for (int i = 0; i < 5 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(type, values, output);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static void Run(CqlType type, byte[][] values, BufferWriter output)
    {
        foreach (byte[] value in values)
        {
            output.Clear();
            type.Validate(value);
            type.Compare(value, values[0]);
            if (type is DurationType && value.Length == 0)
                continue;
            type.WriteText(value, output);
            type.WriteLiteral(value, output);
            type.WriteJson(value, output);
        }
    }
}
