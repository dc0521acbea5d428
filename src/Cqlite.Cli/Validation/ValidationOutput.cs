using System.Globalization;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Validation;

/// <summary>A report as a table for people: what is the same, what differs and how, and what was not checked.</summary>
internal static class ValidationOutput
{
    private static readonly string[] s_headings = ["table", "count", "data", "source", "target", "missing", "extra", "differ", "read"];

    /// <summary>Writes a report.</summary>
    public static void Write(TextWriter output, ValidationReport report)
    {
        output.WriteLine($"source  {Describe(report.Source)}");
        output.WriteLine($"target  {Describe(report.Target)}");
        if (report.Tables.Count > 0)
            WriteTables(output, report.Tables);
        if (report.Checks.HasFlag(ValidationChecks.Schema))
            WriteSchema(output, report);
        if (report.Checks.HasFlag(ValidationChecks.Performance))
            WriteTimings(output, report);
        WriteNotChecked(output, report);
        output.WriteLine();
        output.WriteLine(Summary(report));
    }

    /// <summary>The whole in one sentence.</summary>
    public static string Summary(ValidationReport report)
    {
        int wrong = report.Tables.Count(t => t.Count == CheckStatus.Failed || t.Data == CheckStatus.Failed);
        List<string> parts = [];
        if (report.Tables.Count > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{VerifyOutput.Count(report.Tables.Count, "table")}, {VerifyOutput.Count(report.Tables.Sum(t => t.SourceRows ?? 0), "row")} of the source"));
        if (wrong > 0)
            parts.Add(wrong == 1 ? "1 table differs" : string.Create(CultureInfo.InvariantCulture, $"{wrong:N0} tables differ"));
        if (report.SchemaDifferences.Count > 0)
            parts.Add($"{VerifyOutput.Count(report.SchemaDifferences.Count, "difference")} of definitions");
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"{(report.EndedAt - report.StartedAt).TotalSeconds:0.0} s"));
        return $"{report.Status}: {string.Join(", ", parts)}";
    }

    private static void WriteTables(TextWriter output, IReadOnlyList<TableValidation> tables)
    {
        output.WriteLine();
        string[][] cells = [s_headings, .. tables.Select(Cells)];
        int[] widths = [.. s_headings.Select((_, i) => cells.Max(c => c[i].Length))];
        output.WriteLine(Line(s_headings));
        foreach ((TableValidation table, string[] row) in tables.Zip(cells[1..]))
        {
            output.WriteLine(Line(row));
            if (table.Message is { } message)
                output.WriteLine($"  {message}");
            foreach (Difference difference in table.Differences)
                output.WriteLine($"  {difference}");
            if (table.IsTruncated)
                output.WriteLine("  ... and more; the counts are exact.");
        }

        // Names and states stand left, numbers right.
        string Line(string[] row) => string.Join("  ", row.Select((text, i) => i < 3 ? text.PadRight(widths[i]) : text.PadLeft(widths[i])));
    }

    private static string[] Cells(TableValidation table) =>
    [
        $"{table.Keyspace}.{table.Table}",
        $"{table.Count}",
        $"{table.Data}",
        Number(table.SourceRows),
        Number(table.TargetRows),
        Number(table.MissingRows),
        Number(table.ExtraRows),
        Number(table.DifferentRows),
        string.Create(CultureInfo.InvariantCulture, $"{table.Coverage * 100:0.##} %"),
    ];

    private static string Number(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? $"{CheckStatus.NotChecked}";

    private static void WriteSchema(TextWriter output, ValidationReport report)
    {
        output.WriteLine();
        output.WriteLine($"definitions: {report.Schema}");
        foreach (SchemaDifference difference in report.SchemaDifferences)
            output.WriteLine($"  {difference}");
    }

    private static void WriteTimings(TextWriter output, ValidationReport report)
    {
        output.WriteLine();
        output.WriteLine($"queries: {report.Performance}");
        foreach (QueryTiming timing in report.Timings)
        {
            output.WriteLine($"  {string.Join(' ', timing.Query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
            if (timing is { Source: { } source, Target: { } target })
            {
                WriteLatencies("source", source, timing.SourceRows);
                WriteLatencies("target", target, timing.TargetRows);
            }
            else
            {
                output.WriteLine($"    {timing.Status}: {timing.Message}");
            }
        }

        void WriteLatencies(string side, Latencies millis, long? rows) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"    {side}  mean {millis.Mean:0.000} ms, p50 {millis.P50:0.000}, p95 {millis.P95:0.000}, p99 {millis.P99:0.000}, max {millis.Max:0.000}; {VerifyOutput.Count(rows ?? 0, "row")}"));
    }

    private static void WriteNotChecked(TextWriter output, ValidationReport report)
    {
        (string Sentence, string[] Tables)[] all =
        [
            .. report.SchemaNotChecked.Select(s => (s, Array.Empty<string>())),
            .. NotedTables.Group(report.Tables.SelectMany(t => t.NotChecked.Select(s => (s, $"{t.Keyspace}.{t.Table}")))),
        ];
        if (all.Length == 0)
            return;
        output.WriteLine();
        output.WriteLine($"{CheckStatus.NotChecked}:");
        foreach ((string sentence, string[] tables) in all)
            output.WriteLine($"  {sentence}{NotedTables.Of(tables, report.Tables.Count)}");
    }

    private static string Describe(OperandDescription operand) => operand.Kind == OperandKind.Cluster
        ? $"{TransferReport.Describe(operand)}, Cassandra {operand.Release}, {operand.Consistency}"
        : $"{operand.Kind switch { OperandKind.Database => "database", OperandKind.ExportDirectory => "export", _ => "files" }} {TransferReport.Describe(operand)}";
}
