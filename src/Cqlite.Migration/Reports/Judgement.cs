using System.Globalization;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>Something that is not good, or not known to be.</summary>
/// <param name="Level"><see cref="CheckStatus.Failed"/>, <see cref="CheckStatus.NotChecked"/> or <see cref="CheckStatus.Warning"/>.</param>
/// <param name="Subject">What it is about, in few words.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="Section">The section of the page that has it in full.</param>
internal sealed record Finding(CheckStatus Level, string Subject, string Text, string Remedy, string Section)
{
    /// <summary>The tables that it is about, in order; none where it is about no table.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];
}

/// <summary>What a migration comes to. Of steps and checks that were done several times the last one counts.</summary>
internal sealed class Judgement
{
    private Judgement(IReadOnlyList<TableStanding> tables, IReadOnlyList<Finding> findings)
    {
        Tables = tables;
        Findings = findings;
        Status = findings.Count == 0 ? CheckStatus.Passed : findings[0].Level;
    }

    /// <summary>How each table stands: those that are not good first.</summary>
    public IReadOnlyList<TableStanding> Tables { get; }

    /// <summary>What is not good, the worst first.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Failed where anything is wrong; not checked where nothing is, but not everything that was moved was compared; warning where something needs a look.</summary>
    public CheckStatus Status { get; }

    /// <summary>The whole in a sentence.</summary>
    public string Headline => Status switch
    {
        CheckStatus.Failed => string.Create(CultureInfo.InvariantCulture, $"Not good: {Count(CheckStatus.Failed, "thing is", "things are")} wrong."),
        CheckStatus.NotChecked => "Not proven: nothing is known to be wrong, but not everything was checked.",
        CheckStatus.Warning => string.Create(CultureInfo.InvariantCulture, $"Good, but {Count(CheckStatus.Warning, "thing needs", "things need")} a look."),
        _ => "Good: everything was moved, and everything that was compared is the same.",
    };

    /// <summary>Judges.</summary>
    public static Judgement Of(MigrationReport report)
    {
        IReadOnlyList<TableStanding> tables = Standings.Of(report);
        List<Finding> findings =
        [
            .. TransferFindings.Of(report, tables),
            .. ValidationFindings.Of(report, tables),
            .. SideFindings.Of(report),
        ];
        return new Judgement(tables, [.. findings.OrderByDescending(f => Severity(f.Level))]);
    }

    /// <summary>What is worse is more.</summary>
    public static int Severity(CheckStatus status) => status switch
    {
        CheckStatus.Failed => 3,
        CheckStatus.NotChecked => 2,
        CheckStatus.Warning => 1,
        _ => 0,
    };

    private string Count(CheckStatus level, string one, string more)
    {
        int count = Findings.Count(f => f.Level == level);
        return string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : more)}");
    }
}
