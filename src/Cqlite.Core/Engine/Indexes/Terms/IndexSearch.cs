using System.Globalization;
using System.Text;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>
/// The rows that an index says a query may want, of all sources at one moment: what the structures of SSTables have found, and what is found by reading memtables and the
/// SSTables that have none. It is taken only where that is likely to be less work than reading everything.
/// </summary>
/// <remarks>
/// A row's value may be in one source and be hidden by another, so that what is found is only where to look: rows are read there as always, and tested. Of
/// several conditions that indexes serve the one with the fewest candidates is taken. They are not intersected: the values of one row may be in different sources.
/// </remarks>
internal sealed class IndexSearch : IDisposable
{
    /// <summary>As many rows of a scan are read in the time that one row takes which is looked up.</summary>
    private const int LookupCost = 48;

    /// <summary>As many partitions of a scan, of a few rows each, are read in the time that one takes which is looked up.</summary>
    private const int PartitionLookupCost = 4;

    /// <summary>So many candidates are worth it in any table.</summary>
    private const int FewCandidates = 16;

    /// <summary>Most candidates that are kept, 16 bytes each.</summary>
    private const int MostCandidates = 1 << 21;

    private readonly TableStore.HeldContent _content;
    private readonly Choice _choice;

    private IndexSearch(TableStore.HeldContent content, Choice choice)
    {
        _content = content;
        _choice = choice;
    }

    /// <summary>Number of candidates that structures have found; some may be the same row.</summary>
    public long FoundCount => _choice.Count;

    /// <summary>Looks up the conditions of a query; null where reading everything is better, or the only way.</summary>
    /// <param name="store">The table.</param>
    /// <param name="predicates">The conditions, all of which hold for every row that is wanted.</param>
    public static IndexSearch? TryStart(TableStore store, IEnumerable<IndexPredicate> predicates)
    {
        if (store.Indexes is not { All.Count: > 0 } || store.Given is not null || store.TryAcquire() is not { } content)
            return null;
        Choice? best = null;
        try
        {
            if (!content.SSTables.Any(IsOfOldOrder))
            {
                foreach (IndexPredicate predicate in predicates)
                {
                    if (LookUp(store, content, predicate) is { } choice && (best is null || choice.Cost < best.Cost))
                        best = choice;
                }
            }

            return best is null ? null : new IndexSearch(content, best);
        }
        finally
        {
            if (best is null)
                content.Dispose();
        }
    }

    /// <summary>The candidates of all sources within a range of partitions; the caller disposes of each.</summary>
    public List<CandidateSource> Open(RingPosition from, RingPosition to, CancellationToken cancellation)
    {
        ReadRequest request = new() { From = from, To = to };
        List<CandidateSource> sources = [];
        foreach (MemtableSlot slot in _content.Memtables.Where(m => !m.Memtable.IsEmpty))
            sources.Add(Read(slot.Memtable, request, cancellation));
        foreach (Part part in _choice.Parts)
        {
            if (part.Places is null)
                sources.Add(Read(part.SSTable, request, cancellation));
            else if (part.Places.Length > 0)
                sources.Add(new FoundCandidates(part.SSTable, part.Places, from, to));
        }

        return sources;
    }

    /// <summary>Appends what was chosen, a line each.</summary>
    public void Explain(StringBuilder text)
    {
        int with = _choice.Parts.Count(p => p.Places is not null);
        text.Append(CultureInfo.InvariantCulture, $"  index: {_choice.Predicate.Index.Metadata.Name} on {_choice.Predicate.Index.Metadata.Target}, ");
        text.Append(CultureInfo.InvariantCulture, $"{FoundCount:N0} candidates of {with} SSTables; each is read from all sources and tested\n");
        if (with < _choice.Parts.Count)
            text.Append(CultureInfo.InvariantCulture, $"    read through, for want of a structure: {string.Join(", ", _choice.Parts.Where(p => p.Places is null).Select(p => p.SSTable.Descriptor.FilePrefix + SSTableComponent.Data))}\n");
        if (_content.Memtables.Any(m => !m.Memtable.IsEmpty))
            text.Append(CultureInfo.InvariantCulture, $"    read through: memtables of {_content.Memtables.Sum(m => (long)m.Memtable.PartitionCount):N0} partitions\n");
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    // Up to 3.0.7 empty values stand elsewhere in descending columns, so that candidates would not come in the table's order.
    private static bool IsOfOldOrder(SSTable sstable) => sstable.Descriptor.Version.SortsEmptyReversedFirst && sstable.Table.Clustering.Any(c => c.Type.IsReversed);

    private static Choice? LookUp(TableStore store, TableStore.HeldContent content, IndexPredicate predicate)
    {
        bool isOfPartition = predicate.Index.Column.Kind is ColumnKind.PartitionKey or ColumnKind.Static;
        List<(SSTable SSTable, TermIndex? Structure)> structures = [.. content.SSTables.Select(s => (s, store.Indexes!.TryAcquire<TermIndex>(s, predicate.Index)))];
        try
        {
            SSTable[] indexed = [.. structures.Where(s => s.Structure is not null).Select(s => s.SSTable)];
            long work = indexed.Sum(s => isOfPartition ? s.Statistics.Stats.PartitionSizes.Count / PartitionLookupCost : s.Statistics.Stats.TotalRows / LookupCost);
            int limit = (int)Math.Clamp(work, FewCandidates, MostCandidates);
            if (indexed.Length == 0)
                return null;
            List<Part> parts = [];
            List<RowPlace> places = [];
            int count = 0;
            foreach ((SSTable sstable, TermIndex? structure) in structures)
            {
                places.Clear();
                try
                {
                    if (structure is not null && !structure.TryFind(predicate.Query, limit - count, places))
                        return null;
                    parts.Add(new Part(sstable, structure is null ? null : [.. places.Order().Distinct()]));
                    count += places.Count;
                }
                catch (CqliteException)
                {
                    store.Indexes!.NoteDamage(sstable, predicate.Index);
                    parts.Add(new Part(sstable, null));
                }
            }

            long unindexed = parts.Where(p => p.Places is null).Sum(p => p.SSTable.Statistics.Stats.TotalRows);
            return parts.TrueForAll(p => p.Places is null) ? null : new Choice(predicate, parts, count, ((long)count * LookupCost) + unindexed);
        }
        finally
        {
            structures.ForEach(s => s.Structure?.Release());
        }
    }

    private ReadCandidates Read(IPartitionSource source, ReadRequest request, CancellationToken cancellation)
    {
        ColumnIndex index = _choice.Predicate.Index;
        return new ReadCandidates(source.Read(request), new TermExtractor(_content.Table, index), TermOrder.Of(index), _choice.Predicate.Query, cancellation);
    }

    /// <summary>Places in an SSTable; null where it has to be read through.</summary>
    private sealed record Part(SSTable SSTable, RowPlace[]? Places);

    private sealed record Choice(IndexPredicate Predicate, IReadOnlyList<Part> Parts, long Count, long Cost);
}
