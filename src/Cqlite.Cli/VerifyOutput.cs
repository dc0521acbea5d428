using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli;

/// <summary>Verifies SSTables and tells of it: findings as they are made, then a line for each SSTable.</summary>
internal static class VerifyOutput
{
    /// <summary>Verifies one SSTable; false when something is wrong with it.</summary>
    public static bool Verify(SSTableDescriptor descriptor, VerificationDepth depth, bool asJson, TextWriter output, VerifyTotals totals, CancellationToken stop)
    {
        string path = descriptor.PathOf(SSTableComponent.Data);
        SSTableVerifier verifier = new(PhysicalFileSystem.Instance, descriptor, new SSTableVerifierOptions { Depth = depth });
        ByteProgress state = new();
        VerificationSummary summary;
        using (ProgressLine.OfBytes($"{Path.GetFileName(path)}", () => (state.DoneBytes, state.TotalBytes)))
        {
            summary = verifier.Verify(
                finding => output.WriteLine(asJson ? ToJson(path, finding) : $"{path}: {finding}"),
                state,
                stop);
        }

        totals.Add(summary.IsValid);
        if (asJson)
        {
            output.WriteLine(ToJson(path, descriptor, summary));
        }
        else
        {
            string verdict = summary.IsValid ? "valid" : $"{Count(summary.ErrorCount, "error")}, {Count(summary.WarningCount, "warning")}";
            string read = summary.IsDataRead
                ? $" ({Count(summary.PartitionCount, "partition")}, {Count(summary.RowCount, "row")}, {Count(summary.CellCount, "cell")} read)"
                : "";
            output.WriteLine($"{path}: {verdict}{read}");
        }

        output.Flush();
        return summary.IsValid;
    }

    /// <summary>Verifies the SSTables of a table, telling on standard error; false when something is wrong with one.</summary>
    public static bool VerifyTable(Database database, TableMetadata table, CancellationToken stop)
    {
        VerifyTotals totals = new();
        foreach (SSTable sstable in database.OpenTable(table).SSTables)
            Verify(sstable.Descriptor, VerificationDepth.Extended, asJson: false, Console.Error, totals, stop);
        return totals.IsValid;
    }

    /// <summary><c>1 row</c>, <c>2,000 rows</c>.</summary>
    public static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string ToJson(string path, VerificationFinding finding) => JsonLine.Of(json =>
    {
        json.WriteString("sstable", path);
        json.WriteString("severity", finding.Severity.ToString());
        json.WriteString("step", finding.Step.ToString());
        json.WriteString("component", finding.Component);
        json.WriteString("file", finding.File);
        if (finding.Offset >= 0)
            json.WriteNumber("offset", finding.Offset);
        if (finding.PartitionKey is { } key)
            json.WriteString("partition", key);
        json.WriteString("text", finding.Text);
    });

    private static string ToJson(string path, SSTableDescriptor descriptor, VerificationSummary summary) => JsonLine.Of(json =>
    {
        json.WriteString("sstable", path);
        json.WriteString("version", descriptor.Version.Name);
        json.WriteBoolean("valid", summary.IsValid);
        json.WriteNumber("errors", summary.ErrorCount);
        json.WriteNumber("warnings", summary.WarningCount);
        json.WriteBoolean("data_read", summary.IsDataRead);
        json.WriteNumber("partitions", summary.PartitionCount);
        json.WriteNumber("rows", summary.RowCount);
        json.WriteNumber("cells", summary.CellCount);
    });

    /// <summary>Where a verification stands, for the line of progress. Whole numbers of 64 bits are written and read undivided.</summary>
    private sealed class ByteProgress : IProgress<VerificationProgress>
    {
        public long DoneBytes { get; private set; }

        public long TotalBytes { get; private set; }

        public void Report(VerificationProgress value) => (DoneBytes, TotalBytes) = (value.DoneBytes, value.TotalBytes);
    }
}
