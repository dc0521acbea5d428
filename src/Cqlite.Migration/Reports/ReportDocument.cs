using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cqlite.Migration.Reports;

/// <summary>A report for programs: what was judged, and everything that it was judged by.</summary>
/// <param name="Status">The whole, as <see cref="Judgement.Status"/> has it.</param>
/// <param name="Headline">The whole in a sentence.</param>
/// <param name="Findings">What is not good, the worst first.</param>
/// <param name="Tables">How each table stands.</param>
/// <param name="Report">The documents.</param>
internal sealed record ReportDocument(Validation.CheckStatus Status, string Headline, IReadOnlyList<Finding> Findings, IReadOnlyList<TableStanding> Tables, MigrationReport Report)
{
    /// <summary><c>cqlite-report</c>.</summary>
    [JsonPropertyOrder(-2)]
    public string Format => "cqlite-report";

    /// <summary>The version of the format that is written.</summary>
    [JsonPropertyOrder(-1)]
    public int FormatVersion => 1;

    /// <summary>The document in UTF-8.</summary>
    public static byte[] Write(MigrationReport report)
    {
        Judgement judgement = Judgement.Of(report);
        ReportDocument document = new(judgement.Status, judgement.Headline, judgement.Findings, judgement.Tables, report);
        return [.. JsonSerializer.SerializeToUtf8Bytes(document, ReportJson.Default.ReportDocument), (byte)'\n'];
    }
}
