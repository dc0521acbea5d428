using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>Collects the cells of a row of a system table, serialized.</summary>
internal sealed class SchemaRowBuilder
{
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>?> _cells = new(StringComparer.Ordinal);

    /// <summary>The cells so far, by column; null for those that are null.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> Cells => _cells;

    /// <summary>The change of the row.</summary>
    public SchemaRowChange Build(string table, SchemaRowChangeKind kind, params ReadOnlySpan<string> clustering)
    {
        var values = new ReadOnlyMemory<byte>[clustering.Length];
        for (int i = 0; i < clustering.Length; i++)
            values[i] = Bytes(clustering[i]);
        return new SchemaRowChange(table, [.. values], kind, _cells);
    }

    /// <summary>The change of a row whose last clustering column is a list of types.</summary>
    public SchemaRowChange Build(string table, SchemaRowChangeKind kind, string name, IEnumerable<string> argumentTypes) =>
        new(table, [Bytes(name), List(argumentTypes)], kind, _cells);

    /// <summary>Adds a text, or a null.</summary>
    public SchemaRowBuilder Text(string column, string? value) => Add(column, value is null ? default(ReadOnlyMemory<byte>?) : Bytes(value));

    /// <summary>Adds a blob.</summary>
    public SchemaRowBuilder Blob(string column, ReadOnlyMemory<byte> value) => Add(column, value);

    /// <summary>Adds an int.</summary>
    public SchemaRowBuilder Int32(string column, int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return Add(column, bytes);
    }

    /// <summary>Adds a bigint.</summary>
    public SchemaRowBuilder Int64(string column, long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Add(column, bytes);
    }

    /// <summary>Adds an address.</summary>
    public SchemaRowBuilder Inet(string column, System.Net.IPAddress address) => Add(column, address.GetAddressBytes());

    /// <summary>Adds a timestamp, in milliseconds since 1970.</summary>
    public SchemaRowBuilder Timestamp(string column, long millis)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, millis);
        return Add(column, bytes);
    }

    /// <summary>Adds a double.</summary>
    public SchemaRowBuilder Double(string column, double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return Add(column, bytes);
    }

    /// <summary>Adds a Boolean.</summary>
    public SchemaRowBuilder Boolean(string column, bool value) => Add(column, new byte[] { value ? (byte)1 : (byte)0 });

    /// <summary>Adds a UUID.</summary>
    public SchemaRowBuilder Uuid(string column, Guid value) => Add(column, value.ToByteArray(bigEndian: true));

    /// <summary>Adds a frozen list of text.</summary>
    public SchemaRowBuilder Texts(string column, IEnumerable<string> values) => Add(column, List(values));

    /// <summary>Adds a frozen list of Booleans.</summary>
    public SchemaRowBuilder Booleans(string column, IReadOnlyCollection<bool> values)
    {
        var output = new BufferWriter();
        output.WriteInt32(values.Count);
        foreach (bool value in values)
            output.WriteIntBytes([value ? (byte)1 : (byte)0]);
        return Add(column, output.ToArray());
    }

    /// <summary>Adds a frozen map of text to text.</summary>
    public SchemaRowBuilder Map(string column, IEnumerable<KeyValuePair<string, string>> map) =>
        BlobMap(column, map.Select(pair => KeyValuePair.Create(pair.Key, Bytes(pair.Value))));

    /// <summary>Adds a frozen map of text to blob, sorted by key as a map's type sorts it.</summary>
    public SchemaRowBuilder BlobMap(string column, IEnumerable<KeyValuePair<string, byte[]>> map)
    {
        (byte[] Key, byte[] Value)[] pairs = [.. map.Select(pair => (Bytes(pair.Key), pair.Value))];
        Array.Sort(pairs, (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        var output = new BufferWriter();
        output.WriteInt32(pairs.Length);
        foreach ((byte[] key, byte[] value) in pairs)
        {
            output.WriteIntBytes(key);
            output.WriteIntBytes(value);
        }

        return Add(column, output.ToArray());
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] List(IEnumerable<string> values)
    {
        byte[][] elements = [.. values.Select(Bytes)];
        var output = new BufferWriter();
        output.WriteInt32(elements.Length);
        foreach (byte[] element in elements)
            output.WriteIntBytes(element);
        return output.ToArray();
    }

    private SchemaRowBuilder Add(string column, ReadOnlyMemory<byte>? value)
    {
        _cells.Add(column, value);
        return this;
    }
}
