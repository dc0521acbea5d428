using System.Globalization;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;

namespace Cqlite.Migration.Results;

/// <summary>Results in sentences: for people and for logs.</summary>
internal static class TransferReport
{
    /// <summary>What became of a table: <c>shop.orders: 10,000 rows in 1.2 s</c>.</summary>
    public static string Describe(TableTransfer table)
    {
        ArgumentNullException.ThrowIfNull(table);
        string name = $"{table.Keyspace}.{table.Table}";
        return table.Outcome switch
        {
            TransferOutcome.Completed => string.Create(CultureInfo.InvariantCulture, $"{name}: {table.Rows:N0} rows in {table.Seconds:0.0} s{Rejected(table)}"),
            TransferOutcome.AlreadyDone => $"{name}: nothing to do, it is there",
            TransferOutcome.Canceled => string.Create(CultureInfo.InvariantCulture, $"{name}: stopped after {table.Rows:N0} rows ({table.Share * 100:0.0} % are there){Rejected(table)}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{name}: {table.Outcome} after {table.Rows:N0} rows ({table.Share * 100:0.0} % are there): {table.Message}{Rejected(table)}"),
        };
    }

    /// <summary>Source or target, as logs name it.</summary>
    public static string Describe(OperandDescription operand)
    {
        ArgumentNullException.ThrowIfNull(operand);
        return operand.Kind == OperandKind.Cluster ? $"cluster {operand.ClusterName} ({operand.Address})" : operand.Place;
    }

    /// <summary>The whole in one sentence.</summary>
    public static string Summary(TransferResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        int done = result.Tables.Count(t => t.Outcome.IsDone());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Operation}: {done:N0} of {result.Tables.Count:N0} tables, {result.Rows:N0} rows, {result.Bytes:N0} bytes in {(result.EndedAt - result.StartedAt).TotalSeconds:0.0} s");
    }

    /// <summary>What the source can't tell of its tables, each sentence once, then what is to be known of the whole.</summary>
    public static IEnumerable<string> Notes(TransferResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return NotedTables.Group(result.Tables.SelectMany(t => t.Notes.Select(n => (n, $"{t.Keyspace}.{t.Table}"))))
            .Select(n => n.Sentence + NotedTables.Of(n.Tables, result.Tables.Count)).Concat(result.Notes).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Writes what became of all to a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="result">The result.</param>
    /// <param name="resume">How to go on with what can be gone on with.</param>
    public static void Write(ProgressLog log, TransferResult result, string resume)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(result);
        foreach (TableTransfer table in result.Tables)
            log.Write(table.Outcome.IsDone() ? "INFO" : "ERROR", Describe(table));
        foreach (string note in Notes(result))
            log.Write("WARN", note);
        log.Write(result.Succeeded ? "INFO" : "ERROR", $"{Summary(result)}{(result.CanBeResumed ? $"; {resume}" : "")}");
    }

    private static string Rejected(TableTransfer table) =>
        table.RejectedRows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {table.RejectedRows:N0} writes rejected");
}
