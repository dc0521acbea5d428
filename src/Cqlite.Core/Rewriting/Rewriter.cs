using Cqlite.Core.Rows;

namespace Cqlite.Core.Rewriting;

/// <summary>Takes partitions from a cursor over sources to an output, and makes that count.</summary>
internal static class Rewriter
{
    private const long ReportEveryBytes = 1 << 20;

    /// <summary>Writes all and commits.</summary>
    public static RewriteResult Run(RewriteSources sources, UnfilteredCursor cursor, RewriteOutput output, IProgress<RewriteProgress>? progress, CancellationToken cancellation)
    {
        long total = sources.TotalBytes;
        long reported = -ReportEveryBytes;
        while (cursor.MoveToNextPartition())
        {
            output.AppendPartition(cursor, cancellation);
            if (progress is null || sources.DoneBytes < reported + ReportEveryBytes)
                continue;
            reported = sources.DoneBytes;
            progress.Report(new RewriteProgress(reported, total, output.PartitionCount, output.RowCount));
        }

        cancellation.ThrowIfCancellationRequested();
        RewriteResult result = new()
        {
            Written = output.Commit(),
            PartitionCount = output.PartitionCount,
            RowCount = output.RowCount,
            CellCount = output.CellCount,
            MarkerCount = output.MarkerCount,
            OmittedComponents = sources.IndexComponents,
        };
        progress?.Report(new RewriteProgress(total, total, output.PartitionCount, output.RowCount));
        return result;
    }
}
