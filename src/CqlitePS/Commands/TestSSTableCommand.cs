using System.Diagnostics;
using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Verifies SSTables in the order of Cassandra's sstableverify, and tells every finding with its place.</summary>
[Cmdlet(VerbsDiagnostic.Test, "SSTable", DefaultParameterSetName = PathSet)]
[OutputType(typeof(SSTableTestResult))]
public sealed class TestSSTableCommand : SSTablePathCmdlet
{
    private const string Activity = "Verifying SSTables";

    /// <summary>Also check every value against its type.</summary>
    [Parameter]
    public SwitchParameter Extended { get; set; }

    /// <summary>Go no further than the checksum of the whole data, as sstableverify does by default: no row is read.</summary>
    [Parameter]
    public SwitchParameter Digest { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (Extended && Digest)
            throw new ArgumentException("-Digest ends before the rows are read, and -Extended looks at their values: only one can be given.");
    }

    /// <inheritdoc/>
    protected override void ProcessSSTable(SSTableDescriptor descriptor)
    {
        VerificationDepth depth = Digest ? VerificationDepth.Digest : Extended ? VerificationDepth.Extended : VerificationDepth.Full;
        long started = Stopwatch.GetTimestamp();
        List<VerificationFinding> findings = [];
        VerificationSummary summary = new SSTableVerifier(PhysicalFileSystem.Instance, descriptor, new SSTableVerifierOptions { Depth = depth })
            .Verify(findings.Add, new ProgressReporter(this, descriptor), StopToken);
        CompleteProgress(Activity);
        WriteObject(new SSTableTestResult(descriptor, depth, summary, findings, Stopwatch.GetElapsedTime(started)));
    }

    /// <summary>Reports at once, on the pipeline's own thread, which is the one that verifies.</summary>
    private sealed class ProgressReporter(TestSSTableCommand cmdlet, SSTableDescriptor descriptor) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => cmdlet.ReportProgress(
            Activity,
            $"{value.Step}: {descriptor}",
            value.TotalBytes > 0 ? 100.0 * value.DoneBytes / value.TotalBytes : null);
    }
}
