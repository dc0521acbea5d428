using System.Management.Automation;
using Cqlite.Core.Engine;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.Query;
using Cqlite.Core.SSTables;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Verifies databases: description, schema, commit log, what interrupted work left, and every SSTable.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CqliteDatabase", DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(DatabaseTestResult))]
public sealed class TestCqliteDatabaseCommand : PathCmdlet
{
    private const string Activity = "Verifying a database";
    private const string DatabaseSet = "Database";

    /// <summary>The database; the last opened one when none is given.</summary>
    [Parameter(ParameterSetName = DatabaseSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>Also check every value against its type.</summary>
    [Parameter]
    public SwitchParameter Extended { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == DatabaseSet)
        {
            Verify((Database ?? OpenDatabases.RequireDefault()).Path);
            return;
        }

        ForPaths(Path, LiteralPath, Verify);
    }

    private void Verify(string folder)
    {
        DatabaseInspection inspection = DatabaseInspection.Of(folder, QueryEngine.ReadSchema);
        List<string> findings = [.. inspection.Findings.Select(f => $"{f.Path}: {f}")];
        int damaged = 0;
        int verified = 0;
        VerificationDepth depth = Extended ? VerificationDepth.Extended : VerificationDepth.Full;
        foreach (SSTableDescriptor sstable in inspection.SSTables)
        {
            // What is compacted meanwhile is gone.
            if (SSTable.ListComponents(PhysicalFileSystem.Instance, sstable).Count == 0)
                continue;
            ReportProgress(Activity, $"{sstable}", 100.0 * verified / inspection.SSTables.Count);
            VerificationSummary summary = new SSTableVerifier(PhysicalFileSystem.Instance, sstable, new SSTableVerifierOptions { Depth = depth })
                .Verify(f => findings.Add($"{f.File}: {f}"), cancellation: StopToken);
            verified++;
            if (!summary.IsValid)
                damaged++;
        }

        CompleteProgress(Activity);
        WriteObject(new DatabaseTestResult(inspection, verified, damaged, [.. findings]));
    }
}
