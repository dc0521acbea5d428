using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Writes rows that come in order, and checks that they do.</summary>
internal sealed class SortedRowSink(TableMetadata table)
{
    private readonly ClusteringComparator _comparator = new(table);
    private readonly BufferWriter _key = new();
    private readonly BufferWriter _clustering = new();
    private readonly Slice[] _clusteringSlices = new Slice[table.Clustering.Count];
    private bool _isOpen;
    private bool _hasStatic;
    private bool _hasRow;

    /// <summary>Writes a row, or a static row.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="key">The partition key.</param>
    /// <param name="row">The row.</param>
    /// <exception cref="ArgumentException">It is not after its predecessor.</exception>
    public void Write(SSTableSetWriter output, ReadOnlySpan<byte> key, Row row)
    {
        if (!_isOpen || !key.SequenceEqual(_key.WrittenSpan))
        {
            Finish(output);
            output.Writer.BeginPartition(table.Partitioner.TokenOf(key), key, DeletionTime.Live);
            _key.Clear();
            _key.Write(key);
            _isOpen = true;
            _hasStatic = false;
            _hasRow = false;
        }

        if (row.IsStatic)
        {
            if (_hasStatic || _hasRow)
                throw new ArgumentException("of rows in order, static values must come with the first row of their partition, and once.", nameof(row));
            _hasStatic = true;
            output.Writer.AddStatic(row);
            return;
        }

        if (_hasRow)
        {
            ClusteringView previous = new(ClusteringKind.Clustering, _clustering.WrittenSpan, _clusteringSlices);
            if (_comparator.Compare(previous, row.Clustering) >= 0)
                throw new ArgumentException("rows are said to be in order, but one is not after its predecessor.", nameof(row));
        }

        _hasRow = true;
        _clustering.Clear();
        for (int i = 0; i < _clusteringSlices.Length; i++)
        {
            ReadOnlySpan<byte> value = row.Bytes(row.ClusteringSlices[i]);
            _clusteringSlices[i] = new Slice(_clustering.Length, value.Length);
            _clustering.Write(value);
        }

        output.Writer.AddRow(row);
    }

    /// <summary>Ends the partition at hand.</summary>
    public void Finish(SSTableSetWriter output)
    {
        if (_isOpen)
            output.EndPartition();
        _isOpen = false;
    }
}
