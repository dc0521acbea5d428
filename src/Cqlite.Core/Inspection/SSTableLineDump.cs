using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>Prints an SSTable as <c>sstabledump -d</c> does, a line a row or marker, while it is read.</summary>
/// <remarks>
/// Multi-cell user types, on which the tool fails from 4.1 on, are then printed as maps are, by field names. Source: org/apache/cassandra/tools/
/// SSTableExport.java, db/rows/{AbstractRow,AbstractCell,RangeTombstoneBoundMarker,RangeTombstoneBoundaryMarker}.java.
/// </remarks>
public sealed class SSTableLineDump
{
    private const int FlushAtBytes = 64 << 10;

    private readonly SSTable _sstable;
    private readonly DumpRelease _release;
    private readonly BufferWriter _out = new(FlushAtBytes * 2);
    private readonly BufferWriter _key = new();

    /// <summary>Prepares a dump. The SSTable must have been opened without a schema, as the tool has none.</summary>
    /// <param name="sstable">The SSTable.</param>
    /// <param name="release">Whose dump to print like; null for the release that wrote the SSTable, as far as that can be told.</param>
    public SSTableLineDump(SSTable sstable, DumpRelease? release = null)
    {
        ArgumentNullException.ThrowIfNull(sstable);
        _sstable = sstable;
        _release = new SSTableDumpOptions { Release = release }.ReleaseFor(sstable);
    }

