using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>Writes the rows of a result in a format.</summary>
internal abstract class RowFormatter(ExportField[] fields)
{
    /// <summary>The fields, as the result's columns.</summary>
    protected ExportField[] Fields { get; } = fields;

    /// <summary>The formatter of a format.</summary>
    public static RowFormatter For(TransferFormat format, TableMetadata table, ExportField[] fields, ExportOptions options) => format switch
    {
        TransferFormat.Csv => new CsvFormatter(fields, options.Csv),
        TransferFormat.Json => new JsonFormatter(fields, asLines: false),
        TransferFormat.JsonLines => new JsonFormatter(fields, asLines: true),
        TransferFormat.Cql => new CqlFormatter(table, fields),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "SSTables are not written row by row."),
    };

    /// <summary>Writes what stands before the rows.</summary>
    public virtual void Begin(BufferWriter output)
    {
    }

    /// <summary>Writes a row.</summary>
    public abstract void Write(QueryResult result, long index, BufferWriter output);

    /// <summary>Writes what stands behind them.</summary>
    public virtual void End(long rows, BufferWriter output)
    {
    }
}

/// <summary>Rows as comma-separated values.</summary>
internal sealed class CsvFormatter : RowFormatter
{
    private readonly CsvDialect _dialect;
    private readonly byte[] _null;
    private readonly byte[] _special;
    private readonly bool[] _isPlain;
    private readonly BufferWriter _value = new();

    public CsvFormatter(ExportField[] fields, CsvDialect dialect)
        : base(fields)
    {
        dialect.Validate();
        _dialect = dialect;
        _null = System.Text.Encoding.UTF8.GetBytes(dialect.NullText);
        _special = [(byte)dialect.Delimiter, (byte)dialect.Quote, (byte)dialect.Escape, (byte)'\r', (byte)'\n'];

        // The signs of numbers and such can be no signs of the dialect's, unless someone chose them so.
        bool isUsual = dialect.Delimiter is ',' or ';' or '\t' or '|' && dialect.Quote is '"' or '\'' && dialect.NullText.Length == 0;
        _isPlain = [.. fields.Select(f => isUsual && f.Column.Type.Unreversed is IntType or BigIntType or UuidType or TimeUuidType or BooleanType or DoubleType or CounterType)];
    }

    /// <inheritdoc/>
    public override void Begin(BufferWriter output)
    {
        if (!_dialect.HasHeader)
            return;
        for (int i = 0; i < Fields.Length; i++)
        {
            if (i > 0)
                output.WriteByte((byte)_dialect.Delimiter);
            WriteField(System.Text.Encoding.UTF8.GetBytes(Fields[i].Name), output);
        }

        output.Write("\r\n"u8);
    }

    /// <inheritdoc/>
    public override void Write(QueryResult result, long index, BufferWriter output)
    {
        for (int i = 0; i < Fields.Length; i++)
        {
            if (i > 0)
                output.WriteByte((byte)_dialect.Delimiter);
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            CqlType type = result.Columns[i].Type;
            if (isNull)
            {
                output.Write(_null);
            }
            else if (_isPlain[i] && Fields[i].Kind == FieldKind.Value)
            {
                ExactText.Write(type, value, output);
            }
            else if (ExactText.IsText(type))
            {
                WriteField(value, output);
            }
            else
            {
                _value.Clear();
                if (Fields[i].Kind == FieldKind.Value)
                    ExactText.Write(type, value, _value);
                else
                    type.WriteLiteral(value, _value);
                WriteField(_value.WrittenSpan, output);
            }
        }

        output.Write("\r\n"u8);
    }

    private void WriteField(ReadOnlySpan<byte> text, BufferWriter output)
    {
        // Without quotes the null text means null, and blanks at the ends are lost in some readers.
        if (!text.IsEmpty && text.IndexOfAny(_special) < 0 && text[0] != ' ' && text[^1] != ' ' && !text.SequenceEqual(_null))
        {
            output.Write(text);
            return;
        }

        byte quote = (byte)_dialect.Quote;
        byte escape = (byte)_dialect.Escape;
        output.WriteByte(quote);
        while (text.IndexOfAny(quote, escape) is >= 0 and var at)
        {
            output.Write(text[..at]);
            output.WriteByte(escape);
            output.WriteByte(text[at]);
            text = text[(at + 1)..];
        }

        output.Write(text);
        output.WriteByte(quote);
    }
}

/// <summary>Rows as JSON objects: in an array, or one a line.</summary>
internal sealed class JsonFormatter : RowFormatter
{
    private readonly byte[][] _names;
    private readonly bool _asLines;

    public JsonFormatter(ExportField[] fields, bool asLines)
        : base(fields)
    {
        _asLines = asLines;
        _names = new byte[fields.Length][];
        BufferWriter output = new();
        for (int i = 0; i < fields.Length; i++)
        {
            output.Clear();
            output.Write(i == 0 ? "{"u8 : ","u8);
            JsonEscape.WriteQuoted(System.Text.Encoding.UTF8.GetBytes(fields[i].Name), output);
            output.WriteByte((byte)':');
            _names[i] = output.ToArray();
        }
    }

    /// <inheritdoc/>
    public override void Begin(BufferWriter output)
    {
        if (!_asLines)
            output.WriteByte((byte)'[');
    }

    /// <inheritdoc/>
    public override void Write(QueryResult result, long index, BufferWriter output)
    {
        if (!_asLines)
            output.Write(index == 0 ? "\n"u8 : ",\n"u8);
        for (int i = 0; i < _names.Length; i++)
        {
            output.Write(_names[i]);
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            if (isNull)
                output.Write("null"u8);
            else if (Fields[i].Kind == FieldKind.Value)
                ExactJson.Write(result.Columns[i].Type, value, output);
            else
                result.Columns[i].Type.WriteJson(value, output);
        }

        output.Write(_asLines ? "}\n"u8 : "}"u8);
    }

    /// <inheritdoc/>
    public override void End(long rows, BufferWriter output)
    {
        if (!_asLines)
            output.Write(rows == 0 ? "]\n"u8 : "\n]\n"u8);
    }
}
