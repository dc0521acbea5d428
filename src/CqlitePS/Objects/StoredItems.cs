using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;
using CqlitePS.Values;

namespace CqlitePS.Objects;

/// <summary>Makes objects of what a cursor on one SSTable stands on.</summary>
internal sealed class StoredItems(SSTable sstable)
{
    private readonly TableMetadata _table = sstable.Table;
    private readonly string[] _partitionKeyColumn = [.. sstable.Table.PartitionKey.Select(c => c.Name)];
    private readonly string[] _clusteringColumn = [.. sstable.Table.Clustering.Select(c => c.Name)];

    /// <summary>The values of the partition key.</summary>
    public object?[] Key(UnfilteredCursor cursor)
    {
        ReadOnlySpan<byte> key = cursor.PartitionKey;
        IReadOnlyList<ColumnMetadata> columns = _table.PartitionKey;
        object?[] values = new object?[columns.Count];
        long position = cursor.PartitionFilePosition;
        if (values.Length == 1)
        {
            values[0] = Decode(columns[0].Type, key, position);
            return values;
        }

        for (int i = 0; i < values.Length; i++)
        {
            int length = key.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(key) : -1;
            if (length < 0 || key.Length < length + 3)
                throw Corrupt(position, $"part {i + 1} of the partition key does not fit in the key's {cursor.PartitionKey.Length} bytes.");
            values[i] = Decode(columns[i].Type, key.Slice(2, length), position);
            key = key[(length + 3)..];
        }

        return values;
    }

    /// <summary>The partition, counted to its end.</summary>
    public SSTablePartition Partition(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        object?[] key = Key(cursor);
        SSTableDeletion? deletion = SSTableDeletion.From(cursor.PartitionDeletion);
        BigInteger? token = sstable.Partitioner.TokensAreKeys ? null : (BigInteger)cursor.Token.Value;
        long position = cursor.PartitionFilePosition;
        bool hasStatic = cursor.StaticRow is { IsEmpty: false };
        long rows = 0;
        long cells = 0;
        long tombstones = deletion is null ? 0 : 1;
        if (hasStatic)
            Count(cursor.StaticRow!, ref cells, ref tombstones);
        while (cursor.MoveToNextUnfiltered())
        {
            cancellation.ThrowIfCancellationRequested();
            if (cursor.Kind == UnfilteredKind.Marker)
            {
                tombstones++;
                continue;
            }

            rows++;
            Count(cursor.Row, ref cells, ref tombstones);
        }

        return new SSTablePartition
        {
            PartitionKey = key,
            PartitionKeyColumn = _partitionKeyColumn,
            Token = token,
            Deletion = deletion,
            Rows = rows,
            HasStatic = hasStatic,
            Cells = cells,
            Tombstones = tombstones,
            Position = position,
            SizeBytes = cursor.PartitionEndFilePosition - position,
        };
    }

    /// <summary>The partition's deletion as an item; null for none.</summary>
    public SSTableRow? PartitionDeletion(UnfilteredCursor cursor, object?[] key) => cursor.PartitionDeletion.IsLive
        ? null
        : new SSTableRow
        {
            PartitionKey = key,
            PartitionKeyColumn = _partitionKeyColumn,
            ClusteringColumn = _clusteringColumn,
            Kind = SSTableRowKind.PartitionDeletion,
            Deletion = SSTableDeletion.From(cursor.PartitionDeletion),
            Position = cursor.PartitionFilePosition,
        };

    /// <summary>A row.</summary>
    public SSTableRow Row(Row row, object?[] key)
    {
        Liveness liveness = row.Liveness;
        return new SSTableRow
        {
            PartitionKey = key,
            PartitionKeyColumn = _partitionKeyColumn,
            ClusteringColumn = _clusteringColumn,
            Kind = row.IsStatic ? SSTableRowKind.Static : SSTableRowKind.Row,
            Clustering = row.IsStatic ? [] : Clustering(row.Clustering, row.FilePosition),
            Timestamp = liveness.IsEmpty ? null : liveness.TimestampMicros,
            Ttl = !liveness.IsEmpty && liveness.IsExpiring ? liveness.TtlSeconds : null,
            ExpiresAt = !liveness.IsEmpty && liveness.IsExpiring ? StoredTime.FromSeconds(liveness.ExpiresAtSeconds) : null,
            Deletion = SSTableDeletion.From(row.Deletion),
            Cells = Cells(row),
            Position = row.FilePosition,
        };
    }

