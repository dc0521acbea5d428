using System.Collections;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>A user type: fields by name. One that is not frozen is multi-cell: each field a cell, its path the field's number in two bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/UserType.java, serializers/UserTypeSerializer.java.</remarks>
internal sealed class UserType : FieldedType
{
    private readonly byte[][] _literalNames;
    private readonly byte[][] _jsonNames;

    /// <summary>Creates a user type.</summary>
    /// <param name="keyspace">The keyspace that it belongs to.</param>
    /// <param name="typeName">Its name.</param>
    /// <param name="fieldNames">The fields' names.</param>
    /// <param name="fields">The fields' types.</param>
    /// <param name="isMultiCell">Whether each field is a cell of its own: false for a frozen one.</param>
    public UserType(string keyspace, string typeName, IReadOnlyList<string> fieldNames, IReadOnlyList<CqlType> fields, bool isMultiCell)
        : base(fields)
    {
        if (fieldNames.Count != fields.Count)
            throw new ArgumentException($"{fields.Count} types for {fieldNames.Count} names.", nameof(fields));

        Keyspace = keyspace;
        TypeName = typeName;
        FieldNames = fieldNames;
        IsMultiCell = isMultiCell;
        string quoted = CqlIdentifier.Quote(typeName);
        Name = isMultiCell ? quoted : $"frozen<{quoted}>";
        string head = $"{NativeType.Package}UserType({keyspace},{HexOf(typeName)}";
        string bare = head + string.Concat(Enumerable.Range(0, fields.Count).Select(i => $",{HexOf(fieldNames[i])}:{fields[i].ClassNameWithoutFreezing}")) + ")";
        string full = head + string.Concat(Enumerable.Range(0, fields.Count).Select(i => $",{HexOf(fieldNames[i])}:{fields[i].ClassName}")) + ")";
        ClassNameWithoutFreezing = bare;
        ClassName = isMultiCell ? full : $"{NativeType.Package}FrozenType({bare})";
        _literalNames = [.. fieldNames.Select(n => System.Text.Encoding.UTF8.GetBytes(CqlIdentifier.Quote(n) + ": "))];
        _jsonNames = [.. fieldNames.Select(JsonName)];
    }

    /// <summary>The keyspace that the type belongs to.</summary>
    public string Keyspace { get; }

    /// <summary>The type's name, without quotes.</summary>
    public string TypeName { get; }

    /// <summary>The fields' names, without quotes.</summary>
    public IReadOnlyList<string> FieldNames { get; }

