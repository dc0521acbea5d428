using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables.Statistics;
using static Cqlite.Core.SSTables.UnfilteredFlags;

namespace Cqlite.Core.SSTables;

/// <summary>What the next item of a partition is.</summary>
internal enum UnfilteredItem
{
    /// <summary>The partition's end.</summary>
    End,

    /// <summary>A row.</summary>
    Row,

    /// <summary>A marker.</summary>
    Marker,
}

/// <summary>
/// Decodes partition heads, rows and markers (drawn in <see cref="UnfilteredFlags"/>) from a window, one after the other. First the
/// head is looked at, which has the clustering; then the item is decoded as a whole or passed over.
/// </summary>
/// <remarks>
/// <code>
/// partition   short + key, deletion, (static row, if the header has static columns), rows and markers, end
/// deletion    up to nb: int time (2^31-1 for none), long timestamp (-2^63 for none)
///             oa on: 0x80 for none; else long timestamp (not negative), unsigned int time
/// </code>
/// Source: org/apache/cassandra/db/rows/UnfilteredSerializer.java, db/DeletionTime.java, io/sstable/SSTableIdentityIterator.java.
/// </remarks>
internal sealed partial class UnfilteredReader
{
    private const int LegacyDeletionLength = 12;
    private const int IsLiveDeletion = 0x80;

    private readonly RowLayout _layout;
    private readonly Slice[] _values;
    private int _valueCount;
    private int _flags;
    private int _extendedFlags;
    private int _body;
    private long _bodyLength;
    private ClusteringKind _kind;

    /// <summary>Creates a reader of rows of a layout.</summary>
    public UnfilteredReader(RowLayout layout)
        : this(layout, new DataWindow())
    {
    }

    /// <summary>Creates a reader of rows of a layout on a window that others read too.</summary>
    public UnfilteredReader(RowLayout layout, DataWindow window)
    {
        _layout = layout;
        Window = window;
        Stats = layout.Stats;
        _values = new Slice[Math.Max(1, layout.Clustering.Count)];
    }

    /// <summary>The bytes.</summary>
    public DataWindow Window { get; }

    /// <summary>What times are relative to: the layout's, unless each partition brings its own, as in mutations.</summary>
    public EncodingStats Stats { get; set; }

    /// <summary>Offset in the file of the item whose head was looked at last.</summary>
    public long ItemPosition => Window.FilePosition;

    /// <summary>Clustering of the item whose head was looked at last; valid until the next call.</summary>
    public ClusteringView Clustering => new(_kind, Window.Buffer, _values.AsSpan(0, _valueCount));

    /// <summary>Whether the item whose head was looked at last is of the static row.</summary>
    public bool IsStaticRow => (_extendedFlags & IsStatic) != 0;

    /// <summary>Offset in the file behind the item whose head was looked at last.</summary>
    public long ItemEnd => Window.Origin + _body + _bodyLength;

    /// <summary>Reads a partition's key and deletion and stands behind them.</summary>
    public DeletionTime ReadPartitionHead(ref byte[] key, out int keyLength)
    {
        Need(sizeof(ushort) + 1, "a partition's key");
        ReadOnlySpan<byte> bytes = Window.Buffer.AsSpan(Window.Position, sizeof(ushort));
        keyLength = (bytes[0] << 8) | bytes[1];
        Need(sizeof(ushort) + keyLength + 1L, "a partition's key and deletion");
        if (key.Length < keyLength)
            key = new byte[Math.Max(keyLength, 64)];
        Window.Buffer.AsSpan(Window.Position + sizeof(ushort), keyLength).CopyTo(key);
        int start = sizeof(ushort) + keyLength;
        if (_layout.HasUIntDeletionTime)
        {
            int flags = Window.Buffer[Window.Position + start];
            if ((flags & IsLiveDeletion) != 0)
            {
                if (flags != IsLiveDeletion)
                    throw Corrupt(Window.FilePosition + start, $"a partition's deletion begins with {flags:x2}, which means nothing");
                Window.Position += start + 1;
                return DeletionTime.Live;
            }
        }

        Need(start + LegacyDeletionLength, "a partition's deletion");
        ReadOnlySpan<byte> stored = Window.Buffer.AsSpan(Window.Position + start, LegacyDeletionLength);
        Window.Position += start + LegacyDeletionLength;
        return DeletionTimes.Read(stored, _layout.HasUIntDeletionTime);
    }

