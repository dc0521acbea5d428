using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>What was found about a certificate's table and one operand.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Table">Its name.</param>
/// <param name="Status">Whether the operand still has the digest; not checked where the certificate has none of the whole table, or where the table can't be read.</param>
/// <param name="Expected">The digest that the certificate has; null for none.</param>
/// <param name="Actual">The digest of what the operand holds now; null where it was not computed.</param>
public sealed record CertifiedTable(string Keyspace, string Table, CheckStatus Status, string? Expected, string? Actual)
{
    /// <summary>Why it was not checked; null where it was.</summary>
    public string? Message { get; init; }
}

/// <summary>Verifies reports that were signed off.</summary>
public static class Certificates
{
    /// <summary>Whether a report is as it was signed off: passed, failed, or not checked where it never was.</summary>
    public static CheckStatus VerifyText(ValidationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Digest is null ? CheckStatus.NotChecked
            : string.Equals(report.Digest, report.ComputeDigest(), StringComparison.OrdinalIgnoreCase) ? CheckStatus.Passed
            : CheckStatus.Failed;
    }

    /// <summary>
    /// Reads an operand again, and compares it with what the report says of it, table by table. It is looked at as at the moment of the report; what has expired since, and was
    /// purged from files, is no longer there to be seen.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="operand">The source or the target.</param>
    /// <param name="isSource">Which of both it is.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<CertifiedTable>> VerifyOperandAsync(ValidationReport report, IMigrationSource operand, bool isSource, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(operand);
        List<CertifiedTable> tables = [];
        foreach (TableValidation table in report.Tables)
            tables.Add(await VerifyAsync(table, operand, isSource ? table.SourceDigest : table.TargetDigest, cancellation).ConfigureAwait(false));
        return tables;
    }

    private static async Task<CertifiedTable> VerifyAsync(TableValidation table, IMigrationSource operand, string? expected, CancellationToken cancellation)
    {
        CertifiedTable nothing = new(table.Keyspace, table.Table, CheckStatus.NotChecked, expected, null);
        if (expected is null || table.Terms is null || table.Coverage < 1)
            return nothing with { Message = "The report has no digest of the whole table." };
        try
        {
            IMigrationSource at = operand.At(table.Terms.NowSeconds * 1_000_000);
            DatabaseSchema schema = await at.ReadSchemaAsync(cancellation).ConfigureAwait(false);
            TableMetadata metadata = schema.Table(table.Keyspace, table.Table) ?? throw new InvalidQueryException($"there is no table {table.Keyspace}.{table.Table} any more.");
            ITableSource source = await at.OpenAsync(metadata, cancellation).ConfigureAwait(false);
            ComparisonPlan plan = new(table.Terms, metadata);
            RangeDigest sum = default;
            foreach (RangeEstimate range in await source.SplitAsync(Environment.ProcessorCount, cancellation).ConfigureAwait(false))
                sum += await Task.Run(() => Digest(source, plan, range.Range, cancellation), cancellation).ConfigureAwait(false);
            string actual = TableFindings.Text(sum.Sum);
            return nothing with { Status = actual == expected ? CheckStatus.Passed : CheckStatus.Failed, Actual = actual };
        }
        catch (CqliteException e)
        {
            return nothing with { Message = e.Message };
        }
    }

    private static RangeDigest Digest(ITableSource source, ComparisonPlan plan, TokenRange range, CancellationToken cancellation)
    {
        using LiveSide live = new(source.Read(range, cancellation), plan);
        return RangeDigest.Of(live, plan, hashes: true, new BufferWriter(), cancellation);
    }
}
