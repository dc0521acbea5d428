using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Clusters;

/// <summary>Partitions of a range as a cluster's pages have them: static values, which each row of a result repeats, come once.</summary>
internal sealed class ClusterCursor : UnfilteredCursor
{
    private readonly PageFeed _feed;
    private readonly RowDecoder _decoder;
    private readonly int _columnCount;
    private readonly int _keyParts;
    private readonly BufferWriter _key = new(64);
    private readonly Slice[] _parts;
    private readonly Row _row = new();
    private readonly Row _static = new();
    private int _rowsLeft;

    /// <summary>Whether a row was found whose values the decoder has, and that was not shown yet.</summary>
    private bool _hasPending;
    private bool _isAtEnd;
    private bool _isInPartition;
    private bool _hasStatic;

    /// <summary>Begins before the first partition.</summary>
    public ClusterCursor(ClusterSelect select, PageFeed feed, RowDecoder decoder)
    {
        Table = select.Table;
        _feed = feed;
        _decoder = decoder;
        _columnCount = select.ColumnCount;
        _keyParts = Table.PartitionKey.Count;
        _parts = new Slice[_keyParts];
    }

    /// <inheritdoc/>
    public override TableMetadata Table { get; }

    /// <inheritdoc/>
    public override bool IsReversed => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _key.WrittenSpan;

    /// <inheritdoc/>
    public override Token Token => _token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => DeletionTime.Live;

    /// <inheritdoc/>
    public override Row? StaticRow => _hasStatic ? _static : null;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _kind;

    /// <inheritdoc/>
    public override Row Row => _row;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => throw new InvalidOperationException("CQL shows no range tombstones.");

    private UnfilteredKind _kind;
    private Token _token;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        while (_isInPartition && MoveToNextUnfiltered())
        {
            // What is unread of the partition.
        }

        _kind = UnfilteredKind.None;
        if (!FindPending())
            return false;
        TakeKey();
        _hasStatic = Table.HasStatics && _decoder.FillStatic(_static);
        _isInPartition = true;
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        _kind = UnfilteredKind.None;
        while (_isInPartition && FindPending() && IsSameKey())
        {
            _hasPending = false;
            if (!_decoder.HasRow)
                continue;
            _decoder.Fill(_row);
            _kind = UnfilteredKind.Row;
            return true;
        }

        _isInPartition = false;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _feed.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Finds the next row, in this page or the next one; false behind the last one.</summary>
    private bool FindPending()
    {
        if (_hasPending)
            return true;
        while (_rowsLeft == 0)
        {
            if (_isAtEnd || _feed.Next() is not { } page)
            {
                _isAtEnd = true;
                return false;
            }

            Open(page);
        }

        _decoder.MoveNext();
        _rowsLeft--;
        return _hasPending = true;
    }

    private void Open(RawPage page)
    {
        if (page.Columns.Length != _columnCount)
            throw new ServerErrorException($"{page.Node} sent rows of {page.Columns.Length} columns where {_columnCount} were asked for.", (int)ErrorCode.ProtocolError);
        _decoder.Begin(page.Content, page.Node);
        _decoder.NowSeconds = _feed.NowSeconds;
        _rowsLeft = page.Rows.RowCount;
    }

    /// <summary>Serializes the key: its only part as it is, several with a length before and a zero behind each.</summary>
    private void TakeKey()
    {
        _key.Clear();
        for (int i = 0; i < _keyParts; i++)
        {
            ReadOnlySpan<byte> part = _decoder.KeyPart(i);
            if (_keyParts > 1)
                _key.WriteUInt16((ushort)part.Length);
            _parts[i] = new Slice(_key.Length, part.Length);
            _key.Write(part);
            if (_keyParts > 1)
                _key.WriteByte(0);
        }

        _token = Table.Partitioner.TokenOf(_key.WrittenSpan);
    }

    private bool IsSameKey()
    {
        for (int i = 0; i < _keyParts; i++)
        {
            if (!_decoder.KeyPart(i).SequenceEqual(_key.WrittenSpan.Slice(_parts[i].Offset, _parts[i].Length)))
                return false;
        }

        return true;
    }
}
