using System.Buffers.Binary;
using System.Text.Json;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>
/// JSON values that give the very same bytes when they are read again: as Cassandra's <c>toJson</c> has them, and where that would lose something
/// (JSON has no NaN, no empty number), a string: <c>"NaN"</c>, or <c>"0x..."</c> with the hex of the serialized form.
/// </summary>
internal static class ExactJson
{
    /// <summary>Appends a value, which is not null.</summary>
    public static void Write(CqlType type, ReadOnlySpan<byte> value, BufferWriter output)
    {
        type = type.Unreversed;
        int start = output.Length;
        if (ExactText.IsExact(type, value) && IsFinite(type, value))
        {
            type.WriteJson(value, output);
            return;
        }

        if (type is FloatType or DoubleType && ExactText.IsExact(type, value))
        {
            output.WriteByte((byte)'"');
            type.WriteText(value, output);
            output.WriteByte((byte)'"');
            return;
        }

        type.WriteJson(value, output);
        if (IsReadAgain(output.WrittenMemory[start..], type, value))
            return;
        output.Truncate(start);
        output.Write("\"0x"u8);
        Hex.Write(value, output);
        output.WriteByte((byte)'"');
    }

    /// <summary>Appends the bytes of a JSON value other than null.</summary>
    /// <exception cref="InvalidQueryException">The value is not one of the type.</exception>
    public static void Read(JsonElement value, CqlType type, BufferWriter output)
    {
        type = type.Unreversed;
        if (value.ValueKind == JsonValueKind.String && !ExactText.IsText(type))
        {
            string text = value.GetString()!;
            if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || type is FloatType or DoubleType or CounterType)
            {
                ExactText.Read(text, type, output);
                return;
            }
        }

        if (type is CounterType)
            CqlTypes.BigInt.ParseJson(value, output);
        else
            type.ParseJson(value, output);
    }

    private static bool IsFinite(CqlType type, ReadOnlySpan<byte> value) => type switch
    {
        FloatType => float.IsFinite(BinaryPrimitives.ReadSingleBigEndian(value)),
        DoubleType => double.IsFinite(BinaryPrimitives.ReadDoubleBigEndian(value)),
        _ => true,
    };

    private static bool IsReadAgain(ReadOnlyMemory<byte> json, CqlType type, ReadOnlySpan<byte> value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null)
                return false;
            BufferWriter read = new(value.Length + 16);
            Read(document.RootElement, type, read);
            return value.SequenceEqual(read.WrittenSpan);
        }
        catch (CqliteException)
        {
            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
