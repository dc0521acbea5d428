using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Migration.Reports;
using Cqlite.Migration.Validation;

namespace CqlitePS.Commands;

/// <summary>Writes one page of what the steps of a migration have left: whether it is good, what is not, and what to do.</summary>
[Cmdlet(VerbsData.Export, "CqliteReport", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(FileInfo))]
public sealed class ExportCqliteReportCommand : PathCmdlet
{
    private readonly ReportReader _reader = new(PhysicalFileSystem.Instance);

    /// <summary>The file that is written; its folder is made where it is missing.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The format; what the file's name ends with when it is not given, and else HTML.</summary>
    [Parameter]
    public ReportFormat? Format { get; set; }

    /// <summary>What the page is called.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>Differences of each table that are listed; counts are exact beyond that.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxDifferences { get; set; } = new PageSettings().MostDifferences;

    /// <summary>Replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Pass on the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        // A report without one of its parts would say more than it knows: what can't be read ends it.
        foreach (string path in Resolved)
            _reader.Add(path);
    }

    /// <inheritdoc/>
    protected override void End()
    {
        string path = ResolveLiteral(Destination);
        MigrationReport report = _reader.ToReport(Title, DateTimeOffset.UtcNow);
        if (!ShouldProcess(path, $"Write a report of {string.Join(", ", report.Inputs.Select(i => i.Path))}"))
            return;
        Judgement judgement = ReportFile.Write(PhysicalFileSystem.Instance, path, report, Format ?? ReportFile.FormatOf(path), new PageSettings(MaxDifferences), Force);
        foreach (string left in report.LeftOut)
            WriteWarning($"{left} is left out: it is nothing that a report is made of.");
        if (judgement.Status == CheckStatus.Failed)
            WriteWarning($"{judgement.Headline} See {path}.");
        else
            WriteVerbose(judgement.Headline);
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