    /// <summary>The number of a field; -1 if there is none of the name.</summary>
    public int IndexOf(string fieldName)
    {
        for (int i = 0; i < FieldNames.Count; i++)
        {
            if (string.Equals(FieldNames[i], fieldName, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ClassName { get; }

    /// <inheritdoc/>
    public override bool IsMultiCell { get; }

    /// <inheritdoc/>
    public override CqlType? PathType => IsMultiCell ? CqlTypes.SmallInt : null;

    /// <inheritdoc/>
    internal override string ClassNameWithoutFreezing { get; }

    /// <inheritdoc/>
    public override CqlType Freeze() => IsMultiCell ? new UserType(Keyspace, TypeName, FieldNames, Fields, false) : this;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new UserType(Keyspace, TypeName, FieldNames, [.. Fields.Select(f => f.WithDialect(dialect))], IsMultiCell);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < Fields.Count; i++)
        {
            if (value.IsEmpty)
                return;
            if (value.Length < 4)
                MarshalError.Throw($"Not enough bytes to read size of {i}th field {FieldNames[i]}");
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(value);
            value = value[4..];
            if (length < 0)
                continue;
            if (value.Length < length)
                MarshalError.Throw($"Not enough bytes to read {i}th field {FieldNames[i]}");
            ValidateField(i, value[..length]);
            value = value[length..];
        }

        if (!value.IsEmpty)
            MarshalError.Throw("Invalid remaining data after end of UDT value");
    }

    /// <inheritdoc/>
    public override object Decode(ReadOnlySpan<byte> value) => new CqlUdtValue(TypeName, FieldNames, DecodeFields(value));

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case CqlUdtValue udt:
                EncodeUdt(udt, output);
                break;
            case IDictionary dictionary:
                EncodeDictionary(dictionary, output);
                break;
            case CqlTuple tuple:
                if (tuple.Count > Fields.Count)
                    MarshalError.ThrowObject(this, value);
                for (int i = 0; i < tuple.Count; i++)
                    EncodeField(i, tuple[i], output);
                break;
            default:
                MarshalError.ThrowObject(this, value);
                break;
        }
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        value = JavaJson.Unwrap(value);
        if (value.ValueKind != JsonValueKind.Object)
            MarshalError.Throw($"Expected a map, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");

        Dictionary<string, JsonElement> given = new(StringComparer.Ordinal);
        foreach (JsonProperty property in value.EnumerateObject())
            given[CqlIdentifier.FromJsonKey(property.Name)] = property.Value;
        foreach (string name in given.Keys)
        {
            if (!FieldNames.Contains(name, StringComparer.Ordinal))
                MarshalError.Throw($"Unknown field '{name}' in value of user defined type {TypeName}");
        }

        for (int i = 0; i < Fields.Count; i++)
        {
            if (!given.TryGetValue(FieldNames[i], out JsonElement field) || field.ValueKind == JsonValueKind.Null)
            {
                output.WriteInt32(-1);
                continue;
            }

            int length = output.Length;
            output.WriteInt32(0);
            Fields[i].ParseJson(field, output);
            PatchLength(length, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'{');
        WriteLiterals(value, _literalNames, output);
        output.WriteByte((byte)'}');
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'{');
        WriteJsonFields(value, _jsonNames, output);
        output.WriteByte((byte)'}');
    }

    private static string HexOf(string name) => Hex.Format(System.Text.Encoding.UTF8.GetBytes(name));

    private static byte[] JsonName(string name)
    {
        BufferWriter output = new(name.Length + 8);
        string lowered = name.ToLowerInvariant();
        string shown = string.Equals(name, lowered, StringComparison.Ordinal) ? name : $"\"{name}\"";
        JsonEscape.WriteQuoted(System.Text.Encoding.UTF8.GetBytes(shown), output);
        output.Write(": "u8);
        return output.ToArray();
    }

    private void ValidateField(int index, ReadOnlySpan<byte> field)
    {
        try
        {
            Fields[index].Validate(field);
        }
        catch (Errors.InvalidQueryException e)
        {
            MarshalError.Throw($"Failure validating the {index}th field {FieldNames[index]}; {e.Message}");
        }
    }

    private void EncodeUdt(CqlUdtValue udt, BufferWriter output)
    {
        if (udt.FieldNames.SequenceEqual(FieldNames, StringComparer.Ordinal))
        {
            for (int i = 0; i < udt.StoredFields; i++)
                EncodeField(i, udt[i], output);
            return;
        }

        foreach (string name in udt.FieldNames)
        {
            if (!FieldNames.Contains(name, StringComparer.Ordinal))
                MarshalError.Throw($"Unknown field '{name}' in value of user defined type {TypeName}");
        }

        for (int i = 0; i < Fields.Count; i++)
            EncodeField(i, udt[FieldNames[i]], output);
    }

    private void EncodeDictionary(IDictionary dictionary, BufferWriter output)
    {
        foreach (object key in dictionary.Keys)
        {
            if (key is not string name || !FieldNames.Contains(name, StringComparer.Ordinal))
                MarshalError.Throw($"Unknown field '{key}' in value of user defined type {TypeName}");
        }

        for (int i = 0; i < Fields.Count; i++)
            EncodeField(i, dictionary[FieldNames[i]], output);
    }
}
