using System.Globalization;

namespace Cqlite.Core.Inspection;

/// <summary>Prints a measurement for people.</summary>
public static class SSTableMeasurementText
{
    /// <summary>Writes the text.</summary>
    public static void Write(SSTableMeasurement measurement, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        ArgumentNullException.ThrowIfNull(output);
        ContentCounts counts = measurement.Counts;
        Field("SSTables", Number(measurement.SSTables.Count));
        Field("Data", $"{Number(measurement.SSTables.Sum(s => s.DataBytes))} bytes");
        Field("Partitions", measurement.SSTables.Count == 1
            ? Number(measurement.DistinctPartitions)
            : $"{Number(measurement.DistinctPartitions)} ({string.Join(", ", measurement.PartitionsBySSTableCount.Select((n, i) => $"{Number(n)} in {i + 1}"))})");
        Field("Rows", $"{Number(counts.Rows)}, static {Number(counts.StaticRows)}");
        Field("Cells", $"{Number(counts.Cells)}: live {Number(counts.LiveCells)} (expiring {Number(counts.ExpiringCells)}), expired {Number(counts.ExpiredCells)}, deleted {Number(counts.CellTombstones)}");
        Field("Tombstones", $"{Number(counts.Tombstones)}: cell {Number(counts.CellTombstones)}, collection {Number(counts.CollectionTombstones)}, row {Number(counts.RowTombstones)}, range {Number(counts.RangeTombstones)}, partition {Number(counts.PartitionTombstones)}");
        Field("Droppable", string.Create(CultureInfo.InvariantCulture, $"{counts.DroppableTombstones:N0} of tombstones and expired cells ({measurement.DroppableRatio:P1}), made before {ToolDate.OfSeconds(measurement.GcBeforeSeconds)}"));
        if (measurement.MinTimestampMicros is { } min && measurement.MaxTimestampMicros is { } max)
            Field("Timestamps", string.Create(CultureInfo.InvariantCulture, $"{min} ({ToolDate.OfMicros(min)}) to {max} ({ToolDate.OfMicros(max)})"));
        output.Write('\n');
        Distributions(measurement, output);
        Largest("bytes", measurement.LargestByBytes);
        Largest("rows", measurement.LargestByRows);
        Largest("cells", measurement.LargestByCells);
        Largest("tombstones", measurement.LargestByTombstones);
        if (measurement.SSTables.Count > 1)
            Shares(measurement, output);

        void Field(string name, string value) => output.Write($"{name + ":",-13} {value}\n");

        void Largest(string by, IReadOnlyList<PartitionMeasurement> partitions)
        {
            if (partitions.Count == 0)
                return;
            output.Write($"\nLargest partitions by {by}\n{"Bytes",15} {"Rows",12} {"Cells",12} {"Tombstones",12} {"SSTables",8}  Key\n");
            foreach (PartitionMeasurement partition in partitions)
                output.Write($"{Number(partition.Bytes),15} {Number(partition.Rows),12} {Number(partition.Cells),12} {Number(partition.Tombstones),12} {Number(partition.SSTables),8}  {partition.Key}\n");
        }
    }

    private static void Distributions(SSTableMeasurement measurement, TextWriter output)
    {
        output.Write($"{"",-26} {"Min",12} {"50 %",12} {"95 %",12} {"99 %",12} {"Max",15} {"Mean",15}\n");
        Line("Bytes per partition", measurement.PartitionBytes);
        Line("Rows per partition", measurement.RowsPerPartition);
        Line("Cells per partition", measurement.CellsPerPartition);
        Line("Tombstones per partition", measurement.TombstonesPerPartition);
        Line("Bytes per row", measurement.RowBytes);
        Line("Cells per row", measurement.CellsPerRow);

        void Line(string name, Distribution values) => output.Write(
            $"{name,-26} {Number(values.Min),12} {Number(values.Percentile(0.5)),12} {Number(values.Percentile(0.95)),12} {Number(values.Percentile(0.99)),12} {Number(values.Max),15} {values.Mean.ToString("N1", CultureInfo.InvariantCulture),15}\n");
    }

    private static void Shares(SSTableMeasurement measurement, TextWriter output)
    {
        output.Write($"\n{"Partitions",12} {"Shared",12} {"Overlaps",8} {"Rows",12} {"Tombstones",12}  SSTable\n");
        foreach (SSTableShare share in measurement.SSTables)
        {
            output.Write(
                $"{Number(share.Counts.Partitions),12} {Number(share.SharedPartitions),12} {Number(share.Overlapping.Count),8} {Number(share.Counts.Rows + share.Counts.StaticRows),12} {Number(share.Counts.Tombstones),12}  {share.Path}\n");
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
