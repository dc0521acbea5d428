using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>
/// Prints an SSTable as Cassandra's sstabledump does, to the letter, while it is read. The layout of the JSON, its odd line breaks after
/// deleted cells included, is that of Jackson's pretty printer with the tool's two switches for compactness.
/// </summary>
/// <remarks>Source: org/apache/cassandra/tools/{SSTableExport,JsonTransformer}.java.</remarks>
public sealed class SSTableDump
{
    private const int FlushAtBytes = 64 << 10;

    private readonly SSTable _sstable;
    private readonly SSTableDumpOptions _options;
    private readonly DumpRelease _release;
    private readonly long _nowSeconds;
    private readonly BufferWriter _out = new(FlushAtBytes * 2);
    private readonly BufferWriter _text = new();
    private readonly byte[][] _staticNames;
    private readonly byte[][] _regularNames;
    private readonly CqlType[] _keyTypes;
    private readonly CqlType[] _clusteringTypes;
    private readonly CqlType[] _staticTypes;
    private readonly CqlType[] _regularTypes;
    private readonly HashSet<string> _keys;
    private readonly HashSet<string> _excluded;
    private bool _isInString;
    private bool _isEscaped;

    /// <summary>Prepares a dump. The SSTable must have been opened without a schema, as the tool has none.</summary>
    public SSTableDump(SSTable sstable, SSTableDumpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sstable);
        _sstable = sstable;
        _options = options ?? SSTableDumpOptions.Default;
        _release = _options.ReleaseFor(sstable);
        _nowSeconds = _options.NowSeconds ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        TableMetadata table = sstable.Table;
        _staticNames = [.. table.Statics.Select(QuotedName)];
        _regularNames = [.. table.Regulars.Select(QuotedName)];
        TextDialect dialect = _release switch
        {
            DumpRelease.Release306 => TextDialect.Release306,
            DumpRelease.Release3017 => TextDialect.Release3017,
            DumpRelease.Release3 => TextDialect.Release3,
            DumpRelease.Release40 => TextDialect.Release40,
            _ => TextDialect.Current,
        };
        _keyTypes = Types(table.PartitionKey);
        _clusteringTypes = Types(table.Clustering);
        _staticTypes = Types(table.Statics);
        _regularTypes = Types(table.Regulars);

