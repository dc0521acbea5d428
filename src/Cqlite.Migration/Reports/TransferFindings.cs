using System.Globalization;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>What is not good about exports, imports and copies, and what to do about it.</summary>
internal static class TransferFindings
{
    /// <summary>The findings.</summary>
    public static IEnumerable<Finding> Of(MigrationReport report, IReadOnlyList<TableStanding> tables)
    {
        var steps = tables.SelectMany(t => t.Steps.Select(s => (Table: t.Name, Step: s))).ToArray();
        foreach (var group in steps.Where(s => !s.Step.Outcome.IsDone()).GroupBy(s => (s.Step.Operation, s.Step.Outcome, s.Step.Message)))
        {
            string[] names = [.. group.Select(s => s.Table)];
            (string operation, TransferOutcome outcome, string? message) = group.Key;
            yield return new Finding(
                CheckStatus.Failed,
                $"{Capital(operation)} of {Tables(names.Length)}: {outcome}",
                outcome == TransferOutcome.Canceled ? "It was stopped by the user." : message ?? "The step ended before the table was whole.",
                Remedy(operation, outcome),
                PageSections.Moved)
            { Tables = names };
        }

        foreach (var group in steps.Where(s => s.Step.RejectedRows > 0).GroupBy(s => s.Step.Operation))
        {
            yield return new Finding(
                CheckStatus.Failed,
                $"{Capital(group.Key)}: rows rejected",
                string.Create(CultureInfo.InvariantCulture, $"The target refused {group.Sum(s => s.Step.RejectedRows):N0} rows, which are not there."),
                "Look at the reasons in the reject file, mend what they name, and run the step again: what is there already is not written twice.",
                PageSections.Moved)
            { Tables = [.. group.Select(s => s.Table)] };
        }

        foreach (var result in report.Transfers.Select(t => t.Content).Where(t => t.Notes.Count > 0))
        {
            yield return new Finding(
                CheckStatus.Warning,
                $"{Capital(result.Operation)}: something beside the rows could not be made",
                string.Join(" ", result.Notes),
                "Make it by hand where it is needed; the rows are not affected.",
                PageSections.Moved);
        }
    }

    internal static string Tables(int count) => count == 1 ? "1 table" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} tables");

    internal static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Remedy(string operation, TransferOutcome outcome)
    {
        string again = operation == "import"
            ? "run the same import again: what is there is not taken twice."
            : "run the same command again with -Resume (--resume): it goes on with what is not done.";
        return outcome switch
        {
            TransferOutcome.DiskFull => $"Make room on the disk, then {again}",
            TransferOutcome.NodeLost => $"See that the node answers (Test-CassandraConnection, cqlite cassandra health-check), then {again}",
            TransferOutcome.Unavailable => $"Bring replicas back, or read at a lower consistency, then {again}",
            TransferOutcome.Overloaded => $"Read more gently (-ThrottleLimit, -RateLimit), then {again}",
            TransferOutcome.TimedOut => $"Give answers more time (-Timeout) or smaller pages (-BatchSize), then {again}",
            TransferOutcome.Canceled or TransferOutcome.NotStarted or TransferOutcome.Failed => TransferFindings.Capital(again),
            TransferOutcome.SchemaChanged => "Begin anew, into another place: rows of before and after the change do not fit together.",
            TransferOutcome.TableDropped => "Nothing is left to move. Begin without the table, or bring it back from a snapshot.",
            TransferOutcome.SourceDamaged => "Find the damaged file with Test-SSTable (cqlite sstable verify), take it anew from its source or salvage it with Repair-SSTable, and begin the table anew.",
            _ => "Mend what the message names, then begin the table anew.",
        };
    }
}
