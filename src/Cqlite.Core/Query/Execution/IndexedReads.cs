using Cqlite.Core.Engine.Indexes.Terms;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>
/// The reads by which the candidates of an index are looked at: partition after partition in the ring's order, in each the rows in theirs, not more than some at once.
/// The rows come out as a scan would give them.
/// </summary>
internal sealed class IndexedReads : IDisposable
{
    private const int RowsAtOnce = 256;
    private readonly TableMetadata _table;
    private readonly ClusteringComparator _comparator;
    private readonly List<CandidateSource> _sources;
    private readonly PriorityQueue<CandidateSource, CandidateSource> _queue;

    /// <summary>Begins with the first candidate.</summary>
    /// <param name="search">What was found; the caller's, and needed until this is disposed of.</param>
    /// <param name="table">The table.</param>
    /// <param name="from">Where the range of partitions begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IndexedReads(IndexSearch search, TableMetadata table, RingPosition from, RingPosition to, CancellationToken cancellation)
    {
        _table = table;
        _comparator = new ClusteringComparator(table);
        _sources = search.Open(from, to, cancellation);
        _queue = new PriorityQueue<CandidateSource, CandidateSource>(Comparer<CandidateSource>.Create(Compare));
        foreach (CandidateSource source in _sources)
            Advance(source);
    }

    /// <summary>The next candidates: rows of one partition, or all of it. Of a partition with many they come several times.</summary>
    /// <param name="key">The partition.</param>
    /// <param name="rows">The rows, as slices in order; null for all.</param>
    /// <returns>False at the end.</returns>
    public bool TryNext(out DecoratedKey key, out List<ClusteringSlice>? rows)
    {
        key = default;
        rows = [];
        ClusteringBound? last = null;
        while (_queue.TryPeek(out CandidateSource? source, out _))
        {
            if (rows is { Count: 0 })
                key = source.Key;
            else if (!IsIn(source, key))
                break;
            if (source.Row is null || _table.Clustering.Count == 0)
            {
                rows = null;
            }
            else if (rows is not null && (last is null || _comparator.Compare(last.View, source.Row.View) != 0))
            {
                if (rows.Count == RowsAtOnce)
                    break;
                rows.Add(new ClusteringSlice(source.Row, new ClusteringBound(ClusteringKind.InclusiveEnd, source.Clustering)));
                last = source.Row;
            }

            Advance(_queue.Dequeue());
        }

        return rows is not { Count: 0 };
    }

    /// <inheritdoc/>
    public void Dispose() => _sources.ForEach(s => s.Dispose());

    private static bool IsIn(CandidateSource source, in DecoratedKey key) => source.Key.Token == key.Token && source.Key.Key.Span.SequenceEqual(key.Key.Span);

    private void Advance(CandidateSource source)
    {
        if (source.MoveNext())
            _queue.Enqueue(source, source);
    }

    // Whole partitions come before their rows.
    private int Compare(CandidateSource left, CandidateSource right)
    {
        int byKey = _table.Partitioner.Compare(left.Key.Token, left.Key.Key.Span, right.Key.Token, right.Key.Key.Span);
        if (byKey != 0 || (left.Row is null && right.Row is null))
            return byKey;
        return left.Row is null ? -1 : right.Row is null ? 1 : _comparator.Compare(left.Row.View, right.Row.View);
    }
}
