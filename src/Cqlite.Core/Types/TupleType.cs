using System.Collections;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>tuple</c>: fields by position; always frozen.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/TupleType.java, serializers/TupleSerializer.java.</remarks>
internal sealed class TupleType : FieldedType
{
    /// <summary>Creates a tuple type; its fields are frozen.</summary>
    public TupleType(IEnumerable<CqlType> fields)
        : base([.. fields.Select(f => f.Freeze())])
    {
        Name = $"frozen<tuple<{string.Join(", ", Fields.Select(f => f.Name))}>>";
        ClassName = $"{NativeType.Package}TupleType({string.Join(',', Fields.Select(f => f.ClassNameWithoutFreezing))})";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ClassName { get; }

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new TupleType(Fields.Select(f => f.WithDialect(dialect)));

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < Fields.Count; i++)
        {
            if (value.IsEmpty)
                return;
            if (value.Length < 4)
                MarshalError.Throw($"Not enough bytes to read size of {i}th component");
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(value);
            value = value[4..];
            if (length < 0)
                continue;
            if (value.Length < length)
                MarshalError.Throw($"Not enough bytes to read {i}th component");
            Fields[i].Validate(value[..length]);
            value = value[length..];
        }

        if (!value.IsEmpty)
            MarshalError.Throw("Invalid remaining data after end of tuple value");
    }

    /// <inheritdoc/>
    public override object Decode(ReadOnlySpan<byte> value) => new CqlTuple(DecodeFields(value));

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is string or byte[] or IDictionary || value is not IEnumerable items)
        {
            MarshalError.ThrowObject(this, value);
            return;
        }

        int i = 0;
        foreach (object? item in items)
        {
            if (i == Fields.Count)
                MarshalError.Throw($"Tuple contains extra items (expected {Fields.Count})");
            EncodeField(i++, item, output);
        }
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        value = JavaJson.Unwrap(value);
        if (value.ValueKind != JsonValueKind.Array)
            MarshalError.Throw($"Expected a list representation of a tuple, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
        int count = value.GetArrayLength();
        if (count != Fields.Count)
            MarshalError.Throw($"Tuple {(count > Fields.Count ? "contains extra" : "is missing")} items (expected {Fields.Count}): {JavaJson.TextOf(value)}");
        for (int i = 0; i < count; i++)
        {
            if (value[i].ValueKind == JsonValueKind.Null)
            {
                output.WriteInt32(-1);
                continue;
            }

            int length = output.Length;
            output.WriteInt32(0);
            Fields[i].ParseJson(value[i], output);
            PatchLength(length, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'(');
        WriteLiterals(value, names: null, output);
        output.WriteByte((byte)')');
    }

    /// <summary>Writes all fields; Cassandra fails on a value that lacks some, which are null here.</summary>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'[');
        WriteJsonFields(value, names: null, output);
        output.WriteByte((byte)']');
    }
}
