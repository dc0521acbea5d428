using System.Text.Json;

namespace Cqlite.Core.Query.Functions;

/// <summary>Reads texts of JSON as Cassandra does: what follows the first value does not count.</summary>
internal static class JsonText
{
    /// <summary>How deep a value may be nested: as deep as Cassandra's reader goes.</summary>
    public const int MaxDepth = 1000;

    /// <summary>Parses a value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">Why it does not parse, in the words of Cassandra's reader; null where it does.</param>
    public static JsonDocument? TryParse(string text, out string? problem)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth, AllowTrailingCommas = false, AllowMultipleValues = true });
        try
        {
            problem = null;
            return JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            problem = JacksonError.Describe(text);
            return null;
        }
    }
}
