using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>The rows of a cursor that have a vector which an index may hold: those that were written, whatever has become of them since.</summary>
internal sealed class VectorRows : IDisposable
{
    private readonly UnfilteredCursor _cursor;
    private readonly VectorSimilarity _similarity;
    private readonly int _column;
    private readonly float[] _vector;
    private bool _inPartition;

    /// <summary>Looks at a cursor, which this owns from now on.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="index">An index of a regular column of vectors.</param>
    public VectorRows(UnfilteredCursor cursor, ColumnIndex index)
    {
        _cursor = cursor;
        _similarity = index.Similarity;
        IReadOnlyList<ColumnMetadata> columns = cursor.Table.Regulars;
        for (_column = 0; _column < columns.Count && !columns[_column].Equals(index.Column); _column++)
        {
        }

        _vector = new float[((VectorType)index.Column.Type.Unreversed).Dimension];
    }

    /// <summary>The current row's vector, which the caller may change.</summary>
    public float[] Vector => _vector;

    /// <summary>The current row's vector as it is stored.</summary>
    public ReadOnlySpan<byte> Serialized => _serialized.IsNull ? default : _cursor.Row.Bytes(_serialized);

    /// <summary>The key of the current row's partition.</summary>
    public ReadOnlySpan<byte> PartitionKey => _cursor.PartitionKey;

    /// <summary>The current row's clustering.</summary>
    public ClusteringView Clustering => _cursor.Row.Clustering;

    private Slice _serialized = Slice.Null;

    /// <summary>Goes to the next row with a vector.</summary>
    public bool MoveNext()
    {
        while (_inPartition || _cursor.MoveToNextPartition())
        {
            _inPartition = true;
            while (_cursor.MoveToNextUnfiltered())
            {
                if (_cursor.Kind == UnfilteredKind.Row && TryRead(_cursor.Row))
                    return true;
            }

            _inPartition = false;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _cursor.Dispose();

    private bool TryRead(Row row)
    {
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.Column != _column)
                continue;
            if (cell.IsTombstone || cell.Value.Length != _vector.Length * sizeof(float))
                return false;
            _serialized = cell.Value;
            VectorMath.Read(row.Value(cell), _vector);
            return VectorMath.IsIndexable(_vector, _similarity);
        }

        return false;
    }
}
