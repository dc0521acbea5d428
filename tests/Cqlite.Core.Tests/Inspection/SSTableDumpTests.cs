using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Inspection;

/// <summary>Dumps against what each release's own sstabledump printed, to the letter.</summary>
public class SSTableDumpTests
{
    /// <summary>
    /// The tools of 3.0.6 and 3.0.7 stop, with an exception, at the first partition that has a deletion; ours goes on. What they printed until then must be
    /// ours too.
    /// </summary>
    private static readonly string[] s_toolStopsEarly =
    [
        "3.0.6-ma random.t00", "3.0.6-ma random.t02", "3.0.6-ma random.t03",
        "3.0.7-mb random.t00", "3.0.7-mb random.t02", "3.0.7-mb random.t03",
    ];

    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void Prints_what_sstabledump_printed(CorpusTable table)
    {
        List<string> differences = [];
        foreach (string name in table.SSTables)
        {
            if (table.Dump(name) is not { } recorded)
                continue;
            string actual = Dump(table, name, recorded.IsByOtherRelease ? ReleaseOf(recorded.Release) : null);
            if (s_toolStopsEarly.Contains(table.ToString()) && !recorded.IsByOtherRelease)
                Assert.StartsWith(UpToWhereItStopped(recorded.Text), actual, StringComparison.Ordinal);
            else if (TextDifference.Find(recorded.Text, actual) is { } difference)
                differences.Add($"{name} by {recorded.Release}: {difference}");
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    /// <summary>The text without the brackets that Java closed when it gave up.</summary>
    private static string UpToWhereItStopped(string recorded) => recorded.TrimEnd('\n', ' ', '}', ']');

    private static DumpRelease ReleaseOf(string release) => release switch
    {
        "3.0.6" or "3.0.7" => DumpRelease.Release306,
        "3.0.17" => DumpRelease.Release3017,
        _ when release.StartsWith("4.0", StringComparison.Ordinal) => DumpRelease.Release40,
        _ when release.StartsWith("4.1", StringComparison.Ordinal) => DumpRelease.Release41,
        _ when release.StartsWith("5.", StringComparison.Ordinal) => DumpRelease.Release50,
        _ => DumpRelease.Release3,
    };

    private static string Dump(CorpusTable table, string name, DumpRelease? release)
    {
        SSTableDescriptor descriptor = SSTableDescriptor.Parse(Path.Combine(table.DataDirectory, $"{name}-Data.db"));
        using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
        using MemoryStream output = new();
        new SSTableDump(sstable, new SSTableDumpOptions { Release = release }).Write(output, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }
}
