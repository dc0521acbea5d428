using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Sessions;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>Says whether reports of comparisons passed; certificates are verified again: their text, and what both sides hold now.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CqliteReport", DefaultParameterSetName = PathSet)]
[OutputType(typeof(ReportTestResult))]
public sealed class TestCqliteReportCommand : ProgressCmdlet
{
    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, by names that are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The source of a certificate, where it is no longer where it was: a connection, an open database or a folder. When not given, the folder that the certificate names, or the connection to the cluster of that name.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(OperandCompleter))]
    public MigrationOperand? Source { get; set; }

    /// <summary>The target of a certificate, given in the same ways.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(OperandCompleter))]
    public MigrationOperand? Target { get; set; }

    /// <summary>The snapshot that is read of the folder of -Source; that of the certificate when -Source is not given.</summary>
    [Parameter]
    [Alias("SourceSnapshot")]
    [ValidateNotNullOrEmpty]
    public string? Snapshot { get; set; }

    /// <summary>The snapshot that is read of the folder of -Target.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TargetSnapshot { get; set; }

    /// <summary>Look at the text of certificates only, and not at what both sides hold now.</summary>
    [Parameter]
    public SwitchParameter SealOnly { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        ForPaths(Path, LiteralPath, file => WithLog(log => Examine(file, log)));
    }

    private void Examine(string file, Cqlite.Migration.Progress.ProgressLog? log)
    {
        ValidationReport report = ValidationReport.Read(file);
        CheckStatus seal = Certificates.VerifyText(report);
        List<string> notChecked = [];
        bool isRead = report.Digest is not null && !SealOnly;
        ReportTestResult result = new(file, report, seal)
        {
            IsSealOnly = SealOnly,
            SourceTables = isRead ? Verify(report, isSource: true, notChecked) : [],
            TargetTables = isRead ? Verify(report, isSource: false, notChecked) : [],
            NotChecked = report.Digest is not null && SealOnly ? ["What both sides hold now, which was not asked for."] : [.. notChecked],
        };
        log?.Write(result.Passed ? "INFO" : "ERROR", $"{file}: {result.Status}");
        WriteObject(result);
    }

    /// <summary>Reads a side of a certificate again; what can't be found is said.</summary>
    private CertifiedTable[] Verify(ValidationReport report, bool isSource, List<string> notChecked)
    {
        OperandDescription description = isSource ? report.Source : report.Target;
        string side = isSource ? "source" : "target";
        try
        {
            using IMigrationSource read = OpenOperand.Find((isSource ? Source : Target) ?? new(description), isSource ? Snapshot : TargetSnapshot, p => ResolveLiteral(p)).Read();
            IReadOnlyList<CertifiedTable> tables = Await($"Reading the {side} again", null, (_, stop) => Certificates.VerifyOperandAsync(report, read, isSource, stop));
            foreach (CertifiedTable table in tables.Where(t => t.Status == CheckStatus.NotChecked))
                notChecked.Add($"{table.Keyspace}.{table.Table} of the {side}: {table.Message}");
            return [.. tables];
        }
        catch (Exception e) when (e is NoConnectionException or CqliteException)
        {
            string why = e is NoConnectionException ? $"the cluster {description.ClusterName} is not connected" : e.Message;
            notChecked.Add($"The {side}, {TransferReport.Describe(description)}: {why}.");
            WriteWarning($"The {side} of {report.ReportId} was not checked: {why}. Give it with -{(isSource ? "Source" : "Target")}, or look at the text only with -SealOnly.");
            return [];
        }
    }
}
