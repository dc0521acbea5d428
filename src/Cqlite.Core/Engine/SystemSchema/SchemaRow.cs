using System.Buffers.Binary;
using System.Text;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>A live row of one of system_schema's tables: serialized values by column name, key columns included; null values are absent.</summary>
/// <param name="Table">The table, such as <c>columns</c>.</param>
/// <param name="Values">The values.</param>
internal sealed record SchemaRow(string Table, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Values)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Whether the column has a value.</summary>
    public bool Has(string column) => Values.ContainsKey(column);

    /// <summary>A text that must be there.</summary>
    public string Text(string column) => TextOrNull(column) ?? throw Missing(column);

    /// <summary>A text, or null.</summary>
    public string? TextOrNull(string column) => Values.TryGetValue(column, out ReadOnlyMemory<byte> value) ? Utf8.GetString(value.Span) : null;

    /// <summary>An int, or another value when it is null.</summary>
    public int Int32(string column, int absent) =>
        Values.TryGetValue(column, out ReadOnlyMemory<byte> value) ? BinaryPrimitives.ReadInt32BigEndian(Sized(column, value, 4)) : absent;

    /// <summary>A double, or null.</summary>
    public double? Double(string column) =>
        Values.TryGetValue(column, out ReadOnlyMemory<byte> value) ? BinaryPrimitives.ReadDoubleBigEndian(Sized(column, value, 8)) : null;

    /// <summary>A timestamp that must be there, in milliseconds since 1970.</summary>
    public long TimestampMillis(string column) =>
        Values.TryGetValue(column, out ReadOnlyMemory<byte> value) ? BinaryPrimitives.ReadInt64BigEndian(Sized(column, value, 8)) : throw Missing(column);

    /// <summary>A Boolean, or another value when it is null.</summary>
    public bool Boolean(string column, bool absent) =>
        Values.TryGetValue(column, out ReadOnlyMemory<byte> value) ? Sized(column, value, 1)[0] != 0 : absent;

    /// <summary>A UUID that must be there.</summary>
    public Guid Uuid(string column) =>
        Values.TryGetValue(column, out ReadOnlyMemory<byte> value) ? new Guid(Sized(column, value, 16), bigEndian: true) : throw Missing(column);

    /// <summary>A frozen list or set of text; empty for null.</summary>
    public IReadOnlyList<string> Texts(string column) => [.. Elements(column).Select(element => Utf8.GetString(element.Span))];

    /// <summary>A frozen list of Booleans; empty for null.</summary>
    public IReadOnlyList<bool> Booleans(string column) => [.. Elements(column).Select(element => Sized(column, element, 1)[0] != 0)];

    /// <summary>A frozen map of text to text; empty for null.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string column)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, byte[] value) in BlobMap(column))
            map[name] = Utf8.GetString(value);
        return map;
    }

    /// <summary>A frozen map of text to blob; empty for null.</summary>
    public IReadOnlyDictionary<string, byte[]> BlobMap(string column)
    {
        var map = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (!Values.TryGetValue(column, out ReadOnlyMemory<byte> value) || value.IsEmpty)
            return map;
        SpanReader reader = Reader(column, value);
        int count = reader.CheckCount(reader.ReadInt32(), 8);
        for (int i = 0; i < count; i++)
        {
            string name = Utf8.GetString(reader.ReadIntBytes());
            map[name] = reader.ReadIntBytes().ToArray();
        }

        return map;
    }

    private List<ReadOnlyMemory<byte>> Elements(string column)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        if (!Values.TryGetValue(column, out ReadOnlyMemory<byte> value) || value.IsEmpty)
            return elements;
        SpanReader reader = Reader(column, value);
        int count = reader.CheckCount(reader.ReadInt32(), 4);
        for (int i = 0; i < count; i++)
        {
            int length = reader.ReadIntBytes().Length;
            elements.Add(value.Slice(reader.Position - length, length));
        }

        return elements;
    }

    private SpanReader Reader(string column, ReadOnlyMemory<byte> value) => new(value.Span, $"system_schema.{Table}.{column}");

    private ReadOnlySpan<byte> Sized(string column, ReadOnlyMemory<byte> value, int length) => value.Length == length
        ? value.Span
        : throw new CorruptDataException($"system_schema.{Table}.{column}", 0, $"a value of {length} bytes was expected, {value.Length} bytes were found.");

    private CorruptDataException Missing(string column) => new($"system_schema.{Table}", 0, $"a row has no value in column {column}.");
}
