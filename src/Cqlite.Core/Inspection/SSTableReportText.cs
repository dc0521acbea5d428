using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>Prints a report as sstablemetadata of Cassandra 5.0 does, without colours.</summary>
/// <remarks>Source: org/apache/cassandra/tools/SSTableMetadataViewer.java.</remarks>
public static class SSTableReportText
{
    private const string CompressorPackage = "org.apache.cassandra.io.compress.";

    /// <summary>Writes the text.</summary>
    /// <param name="report">What to print.</param>
    /// <param name="output">Where to.</param>
    /// <param name="nowSeconds">The moment at which tombstones count as droppable, in seconds since 1970.</param>
    public static void Write(SSTableReport report, TextWriter output, long nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        StatsMetadata stats = report.Statistics.Stats;
        Field("SSTable", report.Descriptor.ToString());
        Field("Partitioner", report.Partitioner);
        Field("Bloom Filter FP chance", Java(report.BloomFilterFpChance));
        Field("Minimum timestamp", ToolDate.OfMicros(stats.MinTimestampMicros), Number(stats.MinTimestampMicros));
        Field("Maximum timestamp", ToolDate.OfMicros(stats.MaxTimestampMicros), Number(stats.MaxTimestampMicros));
        Field("Duration", ToolDate.DurationOfMicros(unchecked(stats.MaxTimestampMicros - stats.MinTimestampMicros)));
        Field("SSTable min local deletion time", ToolDate.OfDeletion(stats.MinLocalDeletionSeconds), Number(stats.MinLocalDeletionSeconds));
        Field("SSTable max local deletion time", ToolDate.OfDeletion(stats.MaxLocalDeletionSeconds), Number(stats.MaxLocalDeletionSeconds));
        Field("Compressor", report.Compression is { } compression ? CompressorPackage + compression.Compressor : "-");
        if (report.Compression is not null)
            Field("Compression ratio", Java(stats.CompressionRatio));
        Field("TTL min", Number(stats.MinTtlSeconds), ToolDate.WordsOfSeconds(stats.MinTtlSeconds));
        Field("TTL max", Number(stats.MaxTtlSeconds), ToolDate.WordsOfSeconds(stats.MaxTtlSeconds));
        if (report.FirstToken is not null)
            Field("First token", report.FirstToken, report.FirstKey);
        if (report.LastToken is not null)
            Field("Last token", report.LastToken, report.LastKey);
        Field("Covered clusterings", report.CoveredClustering);
        Field("Estimated droppable tombstones", Java(report.DroppableTombstoneRatio(nowSeconds)));
        Field("SSTable Level", Number(stats.Level));
        Field("Repaired at", Number(stats.RepairedAtMillis), ToolDate.OfMillis(stats.RepairedAtMillis));
        Field("Originating host id", stats.OriginatingHostId?.ToString());
        Field("Pending repair", stats.PendingRepair?.ToString());
        Field("Replay positions covered", $"{{{string.Join(", ", stats.CommitLogIntervals.Select(i => $"{i.Start}={i.End}"))}}}");
        Field("totalColumnsSet", Number(stats.TotalColumnsSet));
        Field("totalRows", Number(stats.TotalRows));
        Field("Estimated tombstone drop times", "");
        new TermHistogram("Drop Time", stats.EstimatedTombstoneDropTimes.Bins.Select(b => (b.Key, (long)b.Value)), DropTime).Write(output);
        Field("Partition Size", "");
        new TermHistogram("Size (bytes)", Buckets(stats.PartitionSizes), SizeText).Write(output);
        Field("Column Count", "");
        new TermHistogram("Columns", Buckets(stats.CellsPerPartition), Number).Write(output);
        Field("Local token space coverage", Java(stats.TokenSpaceCoverage));
        if (report.EstimatedKeys is { } keys)
            Field("Estimated cardinality", Number(keys));
        EncodingStats encoding = report.EncodingStats;
        Field("EncodingStats minTTL", Number(encoding.MinTtlSeconds), ToolDate.WordsOfSeconds(encoding.MinTtlSeconds));
        Field("EncodingStats minLocalDeletionTime", ToolDate.OfSeconds(encoding.MinLocalDeletionSeconds), Number(encoding.MinLocalDeletionSeconds));
        Field("EncodingStats minTimestamp", ToolDate.OfMicros(encoding.MinTimestampMicros), Number(encoding.MinTimestampMicros));
        SerializationHeader header = report.Statistics.Header;
        Field("KeyType", header.KeyType.ClassName);
        Field("ClusteringTypes", $"[{string.Join(", ", header.ClusteringTypes.Select(t => t.ClassName))}]");
        Field("StaticColumns", string.Join(", ", header.Statics.Select(c => $"{c.Name}:{c.Type.ClassName}")));
        Field("RegularColumns", string.Join(", ", header.Regulars.Select(c => $"{c.Name}:{c.Type.ClassName}")));
        Field("IsTransient", report.IsTransient ? "true" : "false");

        void Field(string name, string? value, string? comment = null)
        {
            output.Write(name);
            output.Write(": ");
            output.Write(value ?? "--");
            if (comment is not null)
            {
                output.Write(" (");
                output.Write(comment);
                output.Write(')');
            }

            output.Write('\n');
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Java(double value)
    {
        BufferWriter text = new();
        JavaFloat.Write(value, text);
        return text.ToString();
    }

    private static string DropTime(long seconds) => $"{Number(seconds)} {InParentheses(ToolDate.OfSeconds(seconds))}";

    private static string SizeText(long bytes) => $"{Number(bytes)} {InParentheses(ToolDate.OfBytes(bytes))}";

    private static string InParentheses(string? text) => text is null ? "" : $"({text})";

    private static IEnumerable<(long End, long Count)> Buckets(EstimatedHistogram histogram)
    {
        for (int i = 0; i < histogram.Counts.Count; i++)
        {
            if (histogram.Counts[i] > 0)
                yield return (i < histogram.BucketEnds.Count ? histogram.BucketEnds[i] : long.MaxValue, histogram.Counts[i]);
        }
    }
}
