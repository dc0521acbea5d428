using System.Text;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>How a parsed JSON value looks to Cassandra: the Java class that Jackson makes of it, and its <c>toString</c>. Both show in error messages.</summary>
internal static class JavaJson
{
    /// <summary>Simple name of the Java class.</summary>
    public static string ClassOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "String",
        JsonValueKind.True or JsonValueKind.False => "Boolean",
        JsonValueKind.Array => "ArrayList",
        JsonValueKind.Object => "LinkedHashMap",
        JsonValueKind.Number => !IsInteger(value) ? "Double" : value.TryGetInt32(out _) ? "Integer" : value.TryGetInt64(out _) ? "Long" : "BigInteger",
        _ => "null",
    };

    /// <summary>Whether a JSON number is written without fraction and exponent.</summary>
    public static bool IsInteger(JsonElement value) => value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    /// <summary>What <c>toString</c> gives.</summary>
    public static string TextOf(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString()!;
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            case JsonValueKind.Number:
                if (IsInteger(value))
                {
                    string raw = value.GetRawText();
                    return raw == "-0" ? "0" : raw;
                }

                BufferWriter number = new(32);
                JavaFloat.Write(value.GetDouble(), number);
                return number.ToString();
            case JsonValueKind.Array:
                return "[" + string.Join(", ", value.EnumerateArray().Select(TextOf)) + "]";
            case JsonValueKind.Object:
                StringBuilder text = new("{");
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    if (text.Length > 1)
                        text.Append(", ");
                    text.Append(property.Name).Append('=').Append(TextOf(property.Value));
                }

                return text.Append('}').ToString();
            default:
                return "null";
        }
    }

    /// <summary>A value that may stand as such or as a string that holds JSON text, as collections may.</summary>
    public static JsonElement Unwrap(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return value;
        string text = value.GetString()!;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            MarshalError.Throw("Error decoding JSON string: " + e.Message);
            return default;
        }
    }
}
