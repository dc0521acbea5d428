using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Counts what SSTables hold, all SSTables of a table together: sizes, rows, cells, tombstones, the largest partitions, overlap.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "SSTable", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TableMeasurement))]
public sealed class MeasureSSTableCommand : SSTablePathCmdlet
{
    private const string Activity = "Measuring SSTables";

    private readonly Dictionary<(string, string?), List<SSTableDescriptor>> _byTable = [];

    /// <summary>How many of the largest partitions to tell.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int Top { get; set; } = SSTableMeasurementOptions.Default.TopCount;

    /// <summary>The moment at which times to live and the age of tombstones are judged; the clock's when not given.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>How long tombstones must be kept, in seconds; the table's gc_grace_seconds when not given, or ten days where that is not known.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public long? GcGraceSeconds { get; set; }

    /// <summary>A file of CQL with the schema; without it, the schema is looked for beside the data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Schema { get; set; }

    /// <inheritdoc/>
    protected override void ProcessSSTable(SSTableDescriptor descriptor)
    {
        // A table's folder holds all of its SSTables; those of a node with several data directories are of one table if its id is one.
        (string, string?) table = (descriptor.TableId is { } id && descriptor.Snapshot is null && !descriptor.IsBackup ? id.ToString("N") : descriptor.Directory, descriptor.Index);
        if (!_byTable.TryGetValue(table, out List<SSTableDescriptor>? descriptors))
            _byTable.Add(table, descriptors = []);
        descriptors.Add(descriptor);
    }

    /// <inheritdoc/>
    protected override void End()
    {
        foreach (List<SSTableDescriptor> table in _byTable.Values)
            ForItem(table[0].Directory, () => Measure(table));
    }

    /// <summary>Measures the SSTables that can be read; one that can't be is an error, and the rest goes on without it.</summary>
    private void Measure(List<SSTableDescriptor> table)
    {
        List<SSTable> open = [];
        try
        {
            foreach (SSTableDescriptor descriptor in table)
                ForItem(descriptor.PathOf(SSTableComponent.Data), () => open.Add(SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Names = DefinitionOf(descriptor, Schema) })));
            while (open.Count > 0)
            {
                if (TryMeasure(open, out SSTable? damaged) is { } measurement)
                {
                    WriteObject(new TableMeasurement(open[0].Descriptor, measurement));
                    break;
                }

                open.Remove(damaged!);
                damaged!.Dispose();
            }
        }
        finally
        {
            open.ForEach(s => s.Dispose());
            CompleteProgress(Activity);
        }
    }

    private SSTableMeasurement? TryMeasure(List<SSTable> open, out SSTable? damaged)
    {
        damaged = null;
        SSTableMeasurementOptions options = new() { TopCount = Top, NowSeconds = AsOf?.ToUnixTimeSeconds(), GcGraceSeconds = GcGraceSeconds ?? open[0].Table.Options.GcGraceSeconds };
        try
        {
            return new SSTableMeasure(open, options).Run(new ProgressReporter(this, open[0].Descriptor.Directory), StopToken);
        }
        catch (CorruptDataException e)
        {
            damaged = open.Find(s => e.File.StartsWith(s.Descriptor.ToString(), StringComparison.Ordinal));
            if (damaged is null)
                throw;
            WriteError(ErrorRecords.Create(e, damaged.Descriptor.PathOf(SSTableComponent.Data)));
            return null;
        }
    }

    /// <summary>Reports at once, on the pipeline's own thread, which is the one that measures.</summary>
    private sealed class ProgressReporter(MeasureSSTableCommand cmdlet, string folder) : IProgress<MeasurementProgress>
    {
        public void Report(MeasurementProgress value) =>
            cmdlet.ReportProgress(Activity, folder, value.TotalBytes > 0 ? 100.0 * value.DoneBytes / value.TotalBytes : null);
    }
}
