using System.Text;
using System.Text.Json;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>What a field of a file is for: a column of the table and what of it; or nothing.</summary>
internal readonly record struct ImportField(int Column, FieldKind Kind)
{
    /// <summary>A field that is left out.</summary>
    public static ImportField None { get; } = new(-1, FieldKind.Value);
}

/// <summary>The rows of a file, one after the other.</summary>
internal abstract class RowSource(ColumnMetadata[] columns, string file, ImportOptions options) : IDisposable
{
    private readonly BufferWriter _value = new();

    /// <summary>The table's columns.</summary>
    protected ColumnMetadata[] Columns { get; } = columns;

    /// <summary>The file, for errors.</summary>
    protected string File { get; } = file;

    protected ImportOptions Options { get; } = options;

    /// <summary>Whether rejected rows are wanted as they are.</summary>
    protected bool KeepsRaw => Options.RejectPath is not null;

    /// <summary>What the file of rejected rows begins with.</summary>
    public virtual string RejectHeader => "";

    /// <summary>The next row; null at the end.</summary>
    /// <exception cref="ImportException">It is wrong; <see cref="LastRaw"/> is it. The next call gives the next one.</exception>
    public abstract ImportRow? Next();

    /// <summary>The row that was wrong, as the file has it, if rejected rows are wanted.</summary>
    public string? LastRaw { get; protected set; }

    /// <summary>Passes over a row.</summary>
    public abstract bool Skip();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>What the name of a field is for.</summary>
    /// <exception cref="InvalidQueryException">The table has no such column.</exception>
    protected ImportField FieldOf(string name)
    {
        if (Options.SkipColumns.Contains(name, StringComparer.Ordinal))
            return ImportField.None;
        if (IndexOf(name) is >= 0 and var column)
            return new ImportField(column, FieldKind.Value);
        if (Inner(name, "writetime(") is { } written && IndexOf(written) is >= 0 and var of)
            return new ImportField(of, FieldKind.WriteTime);
        if (Inner(name, "ttl(") is { } expiring && IndexOf(expiring) is >= 0 and var from)
            return new ImportField(from, FieldKind.Ttl);
        throw new InvalidQueryException($"'{name}' is no column of the table, which has {string.Join(", ", Columns.Select(c => c.Name))}.");
    }

    /// <summary>Puts a value where it belongs.</summary>
    protected void Set(ImportRow row, ImportField field, FieldReader read, Func<string> text, bool isNull)
    {
        if (field.Column < 0)
            return;
        if (field.Kind == FieldKind.Value)
        {
            row.IsGiven[field.Column] = true;
            if (isNull)
                return;
            _value.Clear();
            CqlType type = Columns[field.Column].Type;
            read(type, _value);
            row.Values[field.Column] = _value.ToArray();
            return;
        }

        if (isNull)
            return;
        long? number = CellTimes.Parse(text());
        row.Times ??= new CellTimes[Columns.Length];
        CellTimes times = row.Times[field.Column];
        row.Times[field.Column] = field.Kind == FieldKind.WriteTime ? times with { TimestampMicros = number } : times with { TtlSeconds = (int?)number };
    }

    /// <summary>Appends the bytes of a value of a type.</summary>
    protected delegate void FieldReader(CqlType type, BufferWriter output);

    private int IndexOf(string name) => Array.FindIndex(Columns, c => string.Equals(c.Name, name, StringComparison.Ordinal));

    private static string? Inner(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && name.EndsWith(')') ? name[prefix.Length..^1] : null;
}

/// <summary>The rows of comma-separated values.</summary>
internal sealed class CsvRowSource : RowSource
{
    private readonly CsvReader _reader;
    private readonly CsvDialect _dialect;
    private readonly ImportField[] _fields;

    public CsvRowSource(TextReader input, ColumnMetadata[] columns, string file, ImportOptions options)
        : base(columns, file, options)
    {
        options.Csv.Validate();
        _dialect = options.Csv;
        _reader = new CsvReader(input, file, _dialect);
        string[]? heading = _dialect.HasHeader && _reader.Read() ? [.. _reader.Fields.Select(f => f.Text.ToString())] : null;
        IEnumerable<string> names = options.Columns ?? heading ?? columns.Select(c => c.Name);
        try
        {
            _fields = [.. names.Select(FieldOf)];
        }
        catch (InvalidQueryException e)
        {
            throw new ImportException(file, 1, 0, e.Message, e);
        }

        RejectHeader = _dialect.HasHeader ? Line(names.Select(n => (n, false))) : "";
    }

