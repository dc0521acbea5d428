using System.Globalization;
using System.Text.Json;
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
    public static bool Verify(SSTableDescriptor descriptor, VerificationDepth depth, bool asJson, TextWriter output, CancellationToken stop)
    {
        string path = descriptor.PathOf(SSTableComponent.Data);
        SSTableVerifier verifier = new(PhysicalFileSystem.Instance, descriptor, new SSTableVerifierOptions { Depth = depth });
        VerificationSummary summary = verifier.Verify(
            finding => output.WriteLine(asJson ? ToJson(finding) : $"{path}: {finding}"),
            cancellation: stop);
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

        return summary.IsValid;
    }

    /// <summary>Verifies the SSTables of a table, telling on standard error; false when something is wrong with one.</summary>
    public static bool VerifyTable(Database database, TableMetadata table, CancellationToken stop)
    {
        bool isValid = true;
        foreach (SSTable sstable in database.OpenTable(table).SSTables)
            isValid &= Verify(sstable.Descriptor, VerificationDepth.Extended, asJson: false, Console.Error, stop);
        return isValid;
    }

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string ToJson(VerificationFinding finding) => Json(json =>
    {
        json.WriteString("severity", finding.Severity.ToString());
        json.WriteString("step", finding.Step.ToString());
        json.WriteString("component", finding.Component);
        json.WriteString("file", finding.File);
        json.WriteNumber("offset", finding.Offset);
        if (finding.PartitionKey is { } key)
            json.WriteString("partition", key);
        json.WriteString("text", finding.Text);
    });

    private static string ToJson(string path, SSTableDescriptor descriptor, VerificationSummary summary) => Json(json =>
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

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
