using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;

namespace Cqlite.Migration.Validation;

/// <summary>What is corrected in a target.</summary>
[Flags]
public enum CorrectionKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Rows that the target lacks.</summary>
    Missing = 1,

    /// <summary>Rows that both have, and that differ.</summary>
    Mismatch = 2,
}

/// <summary>What is to be written into one table, or was.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Table">Its name.</param>
public sealed record TableCorrection(string Keyspace, string Table)
{
    /// <summary>Rows, and static rows of their own, that the target lacks.</summary>
    public long MissingRows { get; init; }

    /// <summary>Rows, and static rows, that differ.</summary>
    public long MismatchedRows { get; init; }

    /// <summary>Cells that get a later time of writing than the source's, for the target's would hold otherwise.</summary>
    public long RetimedCells { get; init; }

    /// <summary>Cells that stay as they are: counters, and those of which only the time is too new in the target.</summary>
    public long UncorrectableCells { get; init; }

    /// <summary>Rows that the target refused.</summary>
    public long RejectedRows { get; init; }

    /// <summary>Whether there is nothing to be written.</summary>
    public bool IsEmpty => MissingRows + MismatchedRows == 0;
}

/// <summary>
/// Makes a target as its source where a validation has found that it lacks rows or has others. Rows and cells that are still not to be seen when they were written, for they were
/// deleted later, are written once more with the present time; and again behind the latest deletion, where that lies in the future. Validate again afterwards.
/// </summary>
/// <param name="source">What is right.</param>
/// <param name="target">The target, to be read.</param>
/// <param name="report">What the validation has found.</param>
/// <param name="kinds">What is corrected.</param>
public sealed class Corrector(IMigrationSource source, IMigrationSource target, ValidationReport report, CorrectionKinds kinds)
{
    /// <summary>What would be written. Nothing is.</summary>
    /// <param name="cancellation">Ends it.</param>
    public Task<IReadOnlyList<TableCorrection>> PlanAsync(CancellationToken cancellation = default) => RunAsync(null, cancellation);

    /// <summary>Writes it.</summary>
    /// <param name="into">The target, to be written.</param>
    /// <param name="cancellation">Ends it; what was written by then stays.</param>
    public Task<IReadOnlyList<TableCorrection>> ApplyAsync(IMigrationTarget into, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        return RunAsync(into, cancellation);
    }

    private async Task<IReadOnlyList<TableCorrection>> RunAsync(IMigrationTarget? into, CancellationToken cancellation)
    {
        DatabaseSchema schema = await source.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        DatabaseSchema targetSchema = await target.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        List<TableCorrection> corrections = [];
        foreach (TableValidation table in report.Tables)
        {
            if (table.Terms is not { } terms || table.Data is CheckStatus.Passed or CheckStatus.NotChecked)
                continue;
            if (schema.Table(table.Keyspace, table.Table) is { } one && targetSchema.Table(table.Keyspace, table.Table) is { } other)
                corrections.Add(await CorrectAsync(one, other, table, terms, into, cancellation).ConfigureAwait(false));
        }

        return corrections;
    }

    private async Task<TableCorrection> CorrectAsync(
        TableMetadata one, TableMetadata other, TableValidation found, ComparisonTerms terms, IMigrationTarget? into, CancellationToken cancellation)
    {
        const int microsPerSecond = 1_000_000;
        ITableSource left = await source.At(terms.NowSeconds * microsPerSecond).OpenAsync(one, cancellation).ConfigureAwait(false);
        ITableSource right = await target.At(terms.NowSeconds * microsPerSecond).OpenAsync(other, cancellation).ConfigureAwait(false);
        ITableTarget? written = into is null ? null : await into.OpenAsync(other, cancellation).ConfigureAwait(false);
        try
        {
            ComparisonPlan plan = new(terms, one);

            // A report that was read from a file does not tell where the differences are.
            IReadOnlyList<TokenRange> ranges = found.DifferingRanges.Count > 0 ? found.DifferingRanges : [TokenRange.Whole];
            (TableCorrection sum, long newest) = await PassAsync(left, right, plan, kinds, long.MinValue, ranges, written, cancellation).ConfigureAwait(false);
            long nowMicros = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
            bool looksAgain = written is not null && !sum.IsEmpty && !one.IsCounter;
            long[] behind = newest > nowMicros && newest < long.MaxValue ? [nowMicros, newest] : [nowMicros];
            foreach (long after in looksAgain ? behind : [])
            {
                (TableCorrection hidden, _) = await PassAsync(left, right, plan, kinds, after, ranges, written, cancellation).ConfigureAwait(false);
                sum = sum with { RetimedCells = sum.RetimedCells + hidden.RetimedCells };
            }

            return sum with { RejectedRows = written?.RejectedRows ?? 0 };
        }
        finally
        {
            if (written is not null)
                await written.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Goes once through the ranges; what was written, and the latest time of a deletion that the target has there.</summary>
    private static async Task<(TableCorrection Done, long NewestDeletionMicros)> PassAsync(
        ITableSource left, ITableSource right, ComparisonPlan plan, CorrectionKinds kinds, long missingAfterMicros, IReadOnlyList<TokenRange> ranges, ITableTarget? written, CancellationToken cancellation)
    {
        // All ranges as one, so that a database gets no SSTables for each.
        LiveSide target = new(new RangeSequence(right, ranges, cancellation), plan);
        using CorrectionCursor cursor = new(new RowPairs(new LiveSide(new RangeSequence(left, ranges, cancellation), plan), target, plan), right.Table, kinds, missingAfterMicros);
        await Task.Run(() => Write(cursor, written, cancellation), cancellation).ConfigureAwait(false);
        TableCorrection done = new(right.Table.Keyspace, right.Table.Name)
        {
            MissingRows = cursor.MissingRows,
            MismatchedRows = cursor.MismatchedRows,
            RetimedCells = cursor.RetimedCells,
            UncorrectableCells = cursor.UncorrectableCells,
        };
        return (done, target.NewestDeletionMicros);
    }

    /// <summary>Has a cursor's rows written, or, without a target, only gone through.</summary>
    internal static void Write(UnfilteredCursor cursor, ITableTarget? into, CancellationToken cancellation)
    {
        if (into is not null)
        {
            into.Write(cursor, cancellation);
            return;
        }

        while (cursor.MoveToNextPartition())
        {
            cancellation.ThrowIfCancellationRequested();
            while (cursor.MoveToNextUnfiltered())
            {
                // The cursor counts.
            }
        }
    }
}
