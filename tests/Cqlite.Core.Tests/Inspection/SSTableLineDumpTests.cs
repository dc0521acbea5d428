using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Inspection;

/// <summary>Line dumps against what each release's own <c>sstabledump -d</c> printed, to the letter.</summary>
public class SSTableLineDumpTests
{
    [Theory]
    [CorpusTables(WithSSTables = true, Theme = "deletes,counters,multi")]
    public void Prints_what_sstabledump_printed(CorpusTable table)
    {
        List<string> differences = [];
        foreach (string name in table.SSTables)
        {
            if (table.DumpLines(name) is not { } recorded)
                continue;
            SSTableDescriptor descriptor = SSTableDescriptor.Parse(Path.Combine(table.DataDirectory, $"{name}-Data.db"));
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            using MemoryStream output = new();
            new SSTableLineDump(sstable, recorded.IsByOtherRelease ? DumpRelease.Release50 : null).Write(output, TestContext.Current.CancellationToken);
            if (TextDifference.Find(recorded.Text, System.Text.Encoding.UTF8.GetString(output.ToArray())) is { } difference)
                differences.Add($"{name} by {recorded.Release}: {difference}");
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }
}