    /// <summary>Reads a deletion in a row's form, as mutations have the partition's.</summary>
    public DeletionTime ReadDeletion()
    {
        int position = Window.Position;
        if (position >= Window.End)
            throw Short(1, "a partition's deletion");
        DeletionTime deletion = ReadDeletion(ref VIntDecoder.Start(Window.Buffer), ref position);
        if (position > Window.End)
            throw Short(position - Window.Position, "a partition's deletion");
        Window.Position = position;
        return deletion;
    }

    /// <summary>Looks at the head of the next item.</summary>
    public UnfilteredItem Peek()
    {
        while (true)
        {
            int shortBy = ParseHead();
            if (shortBy == 0)
                break;
            long needed = (Window.End - Window.Position) + (long)shortBy;
            if (!Window.Ensure(needed))
                throw Short(needed, "the next row or marker");
        }

        if ((_flags & EndOfPartition) != 0)
            return UnfilteredItem.End;
        if (ItemEnd > Window.FileLength)
            throw Short(ItemEnd - Window.FilePosition, "the next row or marker");
        return (_flags & IsMarker) != 0 ? UnfilteredItem.Marker : UnfilteredItem.Row;
    }

    /// <summary>Stands behind the partition's end, whose head was looked at last.</summary>
    public void PassEnd() => Window.Position++;

    /// <summary>Passes over the item whose head was looked at last.</summary>
    public void Skip() => Window.Seek(ItemEnd);

    /// <summary>Decodes the row whose head was looked at last.</summary>
    /// <returns>False when nothing of it is left, all being of dropped columns.</returns>
    public bool ReadRow(Row row)
    {
        BringBody();
        row.Reset((_extendedFlags & IsStatic) != 0);
        row.Buffer = Window.Buffer;
        row.FilePosition = Window.FilePosition;
        row.SetClustering(_values.AsSpan(0, _valueCount));
        DecodeBody(row, row.IsStatic ? _layout.Statics : _layout.Regulars);
        Window.Position = _body + (int)_bodyLength;
        return !row.IsEmpty;
    }

    /// <summary>Decodes the marker whose head was looked at last.</summary>
    public void ReadMarker(RangeTombstoneMarker marker)
    {
        BringBody();
        int position = _body;
        int end = position + (int)_bodyLength;
        ref byte buffer = ref VIntDecoder.Start(Window.Buffer);
        if (_layout.HasSizes)
            VIntDecoder.Read(ref buffer, ref position);
        DeletionTime first = ReadDeletion(ref buffer, ref position);
        DeletionTime second = _kind.IsBoundary() && position <= end ? ReadDeletion(ref buffer, ref position) : DeletionTime.Live;
        if (_layout.HasSizes ? position != end : position > end)
            throw Corrupt(ItemPosition, "a range tombstone marker is not as long as it says");

        marker.Reset(_kind);
        marker.Buffer = Window.Buffer;
        marker.FilePosition = Window.FilePosition;
        for (int i = 0; i < _valueCount; i++)
            marker.AddValue(_values[i]);
        if (_kind.IsBoundary())
        {
            marker.EndDeletion = first;
            marker.StartDeletion = second;
        }
        else if (_kind.IsStart())
        {
            marker.StartDeletion = first;
        }
        else
        {
            marker.EndDeletion = first;
        }

        Window.Position = position;
    }

    /// <summary>Brings the whole item into the window, so that positions within it hold.</summary>
    private void BringBody()
    {
        long length = ItemEnd - Window.FilePosition;
        if (length <= Window.End - Window.Position)
            return;
        if (!Window.Ensure(length))
            throw Short(length, "the next row or marker");
        _ = ParseHead();
    }