    /// <summary>One end of a deleted range, or a boundary.</summary>
    public SSTableRow Marker(RangeTombstoneMarker marker, object?[] key)
    {
        bool isBoundary = marker.Kind.IsBoundary();
        bool isStart = marker.Kind.IsStart();
        return new SSTableRow
        {
            PartitionKey = key,
            PartitionKeyColumn = _partitionKeyColumn,
            ClusteringColumn = _clusteringColumn,
            Kind = isBoundary ? SSTableRowKind.RangeBoundary : isStart ? SSTableRowKind.RangeStart : SSTableRowKind.RangeEnd,
            Clustering = Clustering(marker.Clustering, marker.FilePosition),
            IsInclusive = marker.Kind is ClusteringKind.InclusiveStart or ClusteringKind.InclusiveEnd or ClusteringKind.InclusiveEndExclusiveStart,
            Deletion = SSTableDeletion.From(isStart && !isBoundary ? marker.StartDeletion : marker.EndDeletion),
            NextDeletion = isBoundary ? SSTableDeletion.From(marker.StartDeletion) : null,
            Position = marker.FilePosition,
        };
    }

    private static void Count(Row row, ref long cells, ref long tombstones)
    {
        cells += row.Cells.Length;
        tombstones += row.ComplexDeletions.Length + (row.Deletion.IsLive ? 0 : 1);
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.IsTombstone)
                tombstones++;
        }
    }

    private object?[] Clustering(in ClusteringView clustering, long position)
    {
        object?[] values = new object?[clustering.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = clustering.IsNull(i) ? null : Decode(_table.Clustering[i].Type, clustering[i], position);
        return values;
    }

    private SSTableCell[] Cells(Row row)
    {
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? _table.Statics : _table.Regulars;
        List<SSTableCell> cells = new(row.Cells.Length + row.ComplexDeletions.Length);
        ReadOnlySpan<ComplexDeletion> deletions = row.ComplexDeletions;
        foreach (ref readonly Cell cell in row.Cells)
        {
            while (!deletions.IsEmpty && deletions[0].Column <= cell.Column)
            {
                cells.Add(ColumnDeletion(columns, deletions[0]));
                deletions = deletions[1..];
            }

            cells.Add(OneCell(row, cell, columns[cell.Column]));
        }

        foreach (ComplexDeletion deletion in deletions)
            cells.Add(ColumnDeletion(columns, deletion));
        return [.. cells];
    }

    private static SSTableCell ColumnDeletion(IReadOnlyList<ColumnMetadata> columns, in ComplexDeletion deletion) => new()
    {
        Column = columns[deletion.Column].Name,
        Type = columns[deletion.Column].Type.Name,
        Kind = SSTableCellKind.ColumnDeletion,
        Timestamp = deletion.Deletion.MarkedAtMicros,
        DeletedAt = StoredTime.FromSeconds(deletion.Deletion.LocalSeconds),
    };

    private SSTableCell OneCell(Row row, in Cell cell, ColumnMetadata column)
    {
        CqlType type = column.Type;
        object? path = null;
        if (!cell.Path.IsNull)
        {
            ReadOnlySpan<byte> bytes = row.Path(cell);
            if (type is UserType user)
            {
                int field = bytes.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : -1;
                if (field < 0 || field >= user.Fields.Count)
                    throw Corrupt(row.FilePosition, $"column '{column.Name}' has field {field} of {user.TypeName}, which has {user.Fields.Count}.");
                path = user.FieldNames[field];
                type = user.Fields[field];
            }
            else
            {
                path = Decode(type.PathType!, bytes, row.FilePosition);
                type = type.CellType;
            }
        }

        return new SSTableCell
        {
            Column = column.Name,
            Type = column.Type.Name,
            Kind = cell.IsTombstone ? SSTableCellKind.Tombstone : SSTableCellKind.Value,
            Path = path,
            Value = cell.IsTombstone ? null : CellValue(type, row.Value(cell), row.FilePosition),
            Timestamp = cell.TimestampMicros,
            Ttl = cell.IsExpiring ? cell.TtlSeconds : null,
            ExpiresAt = cell.IsExpiring ? StoredTime.FromSeconds(cell.LocalDeletionSeconds) : null,
            DeletedAt = cell.IsTombstone ? StoredTime.FromSeconds(cell.LocalDeletionSeconds) : null,
        };
    }

    private object? CellValue(CqlType type, ReadOnlySpan<byte> value, long position)
    {
        if (!type.IsCounter)
            return Decode(type, value, position);
        try
        {
            return value.IsEmpty ? null : new CounterContext(value).Total;
        }
        catch (InvalidQueryException e)
        {
            throw Corrupt(position, e.Message, e);
        }
    }

    private object? Decode(CqlType type, ReadOnlySpan<byte> value, long position)
    {
        try
        {
            return PowerShellValue.From(type.Decode(value));
        }
        catch (InvalidQueryException e)
        {
            throw Corrupt(position, $"a value of type {type.Name} does not decode: {e.Message}", e);
        }
    }

    private CorruptDataException Corrupt(long position, string problem, Exception? inner = null) =>
        new(sstable.Descriptor.PathOf(SSTableComponent.Data), position, problem, inner);
}