    /// <inheritdoc/>
    public override string RejectHeader { get; }

    /// <inheritdoc/>
    public override bool Skip() => _reader.Read();

    /// <inheritdoc/>
    public override ImportRow? Next()
    {
        LastRaw = null;
        if (!_reader.Read())
            return null;
        IReadOnlyList<CsvField> fields = _reader.Fields;
        LastRaw = KeepsRaw ? Line(fields.Select(f => (f.Text.ToString(), f.IsQuoted))) : null;
        if (fields.Count != _fields.Length)
            throw new ImportException(File, _reader.RecordLine, 0, $"there are {fields.Count} fields, and {_fields.Length} are expected.");
        ImportRow row = new(Columns.Length) { Line = _reader.RecordLine, Raw = LastRaw };
        for (int i = 0; i < fields.Count; i++)
        {
            CsvField field = fields[i];
            try
            {
                Set(row, _fields[i], (type, output) => Read(field, type, output), () => field.Text.ToString(), IsNull(field, _fields[i]));
            }
            catch (CqliteException e)
            {
                throw new ImportException(File, field.Line, field.Column, $"{NameOf(_fields[i])}: {e.Message}", e);
            }
        }

        return row;
    }

    private string NameOf(ImportField field) => $"{Columns[field.Column].Name} {Columns[field.Column].Type.Unreversed.Name}";

    // What stands in quotes is a value, but a number of no letters is none.
    private bool IsNull(in CsvField field, ImportField target) => field.IsQuoted
        ? field.Text.IsEmpty && target.Column >= 0 && !ExactText.IsText(Columns[target.Column].Type)
        : field.Text.Span.SequenceEqual(_dialect.NullText);

    private static void Read(in CsvField field, CqlType type, BufferWriter output) => ExactText.Read(field.Text.Span, type, output);

    private string Line(IEnumerable<(string Text, bool IsQuoted)> fields)
    {
        StringBuilder line = new();
        foreach ((string text, bool isQuoted) in fields)
        {
            if (line.Length > 0)
                line.Append(_dialect.Delimiter);
            if (!isQuoted && text.AsSpan().IndexOfAny([_dialect.Delimiter, _dialect.Quote, _dialect.Escape]) < 0)
            {
                line.Append(text);
                continue;
            }

            line.Append(_dialect.Quote);
            foreach (char c in text)
            {
                if (c == _dialect.Quote || c == _dialect.Escape)
                    line.Append(_dialect.Escape);
                line.Append(c);
            }

            line.Append(_dialect.Quote);
        }

        return line.Append("\r\n").ToString();
    }
}

/// <summary>The rows of JSON: of an array, or a line each.</summary>
internal sealed class JsonRowSource(Stream input, ColumnMetadata[] columns, string file, ImportOptions options) : RowSource(columns, file, options)
{
    private readonly JsonRowReader _reader = new(input, file);
    private readonly Dictionary<string, ImportField> _fields = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Skip() => _reader.Read();

    /// <inheritdoc/>
    public override ImportRow? Next()
    {
        LastRaw = null;
        if (!_reader.Read())
            return null;
        LastRaw = KeepsRaw ? System.Text.Encoding.UTF8.GetString(_reader.Raw.Span).ReplaceLineEndings(" ") + "\n" : null;
        ImportRow row = new(Columns.Length) { Line = _reader.RowLine, Raw = LastRaw };
        foreach (JsonProperty property in _reader.Row.EnumerateObject())
        {
            try
            {
                if (!_fields.TryGetValue(property.Name, out ImportField field))
                    _fields.Add(property.Name, field = FieldOf(property.Name));
                JsonElement value = property.Value;
                Set(row, field, (type, output) => ExactJson.Read(value, type, output), value.GetRawText, value.ValueKind == JsonValueKind.Null);
            }
            catch (CqliteException e)
            {
                throw new ImportException(File, _reader.RowLine, 0, $"{property.Name}: {e.Message}", e);
            }
        }

        return row;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _reader.Dispose();
        base.Dispose(disposing);
    }
}
