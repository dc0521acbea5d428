using System.Collections;
using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Values;

namespace Cqlite.Data;

/// <summary>The rows of a statement, read as they are asked for.</summary>
public sealed class CqliteDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    private readonly QueryResult _result;
    private readonly CqliteConnection? _closes;
    private readonly CancellationTokenSource _running;
    private bool _hasPeeked;
    private bool _peeked;
    private bool _isOnRow;
    private bool _isClosed;

    internal CqliteDataReader(QueryResult result, CqliteConnection? closes, CancellationTokenSource running)
    {
        _result = result;
        _closes = closes;
        _running = running;
    }

    /// <summary>The engine's own result.</summary>
    public QueryResult Result => _result;

    /// <inheritdoc/>
    public override int Depth => 0;

    /// <inheritdoc/>
    public override int FieldCount => _result.Columns.Length;

    /// <inheritdoc/>
    public override bool HasRows
    {
        get
        {
            Peek();
            return _peeked || _isOnRow;
        }
    }

    /// <inheritdoc/>
    public override bool IsClosed => _isClosed;

    /// <summary>-1: Cassandra does not count what it writes.</summary>
    public override int RecordsAffected => -1;

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc/>
    public override bool Read()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_hasPeeked)
        {
            _hasPeeked = false;
            _isOnRow = _peeked;
            return _isOnRow;
        }

        return _isOnRow = CqliteDataException.Guard(MoveNext);
    }

    /// <inheritdoc/>
    public override bool NextResult() => false;

    /// <inheritdoc/>
    public override void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _isOnRow = false;
        _result.Dispose();
        _running.Dispose();
        _closes?.Close();
    }

    /// <inheritdoc/>
    public override string GetName(int ordinal) => _result.Columns[ordinal].Name;

    /// <inheritdoc/>
    public override int GetOrdinal(string name)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            StringComparison comparison = pass == 0 ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            for (int i = 0; i < FieldCount; i++)
            {
                if (string.Equals(_result.Columns[i].Name, name, comparison))
                    return i;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(name), name, $"The result has no column of this name; it has {string.Join(", ", _result.Columns.Select(c => c.Name))}.");
    }

    /// <summary>The type's name in CQL.</summary>
    public override string GetDataTypeName(int ordinal) => _result.Columns[ordinal].Type.Unreversed.Name;

    /// <inheritdoc/>
    public override Type GetFieldType(int ordinal) => NativeValue.TypeOf(_result.Columns[ordinal].Type);

    /// <inheritdoc/>
    public override object GetValue(int ordinal) => Row.GetObject(ordinal) ?? DBNull.Value;

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int count = Math.Min(values.Length, FieldCount);
        for (int i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => Row.IsNull(ordinal);

    /// <summary>The value as a type that holds it; see <see cref="QueryResult.Get{T}(int)"/>.</summary>
    public override T GetFieldValue<T>(int ordinal) => typeof(T) == typeof(Stream) ? (T)(object)GetStream(ordinal)
        : typeof(T) == typeof(TextReader) ? (T)(object)GetTextReader(ordinal)
        : typeof(T) == typeof(object) ? (T)GetValue(ordinal)
        : Row.Get<T>(ordinal);

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => Row.GetBoolean(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => unchecked((byte)Row.Get<sbyte>(ordinal));

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => Copy(Row.GetBytes(ordinal) ?? [], dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => GetString(ordinal) is [var c] ? c : throw new InvalidCastException("The text is not of one character.");

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => Copy(GetString(ordinal).ToCharArray(), dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override Stream GetStream(int ordinal) => new MemoryStream(Row.GetBytes(ordinal) ?? throw Null(ordinal), writable: false);

    /// <inheritdoc/>
    public override TextReader GetTextReader(int ordinal) => new StringReader(GetString(ordinal));

    /// <summary>A timestamp in UTC, or a date at midnight.</summary>
    public override DateTime GetDateTime(int ordinal) => Row.Get<DateTime>(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => Row.Get<decimal>(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => Row.GetDouble(ordinal);

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => Row.Get<float>(ordinal);

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => Row.GetGuid(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => Row.Get<short>(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => Row.GetInt32(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => Row.GetInt64(ordinal);

    /// <inheritdoc/>
    public override string GetString(int ordinal) => Row.GetString(ordinal) ?? throw Null(ordinal);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    /// <inheritdoc/>
    public ReadOnlyCollection<DbColumn> GetColumnSchema() => new([.. Enumerable.Range(0, FieldCount).Select(i => (DbColumn)new CqliteColumn(this, i))]);

    /// <inheritdoc/>
    public override DataTable? GetSchemaTable()
    {
        if (FieldCount == 0)
            return null;
        DataTable table = new("SchemaTable") { Locale = System.Globalization.CultureInfo.InvariantCulture };
        table.Columns.Add(SchemaTableColumn.ColumnName, typeof(string));
        table.Columns.Add(SchemaTableColumn.ColumnOrdinal, typeof(int));
        table.Columns.Add(SchemaTableColumn.ColumnSize, typeof(int));
        table.Columns.Add(SchemaTableColumn.DataType, typeof(Type));
        table.Columns.Add("DataTypeName", typeof(string));
        table.Columns.Add(SchemaTableColumn.AllowDBNull, typeof(bool));
        table.Columns.Add(SchemaTableColumn.BaseSchemaName, typeof(string));
        table.Columns.Add(SchemaTableColumn.BaseTableName, typeof(string));
        for (int i = 0; i < FieldCount; i++)
        {
            ResultColumn column = _result.Columns[i];
            table.Rows.Add(column.Name, i, -1, GetFieldType(i), GetDataTypeName(i), true, column.Keyspace, column.Table);
        }

        return table;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    private QueryResult Row => _isOnRow && !_hasPeeked ? _result : throw new InvalidOperationException("The reader does not stand on a row: call Read first.");

    private InvalidCastException Null(int ordinal) => new($"The value of '{GetName(ordinal)}' is null.");

    // The result goes forwards only: a look at whether there are rows is for the beginning.
    private void Peek()
    {
        if (_isOnRow || _hasPeeked || _isClosed)
            return;
        _peeked = CqliteDataException.Guard(MoveNext);
        _hasPeeked = true;
    }

    private bool MoveNext()
    {
        try
        {
            return _result.Kind == ResultKind.Rows && _result.MoveNext();
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException("The command was cancelled, or took longer than its CommandTimeout.", e);
        }
    }

    private static long Copy<T>(T[] source, long offset, T[]? buffer, int bufferOffset, int length)
    {
        if (buffer is null)
            return source.Length;
        int count = (int)Math.Max(0, Math.Min(length, source.Length - offset));
        Array.Copy(source, offset, buffer, bufferOffset, count);
        return count;
    }

    private sealed class CqliteColumn : DbColumn
    {
        public CqliteColumn(CqliteDataReader reader, int ordinal)
        {
            ResultColumn column = reader._result.Columns[ordinal];
            ColumnName = column.Name;
            ColumnOrdinal = ordinal;
            BaseSchemaName = column.Keyspace;
            BaseTableName = column.Table;
            DataType = reader.GetFieldType(ordinal);
            DataTypeName = reader.GetDataTypeName(ordinal);
            AllowDBNull = true;
        }
    }
}
