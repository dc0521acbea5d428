using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Functions;

namespace Cqlite.Core.Query.Modification;

/// <summary>Reads the text of INSERT JSON: an object.</summary>
internal static class JsonObjectText
{
    /// <summary>Parses an object.</summary>
    /// <exception cref="InvalidQueryException">The text does not begin with one.</exception>
    public static JsonDocument Parse(string text)
    {
        JsonDocument document = JsonText.TryParse(text, out string? problem) ?? throw Undecodable(text, problem!);
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
