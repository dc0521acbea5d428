using System.Text.Json;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Query.Modification;

/// <summary>Reads the text of INSERT JSON, in which what follows the object does not count.</summary>
internal static class JsonText
{
    // As deep as Cassandra's reader goes.
    private const int MaxDepth = 1000;

    /// <summary>Parses an object.</summary>
    /// <exception cref="InvalidQueryException">The text does not begin with one.</exception>
    public static JsonDocument Parse(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth, AllowTrailingCommas = false, AllowMultipleValues = true });
        JsonDocument document;
        try
        {
            document = JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            throw Undecodable(text, JacksonError.Describe(text));
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        using (document)
        {
            throw document.RootElement.ValueKind == JsonValueKind.Null
                ? new InvalidQueryException("Got null for INSERT JSON values")
                : Undecodable(text, JacksonError.DescribeNoObject(text, document.RootElement));
        }
    }

    private static InvalidQueryException Undecodable(string text, string error) =>
        new($"Could not decode JSON string as a map: {error}. (String was: {text})");
}
