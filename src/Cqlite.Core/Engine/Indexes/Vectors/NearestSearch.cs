using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>
/// Finds, in what a table holds at one moment, rows that may be the nearest to a vector: by their graphs in the SSTables that have one, by reading them in
/// memtables and other SSTables. Whether a row still has the vector, is not deleted, and passes the query's filters, the caller finds out by reading it.
/// </summary>
internal sealed class NearestSearch : IDisposable
{
    /// <summary>In a table of fewer vectors than this, all are compared.</summary>
    public const long FewestVectors = 10_000;

    private readonly TableStore _store;
    private readonly TableStore.HeldContent _content;
    private readonly ColumnIndex _index;
    private readonly List<(SSTable SSTable, VectorIndex Index)> _graphs = [];
    private readonly List<SSTable> _others = [];
    private readonly List<NearCandidate> _found = [];

    private NearestSearch(TableStore store, TableStore.HeldContent content, ColumnIndex index)
    {
        _store = store;
        _content = content;
        _index = index;
        foreach (SSTable sstable in content.SSTables)
        {
            if (store.Indexes!.TryAcquire<VectorIndex>(sstable, index) is not { } vectors)
            {
                _others.Add(sstable);
                VectorCount += sstable.Statistics.Stats.TotalRows;
                continue;
            }

            VectorCount += vectors.VectorCount;
            if (vectors.HasGraph)
            {
                _graphs.Add((sstable, vectors));
                continue;
            }

            if (vectors.VectorCount > 0)
                _others.Add(sstable);
            vectors.Release();
        }
    }

    /// <summary>How many vectors the SSTables have at most; a row that several have counts several times.</summary>
    public long VectorCount { get; }

    /// <summary>How many graphs are walked.</summary>
    public int GraphCount => _graphs.Count;

    /// <summary>How many vectors they have.</summary>
    public long GraphVectorCount => _graphs.Sum(g => g.Index.VectorCount);

    /// <summary>How many SSTables without a graph are read.</summary>
    public int OtherSSTableCount => _others.Count;

    /// <summary>Begins a search; null where the table has few vectors, or no graphs, so that all are to be compared.</summary>
    /// <param name="store">The table.</param>
    /// <param name="index">The vectors' index.</param>
    public static NearestSearch? TryStart(TableStore store, ColumnIndex index)
    {
        if (store.Indexes is null || !VectorIndexKind.Serves(index) || store.TryAcquire() is not { } content)
            return null;
        var search = new NearestSearch(store, content, index);
        if (search is { VectorCount: > FewestVectors, GraphCount: > 0 })
            return search;
        search.Dispose();
        return null;
    }

    /// <summary>Finds candidates, the most alike first.</summary>
    /// <param name="target">The vector.</param>
    /// <param name="width">How many are kept while a graph is walked.</param>
    /// <param name="count">How many are found in each graph, and among the rows that are read.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The candidates, until the next call; null where a graph is damaged, which is built anew.</returns>
    public IReadOnlyList<NearCandidate>? Find(float[] target, int width, int count, CancellationToken cancellation)
    {
        _found.Clear();
        foreach ((SSTable sstable, VectorIndex vectors) in _graphs)
        {
            try
            {
                vectors.Find(target, width, count, _found);
            }
            catch (CqliteException)
            {
                _store.Indexes!.NoteDamage(sstable, _index);
                return null;
            }
        }

        ReadOthers(target, count, cancellation);
        _found.Sort((a, b) => b.Score.CompareTo(a.Score));
        return _found;
    }

    /// <summary>Which row a candidate is; null where its graph is damaged, which is built anew.</summary>
    public RowLocation? TryLocate(NearCandidate candidate)
    {
        try
        {
            return candidate.Locate();
        }
        catch (CqliteException)
        {
            foreach ((SSTable sstable, _) in _graphs.Where(g => ReferenceEquals(g.Index, candidate.Index)))
                _store.Indexes!.NoteDamage(sstable, _index);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, VectorIndex vectors) in _graphs)
            vectors.Release();
        _graphs.Clear();
        _content.Dispose();
    }

    private void ReadOthers(float[] target, int count, CancellationToken cancellation)
    {
        var sources = new List<UnfilteredCursor>();
        foreach (MemtableSlot slot in _content.Memtables.Where(m => !m.Memtable.IsEmpty))
            sources.Add(slot.Memtable.Read(ReadRequest.All));
        foreach (SSTable sstable in _others)
            sources.Add(sstable.Read(ReadRequest.All));
        if (sources.Count == 0)
            return;
        var kept = new PriorityQueue<NearCandidate, float>();
        using VectorRows rows = new(new MergeCursor(_store.Table, sources, reversed: false), _index);
        for (int read = 0; rows.MoveNext(); read++)
        {
            if ((read & 0xFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            float score = VectorMath.Compare(_index.Similarity, target, rows.Vector);
            if (kept.Count == count && kept.TryPeek(out _, out float worst) && score <= worst)
                continue;
            if (kept.Count == count)
                kept.Dequeue();
            kept.Enqueue(new NearCandidate(score, RowLocation.Of(rows.PartitionKey, rows.Clustering)), score);
        }

        foreach ((NearCandidate candidate, _) in kept.UnorderedItems)
            _found.Add(candidate);
    }
}
