using Cqlite.Migration.Validation;

namespace CqlitePS.Objects;

/// <summary>Whether the report of a comparison says that it passed, and whether a certificate still holds.</summary>
public sealed class ReportTestResult
{
    internal ReportTestResult(string path, ValidationReport report, CheckStatus seal)
    {
        Path = path;
        Report = new MigrationTestResult(report);
        IsCertificate = report.Digest is not null;
        Seal = seal;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether the report passed; of a certificate, also whether it is unchanged and both sides are still as it says.</summary>
    public bool Passed => Status is CheckStatus.Passed or CheckStatus.Warning;

    /// <summary>The whole: Failed where anything has; NotChecked where something was not.</summary>
    public CheckStatus Status => !IsCertificate ? Report.Status
        : IsSealOnly ? ValidationReport.Worst([Report.Status, Seal])
        : ValidationReport.Worst([Report.Status, Seal, Source, Target]);

    /// <summary>Whether it was signed off.</summary>
    public bool IsCertificate { get; }

    /// <summary>Whether a certificate's text is as it was signed off; NotChecked of a report that never was.</summary>
    public CheckStatus Seal { get; }

    /// <summary>Whether the source still holds what the certificate says.</summary>
    public CheckStatus Source => Worst(SourceTables);

    /// <summary>Whether the target still holds what the certificate says.</summary>
    public CheckStatus Target => Worst(TargetTables);

    /// <summary>What was found of the source, table by table; empty where it was not read again.</summary>
    public CertifiedTable[] SourceTables { get; internal init; } = [];

    /// <summary>What was found of the target, table by table; empty where it was not read again.</summary>
    public CertifiedTable[] TargetTables { get; internal init; } = [];

    /// <summary>What was not checked and why, one sentence each.</summary>
    public string[] NotChecked { get; internal init; } = [];

    /// <summary>What the report says.</summary>
    public MigrationTestResult Report { get; }

    internal bool IsSealOnly { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Status}";

    private static CheckStatus Worst(CertifiedTable[] tables) => ValidationReport.Worst(tables.Select(t => t.Status));
}