    /// <summary>Writes the dump; what was decoded before a failure has been written when the failure is thrown.</summary>
    /// <exception cref="CorruptDataException">The SSTable does not decode.</exception>
    public void Write(Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            using UnfilteredCursor cursor = _sstable.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                cancellation.ThrowIfCancellationRequested();
                WritePartition(cursor, output, cancellation);
            }
        }
        finally
        {
            Flush(output, 0);
        }
    }

    private void WritePartition(UnfilteredCursor cursor, Stream output, CancellationToken cancellation)
    {
        _key.Clear();
        if (_sstable.Statistics.Header.KeyType is { IsMultiCell: false } keyType)
            keyType.WriteText(cursor.PartitionKey, _key);
        else
            _key.WriteText(Convert.ToHexStringLower(cursor.PartitionKey));

        DeletionTime deletion = cursor.PartitionDeletion;
        long position = cursor.PartitionFilePosition;
        Row? staticRow = cursor.StaticRow;
        bool more = cursor.MoveToNextUnfiltered();
        if (_release == DumpRelease.Release50)
            position = Position(cursor);
        if (!deletion.IsLive)
        {
            Begin(position);
            Write(deletion);
            _out.WriteByte((byte)'\n');
        }

        if (staticRow is { IsEmpty: false })
        {
            Begin(position);
            WriteRow(staticRow);
        }

        while (more)
        {
            Begin(position);
            if (cursor.Kind == UnfilteredKind.Row)
                WriteRow(cursor.Row);
            else
                WriteMarker(cursor.Marker);
            Flush(output, FlushAtBytes);
            cancellation.ThrowIfCancellationRequested();
            more = cursor.MoveToNextUnfiltered();
            position = Position(cursor);
        }
    }

    /// <summary>Where the current item begins, or where the partition's end is marked when there is none.</summary>
    private static long Position(UnfilteredCursor cursor) => cursor.Kind switch
    {
        UnfilteredKind.Row => cursor.Row.FilePosition,
        UnfilteredKind.Marker => cursor.Marker.FilePosition,
        _ => cursor.PartitionEndFilePosition - 1,
    };

    private void Begin(long position)
    {
        _out.WriteByte((byte)'[');
        _out.Write(_key.WrittenSpan);
        _out.Write("]@"u8);
        _out.WriteFormatted(position);
        _out.WriteByte((byte)' ');
    }

    private void Write(in DeletionTime deletion)
    {
        _out.Write("deletedAt="u8);
        _out.WriteFormatted(deletion.MarkedAtMicros);
        _out.Write(", localDeletion="u8);
        _out.WriteFormatted(deletion.LocalSeconds);
    }

    private void WriteRow(Row row)
    {
        _out.Write("Row[info=[ts="u8);
        _out.WriteFormatted(row.Liveness.TimestampMicros);
        if (row.Liveness.IsExpiring)
        {
            _out.Write(" ttl="u8);
            _out.WriteFormatted(row.Liveness.TtlSeconds);
            _out.Write(", let="u8);
            _out.WriteFormatted(row.Liveness.ExpiresAtSeconds);
        }

        _out.WriteByte((byte)']');
        if (!row.Deletion.IsLive)
        {
            _out.Write(" del="u8);
            Write(row.Deletion);
        }

        _out.Write(" ]: "u8);
        if (row.IsStatic)
            _out.Write("STATIC"u8);
        else
            WriteClustering(row.Clustering, _release >= DumpRelease.Release41);
        _out.Write(" | "u8);
        WriteColumns(row);
        _out.WriteByte((byte)'\n');
    }

    private void WriteClustering(in ClusteringView clustering, bool asLiterals)
    {
        for (int i = 0; i < clustering.Count; i++)
        {
            _out.Write(i > 0 ? ", "u8 : ""u8);
            CqlType type = _sstable.Table.Clustering[i].Type;
            if (clustering.IsNull(i))
                _out.Write("null"u8);
            else if (asLiterals)
                type.WriteLiteral(clustering[i], _out);
            else
                type.WriteText(clustering[i], _out);
        }
    }

    private void WriteColumns(Row row)
    {
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? _sstable.Table.Statics : _sstable.Table.Regulars;
        ReadOnlySpan<Cell> cells = row.Cells;
        ReadOnlySpan<ComplexDeletion> deletions = row.ComplexDeletions;
        bool isFirst = true;
        while (!cells.IsEmpty || !deletions.IsEmpty)
        {
            int column = Math.Min(cells.IsEmpty ? int.MaxValue : cells[0].Column, deletions.IsEmpty ? int.MaxValue : deletions[0].Column);
            _out.Write(isFirst ? ""u8 : ", "u8);
            isFirst = false;
            bool isComplex = columns[column].IsComplex;
            if (!deletions.IsEmpty && deletions[0].Column == column)
            {
                _out.Write("del("u8);
                _out.WriteText(columns[column].Name);
                _out.Write(")="u8);
                Write(deletions[0].Deletion);
                deletions = deletions[1..];
            }

            // The tool puts a comma before each element, also where no deletion stands before it.
            while (!cells.IsEmpty && cells[0].Column == column)
            {
                _out.Write(isComplex ? ", "u8 : ""u8);
                WriteCell(row, cells[0], columns[column]);
                cells = cells[1..];
            }
        }
    }

    private void WriteCell(Row row, in Cell cell, ColumnMetadata column)
    {
        _out.WriteByte((byte)'[');
        _out.WriteText(column.Name);
        CqlType type = column.Type;
        if (!cell.Path.IsNull && (_release >= DumpRelease.Release41 || type is not UserType))
        {
            _out.WriteByte((byte)'[');
            ReadOnlySpan<byte> path = row.Path(cell);
            if (type is UserType user)
            {
                int field = path.Length == sizeof(short) ? BinaryPrimitives.ReadUInt16BigEndian(path) : -1;
                if (field < 0 || field >= user.Fields.Count)
                    throw new CorruptDataException(_sstable.Descriptor.PathOf(SSTableComponent.Data), row.FilePosition, $"field {field} of {user.Name} can't be; it has {user.Fields.Count}.");
                _out.WriteText(user.FieldNames[field]);
                type = user.Fields[field];
            }
            else
            {
                type.PathType!.WriteText(path, _out);
                type = type.CellType;
            }

            _out.WriteByte((byte)']');
        }

        _out.WriteByte((byte)'=');
        if (cell.IsTombstone && (cell.Path.IsNull || _release >= DumpRelease.Release41 || type is UserType))
            _out.Write("<tombstone>"u8);
        else if (type.IsCounter && !cell.IsTombstone)
            _out.WriteFormatted(new CounterContext(row.Value(cell)).Total);
        else
            WriteValue(type, row.Value(cell));
        _out.Write(" ts="u8);
        _out.WriteFormatted(cell.TimestampMicros);
        if (cell.IsExpiring)
        {
            _out.Write(" ttl="u8);
            _out.WriteFormatted(cell.TtlSeconds);
        }

        if (cell.IsExpiring || cell.IsTombstone)
        {
            _out.Write(" ldt="u8);
            _out.WriteFormatted(cell.LocalDeletionSeconds);
        }

        _out.WriteByte((byte)']');
    }

    private void WriteValue(CqlType type, ReadOnlySpan<byte> value)
    {
        int start = _out.Length;
        try
        {
            type.WriteText(value, _out);
        }
        catch (InvalidQueryException)
        {
            _out.Truncate(start);
            _out.Write("0x"u8);
            _out.WriteText(Convert.ToHexStringLower(value));
        }
    }

    private void WriteMarker(RangeTombstoneMarker marker)
    {
        _out.Write("Marker "u8);
        _out.Write(marker.Kind switch
        {
            ClusteringKind.ExclusiveEnd => "EXCL_END_BOUND"u8,
            ClusteringKind.InclusiveStart => "INCL_START_BOUND"u8,
            ClusteringKind.ExclusiveEndInclusiveStart => "EXCL_END_INCL_START_BOUNDARY"u8,
            ClusteringKind.InclusiveEndExclusiveStart => "INCL_END_EXCL_START_BOUNDARY"u8,
            ClusteringKind.InclusiveEnd => "INCL_END_BOUND"u8,
            _ => "EXCL_START_BOUND"u8,
        });
        _out.WriteByte((byte)'(');
        WriteClustering(marker.Clustering, asLiterals: false);
        _out.Write(")@"u8);
        if (marker.Kind.IsEnd())
            WriteMarked(marker.EndDeletion);
        if (marker.Kind.IsBoundary())
            _out.WriteByte((byte)'-');
        if (marker.Kind.IsStart())
            WriteMarked(marker.StartDeletion);
        _out.WriteByte((byte)'\n');
    }

    private void WriteMarked(in DeletionTime deletion)
    {
        _out.WriteFormatted(deletion.MarkedAtMicros);
        if (_release == DumpRelease.Release306)
            return;
        _out.WriteByte((byte)'/');
        _out.WriteFormatted(deletion.LocalSeconds);
    }

    private void Flush(Stream output, int whenLongerThan)
    {
        if (_out.Length <= whenLongerThan)
            return;
        output.Write(_out.WrittenSpan);
        _out.Clear();
    }
}
