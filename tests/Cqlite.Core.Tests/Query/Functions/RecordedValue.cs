using System.Text;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>Prints values as the recorded scripts do.</summary>
internal static class RecordedValue
{
    /// <summary>A value that is not null.</summary>
    public static string Print(CqlType type, ReadOnlySpan<byte> value)
    {
        type = type.Unreversed;
        if (type.Equals(CqlTypes.LegacyTimeUuid))
            return $"0x{Convert.ToHexStringLower(value)}";
        if (value.IsEmpty && type is not (TextType or BlobType or VectorType))
            return "empty";
        switch (type)
        {
            case TextType:
                return $"'{Escape(System.Text.Encoding.UTF8.GetString(value)).Replace("'", "''", StringComparison.Ordinal)}'";
            case ListType list:
                return $"[{Elements(list.Elements, null, value)}]";
            case SetType set:
                return $"{{{Elements(set.Elements, null, value)}}}";
            case MapType map:
                return $"{{{Elements(map.Keys, map.Values, value)}}}";
            case VectorType { Elements: FloatType } vector:
                return $"[{string.Join(", ", Floats(vector, value))}]";
            case FieldedType fielded:
                return Fields(fielded, value);
            case DurationType:
                var duration = (CqlDuration)type.Decode(value)!;
                string text = (duration.Months == 0 ? "" : $"{duration.Months}mo") + (duration.Days == 0 ? "" : $"{duration.Days}d")
                    + (duration.Nanoseconds == 0 ? "" : $"{duration.Nanoseconds}ns");
                return text.Length == 0 ? "0ns" : text;
            case FloatType or DoubleType:
                return Floating(type, value);
            case TimestampType when ((CqlTimestamp)type.Decode(value)!).IsInDateTimeRange:
                return $"'{type.Decode(value)}'";
            case DateType when ((CqlDate)type.Decode(value)!).IsInDateOnlyRange:
                return $"'{type.Decode(value)}'";
            case DateType:
                return BitConverter.ToUInt32([value[3], value[2], value[1], value[0]]).ToString(null, null);
            case TimestampType:
                return ((CqlTimestamp)type.Decode(value)!).Milliseconds.ToString(null, null);
            case InetType:
                return $"'{new System.Net.IPAddress(value)}'";
            case IntType when value.Length != sizeof(int):
                return new System.Numerics.BigInteger(value, isBigEndian: true).ToString(null, null);
            case CounterType:
                return Literal(CqlTypes.BigInt, value);
            default:
                return Literal(type, value);
        }
    }

    private static string Literal(CqlType type, ReadOnlySpan<byte> value)
    {
        var output = new BufferWriter();
        type.WriteLiteral(value, output);
        return output.ToString();
    }

    private static string Floating(CqlType type, ReadOnlySpan<byte> value)
    {
        object number = type.Decode(value)!;
        string text = number is float single ? single.ToString("R", null) : ((double)number).ToString("R", null);
        text = text switch { "∞" => "Infinity", "-∞" => "-Infinity", _ => text };
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0 && number is float && int.Parse(text.AsSpan(e + 1), null) is > 0 and < 16)
            return ((double)decimal.Parse(text, System.Globalization.NumberStyles.Float, null)).ToString("F1", null);
        if (e >= 0)
            return text.Replace("E", "e", StringComparison.Ordinal);
        return text.Contains('.', StringComparison.Ordinal) || !char.IsAsciiDigit(text[^1]) ? text : text + ".0";
    }

    private static List<string> Floats(VectorType type, ReadOnlySpan<byte> value)
    {
        var texts = new List<string>();
        for (; !value.IsEmpty; value = value[sizeof(float)..])
            texts.Add(Floating(type.Elements, value[..sizeof(float)]));
        return texts;
    }

    private static string Elements(CqlType first, CqlType? second, ReadOnlySpan<byte> value)
    {
        var texts = new List<string>();
        ElementReader reader = ElementReader.OfCollection(value, "collection", out int count);
        for (int i = 0; i < count; i++)
        {
            string element = reader.Read(out ReadOnlySpan<byte> bytes) ? Print(first, bytes) : "null";
            if (second is not null)
                element += ": " + (reader.Read(out bytes) ? Print(second, bytes) : "null");
            texts.Add(element);
        }

        return string.Join(", ", texts);
    }

    private static string Fields(FieldedType type, ReadOnlySpan<byte> value)
    {
        var texts = new List<string>();
        var reader = new ElementReader(value, "tuple");
        for (int i = 0; i < type.Fields.Count; i++)
        {
            string field = !reader.IsAtEnd && reader.Read(out ReadOnlySpan<byte> bytes) ? Print(type.Fields[i], bytes) : "null";
            texts.Add(type is UserType user ? $"{CqlIdentifier.Quote(user.FieldNames[i])}: {field}" : field);
        }

        return type is UserType ? $"{{{string.Join(", ", texts)}}}" : $"({string.Join(", ", texts)})";
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                < ' ' or (>= '\u007f' and <= '\u009f') => $"\\u{{{(int)c:x}}}",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
