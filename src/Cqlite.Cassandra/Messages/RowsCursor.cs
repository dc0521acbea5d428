using System.Buffers.Binary;
using System.Collections.Immutable;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>Goes through the rows of a page: values are slices of it, no object a row or cell.</summary>
internal sealed class RowsCursor : QueryResult
{
    private readonly ReadOnlyMemory<byte> _content;
    private readonly int _rowCount;

    /// <summary>Of each column in the current row: where its value begins, and its length, below zero for null.</summary>
    private readonly (int Offset, int Length)[] _values;
    private int _position;
    private int _rowsRead;

    /// <summary>Begins before the first row.</summary>
    public RowsCursor(ImmutableArray<ResultColumn> columns, int rowCount, ReadOnlyMemory<byte> content)
    {
        Columns = columns;
        _rowCount = rowCount;
        _content = content;
        _values = new (int, int)[columns.Length];
    }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings => [];

    /// <inheritdoc/>
    public override long RowsRead => _rowsRead;

    /// <inheritdoc/>
    public override long PartitionsRead => 0;

    /// <inheritdoc/>
    /// <exception cref="ProtocolException">The page ends within a row.</exception>
    public override bool MoveNext()
    {
        if (_rowsRead >= _rowCount)
            return false;
        ReadOnlySpan<byte> content = _content.Span;
        int position = _position;
        foreach (ref (int Offset, int Length) value in _values.AsSpan())
        {
            if (!BinaryPrimitives.TryReadInt32BigEndian(content[position..], out int length) || length > content.Length - position - sizeof(int))
                ProtocolException.Throw($"row {_rowsRead + 1} of {_rowCount} runs past the end of the result's {content.Length} bytes");
            position += sizeof(int);
            value = (position, length);
            position += Math.Max(length, 0);
        }

        _position = position;
        _rowsRead++;
        return true;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull)
    {
        (int offset, int length) = _values[column];
        isNull = length < 0;
        return isNull ? default : _content.Span.Slice(offset, length);
    }
}
