using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>
/// Rows of one source that may be wanted, in the order of partitions and rows. Whether they are, what all sources together say of them tells.
/// </summary>
internal abstract class CandidateSource : IDisposable
{
    /// <summary>The current candidate's partition.</summary>
    public DecoratedKey Key { get; protected set; }

    /// <summary>The current candidate's clustering, as the beginning of a slice; null where all rows of the partition are candidates.</summary>
    public ClusteringBound? Row { get; protected set; }

    /// <summary>The values of <see cref="Row"/>.</summary>
    public byte[]?[] Clustering { get; private set; } = [];

    /// <summary>Goes to the next candidate; false at the end.</summary>
    public abstract bool MoveNext();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Stands on a row, or with null on a partition.</summary>
    protected void SetRow(byte[]?[]? clustering)
    {
        Clustering = clustering ?? [];
        Row = clustering is null ? null : new ClusteringBound(ClusteringKind.InclusiveStart, clustering);
    }
}

/// <summary>Candidates of an SSTable that its structure has found.</summary>
/// <param name="sstable">The SSTable, held open by the caller.</param>
/// <param name="places">Where they are, sorted.</param>
/// <param name="from">Where the range of partitions begins.</param>
/// <param name="to">Where it ends.</param>
internal sealed class FoundCandidates(SSTable sstable, RowPlace[] places, RingPosition from, RingPosition to) : CandidateSource
{
    private readonly BufferWriter _key = new(64);
    private long _partition = -1;
    private int _next = -1;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (_next < 0)
            _next = First();
        if (_next == places.Length)
            return false;
        RowPlace place = places[_next++];
        if (place.Partition != _partition)
        {
            _partition = place.Partition;
            _key.Clear();
            sstable.ReadKey(_partition, _key);
            Token token = sstable.Partitioner.TokenOf(_key.WrittenSpan);
            if (to != RingPosition.Maximum && sstable.Partitioner.Compare(token, _key.WrittenSpan, to) > 0)
            {
                _next = places.Length;
                return false;
            }

            Key = new DecoratedKey(token, _key.ToArray());
        }

        SetRow(place.IsPartition ? null : sstable.ReadClustering(place.Row));
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private int First()
    {
        if (from == RingPosition.Minimum)
            return 0;
        long position = sstable.PartitionIndex.FindFirstAtOrAfter(from);
        int first = Array.BinarySearch(places, new RowPlace(position, position));
        return first >= 0 ? first : ~first;
    }
}

/// <summary>Candidates of a source that has no structure: it is read through.</summary>
/// <param name="cursor">What it has.</param>
/// <param name="extractor">Finds the terms.</param>
/// <param name="order">Their order.</param>
/// <param name="query">Which are looked for.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class ReadCandidates(UnfilteredCursor cursor, TermExtractor extractor, TermOrder order, TermQuery query, CancellationToken cancellation) : CandidateSource
{
    private const int RowsBetweenChecks = 0x100;
    private bool _inPartition;
    private bool _hasKey;
    private int _items;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        while (true)
        {
            if (_inPartition && MoveInPartition())
                return true;
            _inPartition = false;
            if (!cursor.MoveToNextPartition())
                return false;
            Check();
            _hasKey = false;
            if (!extractor.IsOfPartition)
            {
                _inPartition = true;
                continue;
            }

            extractor.FindOfPartition(cursor.PartitionKey, cursor.StaticRow);
            if (!IsFound())
                continue;
            SetKey();
            SetRow(null);
            return true;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => cursor.Dispose();

    private bool MoveInPartition()
    {
        while (cursor.MoveToNextUnfiltered())
        {
            Check();
            if (cursor.Kind != UnfilteredKind.Row)
                continue;
            extractor.FindOfRow(cursor.Row);
            if (!IsFound())
                continue;
            SetKey();
            SetRow(ClusteringOf(cursor.Row));
            return true;
        }

        return false;
    }

    // Rows of compact tables may lack the last values.
    private byte[]?[] ClusteringOf(Row row)
    {
        ReadOnlySpan<Slice> slices = row.ClusteringSlices;
        byte[]?[] values = new byte[]?[cursor.Table.Clustering.Count];
        for (int i = 0; i < values.Length && i < slices.Length; i++)
            values[i] = slices[i].IsNull ? null : row.Bytes(slices[i]).ToArray();
        return values;
    }

    private bool IsFound()
    {
        for (int i = 0; i < extractor.Count; i++)
        {
            if (query.Matches(order, extractor[i]))
                return true;
        }

        return false;
    }

    private void SetKey()
    {
        if (!_hasKey)
            Key = new DecoratedKey(cursor.Token, cursor.PartitionKey.ToArray());
        _hasKey = true;
    }

    private void Check()
    {
        if (++_items % RowsBetweenChecks == 0)
            cancellation.ThrowIfCancellationRequested();
    }
}
