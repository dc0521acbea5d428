namespace Cqlite.Core.SSTables.Big;

/// <summary>Walks Index.db from its beginning.</summary>
internal sealed class BigPartitionIndexCursor : PartitionIndexCursor
{
    private readonly BigPartitionIndex _index;
    private DataWindow? _window;
    private PartitionEntry _entry;
    private int _keyStart;
    private int _keyLength;
    private long _position;
    private long _next;

    /// <summary>Creates a cursor that stands before the first entry.</summary>
    public BigPartitionIndexCursor(BigPartitionIndex index)
    {
        _index = index;
        _window = index.Rent();
        _window.ReadAhead();
    }

    /// <inheritdoc/>
    public override PartitionEntry Entry => _entry;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => _window is null ? default : _window.Buffer.AsSpan(_keyStart, _keyLength);

    /// <inheritdoc/>
    public override long IndexFilePosition => _position;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_window is null, this);
        _window.Seek(_next);
        _position = _next;
        if (!_index.TryRead(_window, out ReadOnlySpan<byte> key, out _entry, out _next))
        {
            _keyLength = 0;
            return false;
        }

        _keyStart = _window.Position + sizeof(ushort);
        _keyLength = key.Length;
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_window is null)
            return;
        _index.Return(_window);
        _window = null;
    }
}