    /// <summary>Parses flags, clustering and length; answers by how many bytes (at least) the window is short, 0 for not at all.</summary>
    private int ParseHead()
    {
        int position = Window.Position;
        int end = Window.End;
        if (position >= end)
            return 1;
        byte[] bytes = Window.Buffer;
        ref byte buffer = ref VIntDecoder.Start(bytes);
        int flags = bytes[position++];
        _flags = flags;
        _extendedFlags = 0;
        if ((flags & EndOfPartition) != 0)
        {
            if (flags != EndOfPartition)
                throw Corrupt(Window.FilePosition, $"the flags {flags:x2} mean nothing");
            return 0;
        }

        if ((flags & HasExtension) != 0)
        {
            _extendedFlags = bytes[position++];
            if ((_extendedFlags & ~(IsStatic | HasShadowableDeletion)) != 0)
                throw Corrupt(Window.FilePosition, $"the extended flags {_extendedFlags:x2} mean nothing");
        }

        int count;
        if ((flags & IsMarker) != 0)
        {
            int kind = bytes[position];
            count = (bytes[position + 1] << 8) | bytes[position + 2];
            position += 3;
            if (position > end)
                return position - end;
            if (kind is (int)ClusteringKind.Static or (int)ClusteringKind.Clustering or > (int)ClusteringKind.ExclusiveStart || flags != IsMarker)
                throw Corrupt(Window.FilePosition, $"a range tombstone marker has the flags {flags:x2} and the kind {kind}, which mean nothing");
            if (count > _layout.Clustering.Count)
                throw Corrupt(Window.FilePosition, $"a range tombstone marker has {count} values; the table has {_layout.Clustering.Count} clustering columns");
            _kind = (ClusteringKind)kind;
        }
        else if ((_extendedFlags & IsStatic) != 0)
        {
            _kind = ClusteringKind.Static;
            count = 0;
        }
        else
        {
            _kind = ClusteringKind.Clustering;
            count = _layout.Clustering.Count;
        }

        _valueCount = count;
        int shortBy = ParseValues(ref buffer, ref position, end, count);
        if (shortBy != 0)
            return shortBy;
        if (!_layout.HasSizes)
        {
            // Where the item ends is known once it has been decoded.
            if (position > end)
                return position - end;
            _body = position;
            _bodyLength = end - position;
            return 0;
        }

        ulong length = VIntDecoder.Read(ref buffer, ref position);
        if (position > end)
            return position - end;
        if (length > (ulong)(Window.FileLength - Window.Origin - position))
            throw Short((long)Math.Min(length, long.MaxValue), "the next row or marker");
        _body = position;
        _bodyLength = (long)length;
        return 0;
    }

    private int ParseValues(ref byte buffer, ref int position, int end, int count)
    {
        ReadOnlySpan<int> fixedLengths = _layout.Clustering.FixedLengths;
        Span<Slice> values = _values;
        ulong states = 0;
        for (int i = 0; i < count; i++)
        {
            if ((i & 31) == 0)
            {
                states = VIntDecoder.Read(ref buffer, ref position);
                if (position > end)
                    return position - end;
            }

            uint state = (uint)(states >> ((i & 31) * 2)) & 3;
            if (state != 0)
            {
                values[i] = state >= 2 ? Slice.Null : new Slice(position, 0);
                continue;
            }

            long length = fixedLengths[i];
            if (length < 0)
            {
                // A length that is cut by the window's end means nothing yet.
                length = (long)VIntDecoder.Read(ref buffer, ref position);
                if (position > end)
                    return position - end;
            }

            if ((ulong)length > (ulong)Math.Max(0, end - position) || position > end)
            {
                long shortBy = position + length - end;
                if (length < 0 || shortBy > Window.FileLength - Window.Origin - end || shortBy > int.MaxValue)
                    throw Corrupt(Window.Origin + position, $"a clustering value of {length:N0} bytes is longer than what is left of the file");
                return (int)shortBy;
            }

            values[i] = new Slice(position, (int)length);
            position += (int)length;
        }

        return 0;
    }

    private void Need(long count, string what)
    {
        if (!Window.Ensure(count))
            throw Short(count, what);
    }

    private CorruptDataException Short(long needed, string what) =>
        new(Window.Path, Window.FilePosition, $"{what} needs {needed:N0} bytes, {Window.Remaining:N0} are left.");

    private CorruptDataException Corrupt(long position, string problem) => new(Window.Path, position, problem + ".");
}
