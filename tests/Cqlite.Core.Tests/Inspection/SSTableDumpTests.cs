using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Inspection;

/// <summary>Dumps against what each release's own sstabledump printed, to the letter.</summary>
public class SSTableDumpTests
{
    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void Prints_what_sstabledump_printed(CorpusTable table)
    {
        List<string> differences = [];
        foreach (string name in table.SSTables)
        {
            if (table.Dump(name) is not { } recorded)
                continue;
            string actual = Dump(table, name, StyleOf(recorded.Release));
            if (TextDifference.Find(recorded.Text, actual) is { } difference)
                differences.Add($"{name} by {recorded.Release}: {difference}");
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    private static DumpStyle StyleOf(string release) => release switch
    {
        "3.0.17" => DumpStyle.ReadsAhead,
        _ when release.StartsWith("5.", StringComparison.Ordinal) => DumpStyle.WithTableKind,
        _ => DumpStyle.BeforeTableKind,
    };

    private static string Dump(CorpusTable table, string name, DumpStyle style)
    {
        SSTableDescriptor descriptor = SSTableDescriptor.Parse(Path.Combine(table.DataDirectory, $"{name}-Data.db"));
        using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
        using MemoryStream output = new();
        new SSTableDump(sstable, new SSTableDumpOptions { Style = style }).Write(output, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }
}
