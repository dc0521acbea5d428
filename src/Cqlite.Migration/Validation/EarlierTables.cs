using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Schemas;

namespace Cqlite.Migration.Validation;

/// <summary>What an earlier validation has compared, so that a later one goes on with the rest.</summary>
internal sealed class EarlierTables
{
    private readonly ValidationReport _report;
    private readonly ValidationSettings _settings;

    /// <summary>Takes over what a report has.</summary>
    /// <exception cref="InvalidQueryException">It is of something else, or asked for something else.</exception>
    public EarlierTables(ValidationReport report, ValidationSettings settings, IMigrationSource source, IMigrationSource target)
    {
        Require(report.Source.IsSameData(source.Description), $"its source is {report.Source.Identity}, not {source.Description.Identity}");
        Require(report.Target.IsSameData(target.Description), $"its target is {report.Target.Identity}, not {target.Description.Identity}");
        Require(report.Checks == settings.Checks, $"it checked {report.Checks}, not {settings.Checks}");
        Require(report.Strict == settings.Strict, report.Strict ? "it was strict" : "it was not strict");
        Require(report.Tolerance == settings.Tolerance, $"it tolerated {report.Tolerance} rows, not {settings.Tolerance}");
        Require(report.SampleRows == settings.SampleRows && report.SamplePercent == settings.SamplePercent, "its sample is not of the same size");
        Require(report.Seed == (settings.Random ? settings.Seed : null), "it drew its sample by another seed");
        _report = report;
        _settings = settings;
    }

    /// <summary>The moment at which a report's operands were looked at, in seconds since 1970; null where it has no table.</summary>
    public static long? NowSeconds(ValidationReport? report) => report?.Tables.FirstOrDefault(t => t.Terms is not null)?.Terms!.NowSeconds;

    /// <summary>What was found of a table of the same definitions under the same terms, to its end or not; null for nothing.</summary>
    /// <param name="source">The source's table.</param>
    /// <param name="target">The target's table.</param>
    /// <param name="terms">What is compared.</param>
    public TableValidation? Find(TableMetadata source, TableMetadata target, ComparisonTerms terms)
    {
        TableValidation? known = _report.Tables.FirstOrDefault(t => t.Keyspace == source.Keyspace && t.Table == source.Name);
        return known?.Terms is { } its && its.HasSameContent(terms) && IsOf(known.SourceDefinition, source) && IsOf(known.TargetDefinition, target)
            && (known.Unfinished is not null || (IsDone(known) && (known.Coverage >= 1 || _settings.IsSampled))) ? known : null;
    }

    private static bool IsOf(string? definition, TableMetadata table) => definition is null || definition == TableDigest.Of(table);

    private bool IsDone(TableValidation table) =>
        (!_settings.Checks.HasFlag(ValidationChecks.Count) || table.Count != CheckStatus.NotChecked)
        && (!_settings.Checks.HasFlag(ValidationChecks.Data) || table.Data != CheckStatus.NotChecked);

    private static void Require(bool isSame, string otherwise)
    {
        if (!isSame)
            throw new InvalidQueryException($"the earlier report can't be gone on with: {otherwise}.");
    }
}
