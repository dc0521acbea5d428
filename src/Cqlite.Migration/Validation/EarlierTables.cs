using Cqlite.Core.Errors;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>What an earlier validation has compared to its end, so that a later one goes on with the rest.</summary>
internal sealed class EarlierTables
{
    private readonly ValidationReport _report;
    private readonly ValidationSettings _settings;

    /// <summary>Takes over what a report has.</summary>
    /// <exception cref="InvalidQueryException">It is of something else, or asked for something else.</exception>
    public EarlierTables(ValidationReport report, ValidationSettings settings, IMigrationSource source, IMigrationSource target)
    {
        Require(report.Source.Identity == source.Description.Identity, $"its source is {report.Source.Identity}, not {source.Description.Identity}");
        Require(report.Target.Identity == target.Description.Identity, $"its target is {report.Target.Identity}, not {target.Description.Identity}");
        Require(report.Checks == settings.Checks, $"it checked {report.Checks}, not {settings.Checks}");
        Require(report.Strict == settings.Strict, report.Strict ? "it was strict" : "it was not strict");
        Require(report.Tolerance == settings.Tolerance, $"it tolerated {report.Tolerance} rows, not {settings.Tolerance}");
        Require(report.Seed == (settings.Random ? settings.Seed : null), "it drew its sample by another seed");
        _report = report;
        _settings = settings;
    }

    /// <summary>The moment at which a report's operands were looked at, in seconds since 1970; null where it has no table.</summary>
    public static long? NowSeconds(ValidationReport? report) => report?.Tables.FirstOrDefault(t => t.Terms is not null)?.Terms!.NowSeconds;

    /// <summary>A table that was compared under the same terms; null for none.</summary>
    public TableValidation? Find(string keyspace, string table, ComparisonTerms terms)
    {
        TableValidation? known = _report.Tables.FirstOrDefault(t => t.Keyspace == keyspace && t.Table == table);
        return known is not null && IsDone(known) && known.Terms is { } its && its.HasSameContent(terms) && (known.Coverage >= 1 || _settings.IsSampled) ? known : null;
    }

    private bool IsDone(TableValidation table) =>
        (!_settings.Checks.HasFlag(ValidationChecks.Count) || table.Count != CheckStatus.NotChecked)
        && (!_settings.Checks.HasFlag(ValidationChecks.Data) || table.Data != CheckStatus.NotChecked);

    private static void Require(bool isSame, string otherwise)
    {
        if (!isSame)
            throw new InvalidQueryException($"the earlier report can't be gone on with: {otherwise}.");
    }
}
