using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Engine.Indexes.Terms;
using Cqlite.Core.Engine.Indexes.Vectors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>
/// Gathers the rows whose vectors are most like one. Graphs tell of large tables which rows these may be; each is then read, so that what is returned has the
/// vector, and passes the filters, at the query's moment. Where graphs do not find enough, all rows that the statement reads are compared.
/// </summary>
/// <param name="plan">The statement.</param>
/// <param name="store">Its table.</param>
/// <param name="source">The statement's rows, the vector behind the columns of the result.</param>
/// <param name="index">The vectors' index.</param>
/// <param name="target">The vector.</param>
/// <param name="limit">How many rows.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class NearestRows(SelectPlan plan, TableStore store, SelectResult source, ColumnIndex index, float[] target, int limit, CancellationToken cancellation)
{
    /// <summary>So many of a graph's vectors are read from its file at least, to sort them by the vectors themselves.</summary>
    private const int FewestSorted = 64;

    /// <summary>Reading one row by key takes as long as passing over so many.</summary>
    private const int RowsPassedInOneRead = 16;

    private readonly float[] _vector = new float[target.Length];

    /// <summary>Whether graphs may be used for a plan: it reads all partitions and rows, filters aside.</summary>
    public static bool MayUseGraphs(SelectPlan plan) => plan.Where is { IsKeyRange: true, Token: null, Bounds.Count: 0 };

    /// <summary>How many candidates graphs are asked for.</summary>
    public static int WidthOf(TableStore store, NearestSearch search, ColumnIndex index, int limit) => Math.Max(store.Indexes!.SearchWidthOf(index, search.VectorCount), 2 * limit);

    /// <summary>The rows, the most alike first; of equals the one that is read first.</summary>
    public IReadOnlyList<byte[]?[]> Gather() => (MayUseGraphs(plan) ? FindNear() : null) ?? CompareAll();

    private List<byte[]?[]>? FindNear()
    {
        using NearestSearch? search = NearestSearch.TryStart(store, index);
        if (search is null || AreFewLeft(search))
            return null;
        int width = WidthOf(store, search, index, limit);
        int count = Math.Min(width, Math.Max(FewestSorted, 4 * limit));
        while (true)
        {
            IReadOnlyList<NearCandidate>? candidates = search.Find(target, width, count, cancellation);
            if (candidates is null || Take(search, candidates) is not { } rows)
                return null;
            if (rows.Count == limit)
                return rows;

            // Too many were deleted, overwritten or filtered out.
            if (count == width)
                width = (int)Math.Min(width * 4L, int.MaxValue / 4);
            count = width;
            if (count > search.VectorCount / RowsPassedInOneRead)
                return null;
        }
    }

    // Whether other indexes leave so few rows that reading these is less work than looking for neighbors until enough of them are among these.
    private bool AreFewLeft(NearestSearch search)
    {
        using IndexSearch? found = source.SearchIndexes();
        return found is not null && found.FoundCount * found.FoundCount <= limit * search.VectorCount;
    }

    // The rows of candidates that are still what they were found as; null where a candidate can't be told.
    private List<byte[]?[]>? Take(NearestSearch search, IReadOnlyList<NearCandidate> candidates)
    {
        var rows = new List<byte[]?[]>(limit);
        var equals = new List<RowLocation>();
        for (int i = 0; i < candidates.Count && rows.Count < limit;)
        {
            float score = candidates[i].Score;
            equals.Clear();
            for (; i < candidates.Count && candidates[i].Score == score; i++)
            {
                if (search.TryLocate(candidates[i]) is not { } location)
                    return null;
                equals.Add(location);
            }

            if (equals.Count > 1)
                equals.Sort(Compare);
            for (int j = 0; j < equals.Count && rows.Count < limit; j++)
            {
                // Several SSTables may have the same vector of a row.
                if (j > 0 && Compare(equals[j - 1], equals[j]) == 0)
                    continue;
                cancellation.ThrowIfCancellationRequested();
                if (source.MoveTo(new DecoratedKey(plan.Table.Partitioner.TokenOf(equals[j].Key), equals[j].Key), equals[j].Slices) && TryScore(out float found) && found == score)
                    rows.Add(Row());
            }
        }

        return rows;
    }

    private int Compare(RowLocation left, RowLocation right)
    {
        Partitioner partitioner = plan.Table.Partitioner;
        int byPartition = partitioner.Compare(partitioner.TokenOf(left.Key), left.Key, partitioner.TokenOf(right.Key), right.Key);
        return byPartition != 0
            ? byPartition
            : new ClusteringComparator(plan.Table).Compare(
                new ClusteringBound(ClusteringKind.Clustering, left.Clustering).View,
                new ClusteringBound(ClusteringKind.Clustering, right.Clustering).View);
    }

    private List<byte[]?[]> CompareAll()
    {
        // The worst that is kept comes out first: the least alike, of equals the last read.
        var kept = new PriorityQueue<byte[]?[], (float Score, long Order)>(
            Comparer<(float Score, long Order)>.Create((a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Order.CompareTo(a.Order)));
        for (long order = 0; source.MoveNext(); order++)
        {
            if (!TryScore(out float score))
                continue;
            if (kept.Count == limit)
            {
                kept.TryPeek(out _, out (float Score, long Order) worst);
                if (score <= worst.Score)
                    continue;
                kept.Dequeue();
            }

            kept.Enqueue(Row(), (score, order));
        }

        var rows = new List<byte[]?[]>(kept.Count);
        while (kept.TryDequeue(out byte[]?[]? row, out _))
            rows.Add(row);
        rows.Reverse();
        return rows;
    }

    // How alike the current row's vector is; false where it has none that can be compared.
    private bool TryScore(out float score)
    {
        score = 0;
        ReadOnlySpan<byte> serialized = source.GetValue(plan.Selections.Length - 1, out bool isNull);
        if (isNull || serialized.Length != _vector.Length * sizeof(float))
            return false;
        VectorMath.Read(serialized, _vector);
        if (!VectorMath.IsIndexable(_vector, index.Similarity))
            return false;
        score = VectorMath.Compare(index.Similarity, target, _vector);
        return true;
    }

    private byte[]?[] Row()
    {
        var row = new byte[]?[plan.Selections.Length - 1];
        for (int i = 0; i < row.Length; i++)
        {
            ReadOnlySpan<byte> value = source.GetValue(i, out bool isNull);
            row[i] = isNull ? null : value.ToArray();
        }

        return row;
    }
}