        CqlType[] Types(IReadOnlyList<ColumnMetadata> columns) => [.. columns.Select(c => c.Type.WithDialect(dialect))];
        _keys = new HashSet<string>(_options.Keys, StringComparer.Ordinal);
        _excluded = new HashSet<string>(_options.ExcludedKeys, StringComparer.Ordinal);
    }

    /// <summary>Writes the dump; what was decoded before a failure has been written when the failure is thrown.</summary>
    /// <exception cref="CorruptDataException">The SSTable does not decode.</exception>
    public void Write(Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            using UnfilteredCursor cursor = _sstable.Read(ReadRequest.All);
            bool first = true;
            if (!_options.JsonLines)
                _out.Write("["u8);
            while (cursor.MoveToNextPartition())
            {
                cancellation.ThrowIfCancellationRequested();
                if (!IsWanted(cursor.PartitionKey))
                    continue;
                if (_options.JsonLines)
                    EndLine(output, first);
                else
                    _out.Write(first ? "\n  "u8 : ",\n  "u8);
                first = false;
                if (_options.KeysOnly)
                    WriteKey(cursor.PartitionKey);
                else
                    WritePartition(cursor, output, cancellation);
                Flush(output, FlushAtBytes);
            }

            if (!_options.JsonLines)
                _out.Write(first ? " ]"u8 : "\n]"u8);
        }
        finally
        {
            Flush(output, 0);
        }
    }

    private byte[] QuotedName(ColumnMetadata column)
    {
        _text.Clear();
        JsonEscape.WriteQuoted(System.Text.Encoding.UTF8.GetBytes(CqlIdentifier.Quote(column.Name)), _text);
        return _text.ToArray();
    }

    private bool IsWanted(ReadOnlySpan<byte> key)
    {
        if (_keys.Count == 0 && _excluded.Count == 0)
            return true;
        _text.Clear();
        _sstable.Statistics.Header.KeyType.WriteText(key, _text);
        string text = _text.ToString();
        return (_keys.Count == 0 || _keys.Contains(text)) && !_excluded.Contains(text);
    }

    private void WritePartition(UnfilteredCursor cursor, Stream output, CancellationToken cancellation)
    {
        long partitionPosition = cursor.PartitionFilePosition;
        Row? staticRow = cursor.StaticRow;
        bool more = cursor.MoveToNextUnfiltered();
        long firstPosition = Position(cursor);
        _out.Write("{"u8);
        if (_release == DumpRelease.Release50)
        {
            Line(4, _sstable.Table.Kind == TableKind.Index ? "\"table kind\" : \"INDEX\","u8 : "\"table kind\" : \"REGULAR\","u8);
            partitionPosition = firstPosition;
        }

        Line(4, "\"partition\" : {"u8);
        Line(6, "\"key\" : "u8);
        WriteKey(cursor.PartitionKey);
        _out.Write(","u8);
        Line(6, "\"position\" : "u8);
        _out.WriteFormatted(partitionPosition);
        if (!cursor.PartitionDeletion.IsLive)
        {
            _out.Write(","u8);
            Line(6, ""u8);
            WriteDeletion(cursor.PartitionDeletion);
        }

        Line(4, "},"u8);
        Line(4, "\"rows\" : ["u8);

        bool any = false;
        bool hasStatic = staticRow is { IsEmpty: false };
        long rowPosition = firstPosition;
        if (_release == DumpRelease.Release3017)
        {
            rowPosition = PositionAfterFirst(cursor, more);
        }

        if (hasStatic)
        {
            WriteRow(staticRow!, rowPosition);
            any = true;
        }

        long next = rowPosition;
        while (more)
        {
            if (any)
                _out.Write(","u8);
            any = true;
            if (cursor.Kind == UnfilteredKind.Row)
                WriteRow(cursor.Row, next);
            else
                WriteMarker(cursor.Marker);
            Flush(output, FlushAtBytes);
            cancellation.ThrowIfCancellationRequested();
            more = cursor.MoveToNextUnfiltered();
            next = Position(cursor);
        }

        if (any)
            Line(4, "]"u8);
        else
            _out.Write(" ]"u8);
        Line(2, "}"u8);
    }

    /// <summary>Where the current item begins, or where the partition ends when there is none.</summary>
    private static long Position(UnfilteredCursor cursor) => cursor.Kind switch
    {
        UnfilteredKind.Row => cursor.Row.FilePosition,
        UnfilteredKind.Marker => cursor.Marker.FilePosition,
        _ => cursor.PartitionEndFilePosition - 1,
    };

    /// <summary>Where the item after the first begins: what releases that read ahead take for the position of the first.</summary>
    private long PositionAfterFirst(UnfilteredCursor cursor, bool hasFirst)
    {
        if (!hasFirst)
            return cursor.PartitionEndFilePosition;
        ReadRequest request = new() { Key = new DecoratedKey(cursor.Token, cursor.PartitionKey.ToArray()) };
        using UnfilteredCursor ahead = _sstable.Read(request);
        if (!ahead.MoveToNextPartition() || !ahead.MoveToNextUnfiltered())
            return Position(cursor);
        return ahead.MoveToNextUnfiltered() ? Position(ahead) : ahead.PartitionEndFilePosition - 1;
    }

    private void WriteKey(ReadOnlySpan<byte> key)
    {
        int count = _keyTypes.Length;
        _out.Write("[ "u8);
        if (count == 1)
        {
            WriteKeyText(_keyTypes[0], key);
        }
        else
        {
            for (int i = 0; i < count && key.Length >= 3; i++)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(key);
                if (length > key.Length - 3)
                    throw new CorruptDataException(_sstable.Descriptor.PathOf(SSTableComponent.Data), -1, $"a partition key's part of {length} bytes runs past the key.");
                if (i > 0)
                    _out.Write(", "u8);
                WriteKeyText(_keyTypes[i], key.Slice(2, length));
                key = key[(length + 3)..];
            }
        }

        _out.Write(" ]"u8);
    }

    private void WriteKeyText(CqlType type, ReadOnlySpan<byte> value)
    {
        _text.Clear();
        type.WriteText(value, _text);
        JsonEscape.WriteQuoted(_text.WrittenSpan, _out);
    }

    private void WriteRow(Row row, long position)
    {
        Line(6, "{"u8);
        Line(8, row.IsStatic ? "\"type\" : \"static_block\","u8 : "\"type\" : \"row\","u8);
        Line(8, "\"position\" : "u8);
        _out.WriteFormatted(position);
        if (!row.IsStatic && row.ClusteringSlices.Length > 0)
            WriteClustering(row.Clustering, 8);

        Liveness liveness = row.Liveness;
        if (!liveness.IsEmpty)
        {
            _out.Write(","u8);
            Line(8, "\"liveness_info\" : { \"tstamp\" : \""u8);
            WriteMicros(liveness.TimestampMicros);
            _out.Write("\""u8);
            if (liveness.IsExpiring)
                WriteTtl(liveness.TtlSeconds, liveness.ExpiresAtSeconds, liveness.ExpiresAtSeconds < _nowSeconds, ", "u8);
            _out.Write(" }"u8);
        }

        if (!row.Deletion.IsLive)
        {
            _out.Write(","u8);
            Line(8, ""u8);
            WriteDeletion(row.Deletion);
        }

        _out.Write(","u8);
        Line(8, "\"cells\" : ["u8);
        bool any = WriteCells(row, liveness);
        if (any)
            Line(8, "]"u8);
        else
            _out.Write(" ]"u8);
        Line(6, "}"u8);
    }

    private bool WriteCells(Row row, in Liveness liveness)
    {
        bool any = false;
        byte[][] names = row.IsStatic ? _staticNames : _regularNames;
        CqlType[] types = row.IsStatic ? _staticTypes : _regularTypes;
        ReadOnlySpan<ComplexDeletion> deletions = row.ComplexDeletions;
        foreach (ref readonly Cell cell in row.Cells)
        {
            while (!deletions.IsEmpty && deletions[0].Column <= cell.Column)
            {
                WriteComplexDeletion(names, deletions[0], ref any);
                deletions = deletions[1..];
            }

            _out.Write(any ? ","u8 : ""u8);
            any = true;
            WriteCell(row, cell, types[cell.Column], names[cell.Column], liveness);
        }

        foreach (ComplexDeletion deletion in deletions)
            WriteComplexDeletion(names, deletion, ref any);
        return any;
    }

    private void WriteComplexDeletion(byte[][] names, in ComplexDeletion deletion, ref bool any)
    {
        _out.Write(any ? ","u8 : ""u8);
        any = true;
        Line(10, "{ \"name\" : "u8);
        _out.Write(names[deletion.Column]);
        _out.Write(", "u8);
        WriteDeletion(deletion.Deletion);
        _out.Write(" }"u8);
    }

    private void WriteCell(Row row, in Cell cell, CqlType type, byte[] name, in Liveness liveness)
    {
        Line(10, "{ \"name\" : "u8);
        _out.Write(name);
        if (!cell.Path.IsNull)
        {
            _out.Write(", \"path\" : [ "u8);
            ReadOnlySpan<byte> path = row.Path(cell);
            if (type is UserType user)
            {
                int field = FieldOf(user, path);
                JsonEscape.WriteQuoted(System.Text.Encoding.UTF8.GetBytes(user.FieldNames[field]), _out);
                type = user.Fields[field];
            }
            else
            {
                WriteKeyText(type.PathType!, path);
                type = type.CellType;
            }

            _out.Write(" ]"u8);
        }

        // After a deletion the tool forgets to be compact: what follows begins new lines.
        bool isCompact = true;
        if (cell.IsTombstone)
        {
            _out.Write(", \"deletion_info\" : { \"local_delete_time\" : \""u8);
            WriteSeconds(cell.LocalDeletionSeconds);
            _out.Write("\" }"u8);
            isCompact = false;
        }
        else
        {
            _out.Write(", \"value\" : "u8);
            WriteValue(type, row.Value(cell));
        }

        if (liveness.IsEmpty || cell.TimestampMicros != liveness.TimestampMicros)
        {
            if (isCompact)
            {
                _out.Write(", \"tstamp\" : \""u8);
            }
            else
            {
                _out.Write(","u8);
                Line(12, "\"tstamp\" : \""u8);
            }

            WriteMicros(cell.TimestampMicros);
            _out.Write("\""u8);
        }

        if (cell.IsExpiring && (liveness.IsEmpty || cell.TtlSeconds != liveness.TtlSeconds))
            WriteTtl(cell.TtlSeconds, cell.LocalDeletionSeconds, !cell.IsLive(_nowSeconds), ", "u8);
        if (isCompact)
            _out.Write(" }"u8);
        else
            Line(10, "}"u8);
    }

    private void WriteValue(CqlType type, ReadOnlySpan<byte> value)
    {
        // Newer tools take a counter's context for a number: its first eight bytes are what they print.
        if (_release == DumpRelease.Release306)
            WriteValueAsText(type, value);
        else if (type.IsCounter && value.Length >= sizeof(long))
            _out.WriteFormatted(BinaryPrimitives.ReadInt64BigEndian(value));
        else
            type.WriteJson(value, _out);
    }

    /// <summary>As 3.0.6 prints values: their text in quotes, counters in hex, frozen collections, which it has read before, as nothing.</summary>
    private void WriteValueAsText(CqlType type, ReadOnlySpan<byte> value)
    {
        if (type.Unreversed is ListType or SetType or MapType)
            _out.Write("\"\""u8);
        else
            WriteKeyText(type.IsCounter ? CqlTypes.Blob : type, value);
    }

    private int FieldOf(UserType user, ReadOnlySpan<byte> path)
    {
        int field = path.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(path) : -1;
        return field >= 0 && field < user.Fields.Count
            ? field
            : throw new CorruptDataException(_sstable.Descriptor.PathOf(SSTableComponent.Data), -1, $"field {field} of {user.Name} can't be; it has {user.Fields.Count}.");
    }

    private void WriteTtl(int ttl, long expiresAt, bool expired, ReadOnlySpan<byte> separator)
    {
        _out.Write(separator);
        _out.Write("\"ttl\" : "u8);
        _out.WriteFormatted(ttl);
        _out.Write(separator);
        _out.Write("\"expires_at\" : \""u8);
        WriteSeconds(expiresAt);
        _out.Write("\""u8);
        _out.Write(separator);
        _out.Write(expired ? "\"expired\" : true"u8 : "\"expired\" : false"u8);
    }

    private void WriteMarker(RangeTombstoneMarker marker)
    {
        Line(6, "{"u8);
        ClusteringKind kind = marker.Kind;
        if (kind.IsBoundary())
        {
            Line(8, "\"type\" : \"range_tombstone_boundary\""u8);
            bool endsInclusive = kind == ClusteringKind.InclusiveEndExclusiveStart;
            WriteBound(marker, isStart: true, !endsInclusive, marker.StartDeletion);
            WriteBound(marker, isStart: false, endsInclusive, marker.EndDeletion);
        }
        else
        {
            Line(8, "\"type\" : \"range_tombstone_bound\""u8);
            bool isStart = kind.IsStart();
            bool inclusive = kind is ClusteringKind.InclusiveStart or ClusteringKind.InclusiveEnd;
            WriteBound(marker, isStart, inclusive, isStart ? marker.StartDeletion : marker.EndDeletion);
        }

        Line(6, "}"u8);
    }

    private void WriteBound(RangeTombstoneMarker marker, bool isStart, bool inclusive, in DeletionTime deletion)
    {
        _out.Write(","u8);
        Line(8, isStart ? "\"start\" : {"u8 : "\"end\" : {"u8);
        Line(10, inclusive ? "\"type\" : \"inclusive\""u8 : "\"type\" : \"exclusive\""u8);
        if (marker.Values.Length > 0)
            WriteClustering(marker.Clustering, 10);
        _out.Write(","u8);
        Line(10, ""u8);
        WriteDeletion(deletion);
        Line(8, "}"u8);
    }

    private void WriteClustering(in ClusteringView clustering, int indent)
    {
        _out.Write(","u8);
        Line(indent, "\"clustering\" : [ "u8);
        for (int i = 0; i < _clusteringTypes.Length; i++)
        {
            if (i > 0)
                _out.Write(", "u8);
            if (i >= clustering.Count)
                _out.Write("\"*\""u8);
            else if (clustering.IsNull(i))
                _out.Write(_release == DumpRelease.Release306 ? "\"null\""u8 : "null"u8);
            else
                WriteValue(_clusteringTypes[i], clustering[i]);
        }

        _out.Write(" ]"u8);
    }

    private void WriteDeletion(in DeletionTime deletion)
    {
        _out.Write("\"deletion_info\" : { \"marked_deleted\" : \""u8);
        WriteMicros(deletion.MarkedAtMicros);
        _out.Write("\", \"local_delete_time\" : \""u8);
        WriteSeconds(deletion.LocalSeconds);
        _out.Write("\" }"u8);
    }

    private void WriteMicros(long micros)
    {
        if (_options.RawTimestamps)
            _out.WriteFormatted(micros);
        else
            InstantText.WriteMicros(micros, _out);
    }

    private void WriteSeconds(long seconds)
    {
        if (_options.RawTimestamps)
            _out.WriteFormatted(seconds);
        else
            InstantText.WriteSeconds(seconds, _out);
    }

    /// <summary>Begins a line, indented by a number of blanks.</summary>
    private void Line(int indent, ReadOnlySpan<byte> text)
    {
        Span<byte> room = _out.GetSpan(indent + 1);
        room[0] = (byte)'\n';
        room.Slice(1, indent).Fill((byte)' ');
        _out.Advance(indent + 1);
        _out.Write(text);
    }

    private void EndLine(Stream output, bool isFirst)
    {
        Flush(output, 0);
        if (!isFirst)
            output.WriteByte((byte)'\n');
    }

    private void Flush(Stream output, int whenLongerThan)
    {
        if (_out.Length <= whenLongerThan)
            return;
        if (_options.JsonLines)
            WriteWithoutSpace(output);
        else
            output.Write(_out.WrittenSpan);
        _out.Clear();
    }

    /// <summary>Lines of JSON have no white space but within strings.</summary>
    private void WriteWithoutSpace(Stream output)
    {
        Span<byte> text = _out.Patch(0, _out.Length);
        int kept = 0;
        foreach (byte b in text)
        {
            if (_isInString)
            {
                if (_isEscaped)
                    _isEscaped = false;
                else if (b == '\\')
                    _isEscaped = true;
                else if (b == '"')
                    _isInString = false;
            }
            else if (b is (byte)' ' or (byte)'\n')
            {
                continue;
            }
            else
            {
                _isInString = b == '"';
            }

            text[kept++] = b;
        }

        output.Write(text[..kept]);
    }
}
