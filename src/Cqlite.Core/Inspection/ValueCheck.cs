using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>Holds every value against its type, and times against what times can be.</summary>
internal sealed class ValueCheck(SSTable sstable, FindingSink sink)
{
    private readonly CqlType _keyType = sstable.Statistics.Header.KeyType;

    /// <summary>Checks a partition key.</summary>
    public void CheckKey(ReadOnlySpan<byte> key, long position)
    {
        // The keys of a legacy index on a collection are elements, of which the header does not tell the type.
        if (_keyType.IsMultiCell)
            return;
        try
        {
            _keyType.Validate(key);
        }
        catch (InvalidQueryException exception)
        {
            sink.Error(SSTableComponent.Data, position, $"the partition key is no {_keyType}: {exception.Message}", key);
        }
    }

    /// <summary>Checks the values of a clustering.</summary>
    public void CheckClustering(in ClusteringView clustering, long position, ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < clustering.Count; i++)
        {
            if (!clustering.IsNull(i))
                Check(sstable.Table.Clustering[i].Type, clustering[i], sstable.Table.Clustering[i], position, key);
        }
    }

    /// <summary>Checks a row.</summary>
    public void CheckRow(Row row, ReadOnlySpan<byte> key)
    {
        if (!row.IsStatic)
            CheckClustering(row.Clustering, row.FilePosition, key);
        if (row.Liveness.ExpiresAtSeconds < 0)
            sink.Error(SSTableComponent.Data, row.FilePosition, $"the row can't expire at {row.Liveness.ExpiresAtSeconds}.", key);
        if (row.Deletion.LocalSeconds < 0)
            sink.Error(SSTableComponent.Data, row.FilePosition, $"the row can't have been deleted at {row.Deletion.LocalSeconds}.", key);
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? sstable.Table.Statics : sstable.Table.Regulars;
        foreach (ref readonly Cell cell in row.Cells)
        {
            ColumnMetadata column = columns[cell.Column];
            CqlType type = column.Type;
            if (!cell.Path.IsNull)
            {
                ReadOnlySpan<byte> path = row.Path(cell);
                if (type is UserType user)
                {
                    int field = path.Length == sizeof(short) ? BinaryPrimitives.ReadInt16BigEndian(path) : -1;
                    if (field < 0 || field >= user.Fields.Count)
                    {
                        sink.Error(SSTableComponent.Data, row.FilePosition, $"a cell of column {CqlIdentifier.Quote(column.Name)} is of a field that its type does not have: {Convert.ToHexStringLower(path)}.", key);
                        continue;
                    }

                    type = user.Fields[field];
                }
                else
                {
                    Check(type.PathType!, path, column, row.FilePosition, key);
                    type = type.CellType;
                }
            }

            if (cell.LocalDeletionSeconds < 0)
                sink.Error(SSTableComponent.Data, row.FilePosition, $"a cell of column {CqlIdentifier.Quote(column.Name)} can't have been deleted, or expire, at {cell.LocalDeletionSeconds}.", key);
            if (!cell.IsTombstone)
                Check(type, row.Value(cell), column, row.FilePosition, key);
            else if (cell.Value.Length > 0)
                sink.Error(SSTableComponent.Data, row.FilePosition, $"a tombstone of column {CqlIdentifier.Quote(column.Name)} has a value of {cell.Value.Length:N0} bytes.", key);
        }
    }

    private void Check(CqlType type, ReadOnlySpan<byte> value, ColumnMetadata column, long position, ReadOnlySpan<byte> key)
    {
        try
        {
            // In cells a counter is its shards; on the wire, which Validate is about, their sum.
            if (type.IsCounter)
                _ = new CounterContext(value);
            else
                type.Validate(value);
        }
        catch (InvalidQueryException exception)
        {
            sink.Error(SSTableComponent.Data, position, $"a value of column {CqlIdentifier.Quote(column.Name)} is no {type}: {exception.Message}", key);
        }
    }
}
