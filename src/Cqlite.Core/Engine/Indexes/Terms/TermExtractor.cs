using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>
/// The terms that an index has of a partition or a row of one source. What is deleted elsewhere, and what has expired, still has its terms: they only say where it is
/// worth looking. For one reader at a time.
/// </summary>
internal sealed class TermExtractor
{
    private readonly TableMetadata _table;
    private readonly ColumnIndex _index;
    private readonly int _column;
    private readonly bool _isSet;
    private readonly Slice[] _keyParts;
    private readonly BufferWriter _bytes = new();
    private readonly List<Slice> _terms = [];

    /// <summary>Creates an extractor for an index that <see cref="Serves"/>.</summary>
    public TermExtractor(TableMetadata table, ColumnIndex index)
    {
        _table = table;
        _index = index;
        ColumnMetadata column = index.Column;
        _column = column.IsPrimaryKey ? column.Position : IndexOf(column.Kind == ColumnKind.Static ? table.Statics : table.Regulars, column);
        _isSet = column.Type.Unreversed is SetType;
        _keyParts = new Slice[table.PartitionKey.Count];
    }

    /// <summary>Number of terms that were found last.</summary>
    public int Count => _terms.Count;

    /// <summary>Whether terms belong to partitions as a whole: those of the partition key and of static columns.</summary>
    public bool IsOfPartition => _index.Column.Kind is ColumnKind.PartitionKey or ColumnKind.Static;

    /// <summary>One of the terms that were found last; valid until others are.</summary>
    public ReadOnlySpan<byte> this[int term] => _bytes.WrittenSpan.Slice(_terms[term].Offset, _terms[term].Length);

    /// <summary>Whether an index has terms: those of vectors and of classes that are not known have none.</summary>
    public static bool Serves(ColumnIndex index) =>
        index.Family != IndexFamily.Unknown
        && index.Column.Type.Unreversed is not VectorType
        && !index.Column.Type.IsCounter
        && index.Analysis is null or { IsAvailable: true }
        && (index.Part is IndexPart.Value or IndexPart.Full
            ? !index.Column.IsComplex
            : index.Column.IsComplex && (index.Part == IndexPart.Elements ? index.Column.Type is MapType or SetType or ListType : index.Column.Type is MapType));

    /// <summary>Finds the terms of a partition's key or static row.</summary>
    /// <exception cref="Errors.InvalidQueryException">A text can't be analyzed.</exception>
    public void FindOfPartition(ReadOnlySpan<byte> key, Row? staticRow)
    {
        Clear();
        if (_index.Column.Kind == ColumnKind.Static && staticRow is not null)
            FindInCells(staticRow);
        if (_index.Column.Kind != ColumnKind.PartitionKey)
            return;
        PartitionKeys.Split(_table.ToString(), key, _keyParts);
        if (!_keyParts[_column].IsNull)
            AddValue(key.Slice(_keyParts[_column].Offset, _keyParts[_column].Length));
    }

    /// <summary>Finds the terms of a row.</summary>
    /// <exception cref="Errors.InvalidQueryException">A text can't be analyzed.</exception>
    public void FindOfRow(Row row)
    {
        Clear();
        if (_index.Column.Kind == ColumnKind.Regular)
            FindInCells(row);
        else if (_index.Column.Kind == ColumnKind.Clustering && _column < row.ClusteringSlices.Length && !row.ClusteringSlices[_column].IsNull)
            AddValue(row.Bytes(row.ClusteringSlices[_column]));
    }

    private static int IndexOf(IReadOnlyList<ColumnMetadata> columns, ColumnMetadata column)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i].Equals(column))
                return i;
        }

        return -1;
    }

    private void Clear()
    {
        _bytes.Clear();
        _terms.Clear();
    }

    private void FindInCells(Row row)
    {
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.Column != _column || cell.IsTombstone)
                continue;
            switch (_index.Part)
            {
                case IndexPart.Keys:
                    AddValue(row.Path(cell));
                    break;
                case IndexPart.Entries:
                    AddEntry(row.Path(cell), row.Value(cell));
                    break;
                case IndexPart.Elements when _isSet:
                    AddValue(row.Path(cell));
                    break;
                default:
                    AddValue(row.Value(cell));
                    break;
            }
        }
    }

    private void AddEntry(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int start = _bytes.Length;
        _bytes.WriteInt32(key.Length);
        _bytes.Write(key);
        _bytes.Write(value);
        _terms.Add(new Slice(start, _bytes.Length - start));
    }

    private void AddValue(ReadOnlySpan<byte> value)
    {
        if (_index.Analysis is null)
        {
            Add(value);
            return;
        }

        foreach (byte[] term in _index.Analysis.Terms(value))
            Add(term);
    }

    private void Add(ReadOnlySpan<byte> term)
    {
        _terms.Add(new Slice(_bytes.Length, term.Length));
        _bytes.Write(term);
    }
}
