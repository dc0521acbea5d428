using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>
/// Reads serialized updates of one table, one after the other, from a window that it shares with the cursors of other tables; the
/// bytes are drawn on <see cref="PartitionUpdate"/>. Rows come from the decoder of SSTables.
/// </summary>
internal sealed class PartitionUpdateCursor : UnfilteredCursor
{
    /// <summary>So many lists of columns are remembered; clients send few.</summary>
    private const int KeptLayouts = 16;

    private readonly DataWindow _window;
    private readonly SSTableVersion _rowsAs;
    private readonly List<(byte[] Columns, bool HasStatics, UnfilteredReader Reader)> _layouts = [];
    private readonly Row _row = new();
    private readonly Row _staticRow = new();
    private readonly RangeTombstoneMarker _marker = new();
    private UnfilteredReader? _reader;
    private int _keyStart;
    private int _keyLength;
    private Token _token;
    private bool _hasToken;
    private DeletionTime _deletion;
    private bool _hasStaticRow;
    private bool _isBegun;
    private bool _isInRows;
    private UnfilteredKind _kind;

    /// <summary>Creates a cursor for a table's updates.</summary>
    public PartitionUpdateCursor(TableMetadata table, MessagingVersion version, DataWindow window)
    {
        Table = table;
        _rowsAs = version.RowsAs();
        _window = window;
    }

    /// <inheritdoc/>
    public override TableMetadata Table { get; }

    /// <inheritdoc/>
    public override bool IsReversed => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _window.Buffer.AsSpan(_keyStart, _keyLength);

    /// <inheritdoc/>
    public override Token Token
    {
        get
        {
            if (!_hasToken)
            {
                _token = Table.Partitioner.TokenOf(PartitionKey);
                _hasToken = true;
            }

            return _token;
        }
    }

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _deletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _hasStaticRow ? _staticRow : null;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _kind;

    /// <inheritdoc/>
    public override Row Row => _row;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _marker;

    /// <summary>The smallest times of the update's rows.</summary>
    public EncodingStats Stats { get; private set; }

    /// <summary>Reads the head of the update in the window, whose table id has been read; <see cref="MoveToNextPartition"/> then goes to it.</summary>
    /// <exception cref="CorruptDataException">It does not decode, or has a column that the table neither has nor had.</exception>
    public void Begin()
    {
        _hasToken = false;
        _hasStaticRow = false;
        _kind = UnfilteredKind.None;
        _deletion = DeletionTime.Live;
        _reader = null;
        SpanReader reader = new(_window.Buffer.AsSpan(0, _window.End), _window.Path);
        reader.Skip(_window.Position);
        _keyLength = reader.ReadVIntBytes().Length;
        _keyStart = reader.Position - _keyLength;
        int flags = reader.ReadByte();
        _isBegun = true;
        _isInRows = false;
        if ((flags & PartitionUpdate.IsReversedFlag) != 0 || flags > 0x1F)
            reader.Throw($"an update's flags {flags:x2} mean nothing.");
        if ((flags & PartitionUpdate.IsEmptyFlag) != 0)
        {
            _window.Position = reader.Position;
            return;
        }

        Stats = EncodingStats.Read(ref reader);
        bool hasStatics = (flags & PartitionUpdate.HasStaticRowFlag) != 0;
        UnfilteredReader rows = ReaderFor(ref reader, hasStatics);
        rows.Stats = Stats;
        _window.Position = reader.Position;
        if ((flags & PartitionUpdate.HasPartitionDeletionFlag) != 0)
            _deletion = rows.ReadDeletion();
        if (hasStatics)
        {
            if (rows.Peek() != UnfilteredItem.Row || !rows.IsStaticRow)
                throw new CorruptDataException(_window.Path, _window.Position, "an update's static row is expected here.");
            _hasStaticRow = rows.ReadRow(_staticRow);
        }

        if ((flags & PartitionUpdate.HasRowEstimateFlag) != 0)
        {
            reader.Skip(_window.Position - reader.Position);
            reader.ReadUnsignedVInt32();
            _window.Position = reader.Position;
        }

        _reader = rows;
        _isInRows = true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        if (!_isBegun)
            return false;
        _isBegun = false;
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        while (_isInRows)
        {
            switch (_reader!.Peek())
            {
                case UnfilteredItem.Row:
                    if (_reader.IsStaticRow)
                        throw new CorruptDataException(_window.Path, _window.Position, "a static row stands among the rows.");
                    if (!_reader.ReadRow(_row))
                        continue;
                    _kind = UnfilteredKind.Row;
                    return true;
                case UnfilteredItem.Marker:
                    _reader.ReadMarker(_marker);
                    _kind = UnfilteredKind.Marker;
                    return true;
                default:
                    _reader.PassEnd();
                    _isInRows = false;
                    break;
            }
        }

        _kind = UnfilteredKind.None;
        return false;
    }

    /// <summary>Goes behind the update.</summary>
    public void SkipRest()
    {
        while (MoveToNextUnfiltered())
        {
        }
    }

    private UnfilteredReader ReaderFor(ref SpanReader reader, bool hasStatics)
    {
        int start = reader.Position;
        if (hasStatics)
            SkipNames(ref reader);
        SkipNames(ref reader);
        ReadOnlySpan<byte> columns = _window.Buffer.AsSpan(start, reader.Position - start);
        foreach ((byte[] known, bool withStatics, UnfilteredReader found) in _layouts)
        {
            if (withStatics == hasStatics && columns.SequenceEqual(known))
                return found;
        }

        SpanReader names = new(columns, _window.Path, start);
        IReadOnlyList<HeaderColumn> statics = hasStatics ? ReadColumns(ref names, ColumnKind.Static) : [];
        SerializationHeader header = new(EncodingStats.None, Table.PartitionKey[0].Type)
        {
            ClusteringTypes = [.. Table.Clustering.Select(c => c.Type)],
            Statics = statics,
            Regulars = ReadColumns(ref names, ColumnKind.Regular),
        };
        UnfilteredReader created = new(RowLayout.Create(_rowsAs, header, Table, _window.Path, hasSizes: false), _window);
        if (_layouts.Count == KeptLayouts)
            _layouts.RemoveAt(0);
        _layouts.Add((columns.ToArray(), hasStatics, created));
        return created;
    }

    private static void SkipNames(ref SpanReader reader)
    {
        int count = reader.CheckCount(reader.ReadUnsignedVInt32(), 1);
        for (int i = 0; i < count; i++)
            reader.ReadVIntBytes();
    }

    private HeaderColumn[] ReadColumns(ref SpanReader reader, ColumnKind kind)
    {
        HeaderColumn[] columns = new HeaderColumn[reader.ReadUnsignedVInt32()];
        for (int i = 0; i < columns.Length; i++)
        {
            string name = System.Text.Encoding.UTF8.GetString(reader.ReadVIntBytes());
            ColumnMetadata? column = Table.Column(name);
            if (column?.Kind != kind)
                column = Table.DroppedColumns.GetValueOrDefault(name)?.Column;
            if (column is null)
                reader.Throw($"an update of table {Table} has the column '{name}', which the table neither has nor had.");
            columns[i] = new HeaderColumn(name, column.Type);
        }

        return columns;
    }
}
