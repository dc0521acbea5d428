using System.Globalization;
using System.Text;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Engine.Indexes.Terms;
using Cqlite.Core.Engine.Indexes.Vectors;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Query.Execution;

/// <summary>Tells what a SELECT reads of what is stored: which sources, by which index, and how much that is likely to be.</summary>
internal static class ReadExplanation
{
    /// <summary>Appends it to the plan's text, a line each.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="store">What is stored.</param>
    /// <param name="values">The markers' values; null where they are not known yet, so that filters can't be asked.</param>
    /// <param name="text">What is appended to.</param>
    /// <exception cref="Errors.InvalidQueryException">A value does not suit.</exception>
    public static void Append(SelectPlan plan, TableStore store, BindValues? values, StringBuilder text)
    {
        IReadOnlyList<DecoratedKey>? keys = null;
        if (!plan.Where.IsKeyRange && (values is not null || plan.Markers.IsEmpty))
            keys = PartitionAccess.Resolve(plan.Where, values ?? BindValues.None).Keys;
        IReadOnlyList<SSTable> all = store.SSTables;
        SSTable[] read = keys is null ? [.. all] : [.. all.Where(s => keys.Any(k => s.MightContain(k.Key.Span)))];

        text.Append(CultureInfo.InvariantCulture, $"  SSTables: {read.Length} of {all.Count}");
        if (read.Length < all.Count)
            text.Append(CultureInfo.InvariantCulture, $", {all.Count - read.Length} ruled out by {(all.Count - read.Length == 1 ? "its filter" : "their filters")}");
        text.AppendJoin("", read.Select(s => $"\n    {s.Descriptor.FilePrefix}{SSTableComponent.Data}"));
        text.Append('\n');

        long partitions = read.Sum(s => s.Statistics.Stats.PartitionSizes.Count);
        long rows = read.Sum(s => s.Statistics.Stats.TotalRows);
        foreach (MemtableSlot slot in store.Memtables)
            text.Append(CultureInfo.InvariantCulture, $"  memtable: {slot.Memtable.PartitionCount:N0} partitions\n");
        if (plan.Where.Nearest is not null)
            AppendNearest(plan, store, values, text);
        if (plan.Where.Filters.Count > 0)
            AppendIndex(plan, store, values, text);
        AppendEstimate(plan, keys?.Count, partitions, rows, text);
    }

    private static void AppendIndex(SelectPlan plan, TableStore store, BindValues? values, StringBuilder text)
    {
        if (values is not null || plan.Markers.IsEmpty)
        {
            values ??= BindValues.None;
            using IndexSearch? search = SelectRows.Search(plan, store, PartitionAccess.Resolve(plan.Where, values), RowFilter.Bind(plan.Where, values, store.Indexes?.Defined));
            if (search is not null)
            {
                search.Explain(text);
                return;
            }
        }

        text.Append("  index: none; rows are tested once read\n");
    }

    private static void AppendNearest(SelectPlan plan, TableStore store, BindValues? values, StringBuilder text)
    {
        ColumnIndex index = NearestResult.IndexOf(plan);
        text.Append("  vectors: ").Append(index.Metadata.Name);
        using NearestSearch? search = NearestRows.MayUseGraphs(plan) ? NearestSearch.TryStart(store, index) : null;
        if (search is null)
        {
            text.Append(", all are compared\n");
            return;
        }

        long limit = values is not null || plan.Markers.IsEmpty ? SelectResult.LimitOf(plan.Limit, values ?? BindValues.None) : 0;
        int width = NearestRows.WidthOf(store, search, index, (int)Math.Min(limit, NearestResult.GreatestLimit));
        text.Append(CultureInfo.InvariantCulture, $", {width:N0} candidates of {(search.GraphCount == 1 ? "a graph" : $"{search.GraphCount:N0} graphs each")} with {search.GraphVectorCount:N0} vectors");
        text.Append(search.OtherSSTableCount switch { 0 => "", 1 => "; those of 1 SSTable are compared", int others => $"; those of {others:N0} SSTables are compared" });
        text.Append('\n');
    }

    // SSTables count rows and partitions of their own: what several have counts several times, so these are bounds as long as it is known where to read.
    private static void AppendEstimate(SelectPlan plan, int? keys, long partitions, long rows, StringBuilder text)
    {
        if (partitions == 0)
            return;
        if (plan.Where.IsKeyRange)
        {
            string part = plan.Where.Token is null ? "" : " in the whole ring";
            text.Append(CultureInfo.InvariantCulture, $"  estimate: at most {rows:N0} rows of {partitions:N0} partitions{part}\n");
            return;
        }

        string slices = plan.Where.Bounds.Count > 0 ? ", of which a slice is read" : "";
        text.Append(CultureInfo.InvariantCulture, $"  estimate: {(double)rows / partitions:N0} rows a partition{(keys > 1 ? $", {keys:N0} partitions" : "")}{slices}\n");
    }
}
