using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>Holds documents to the schemas in docs, as far as these go: kinds, names, what is required, and nothing that is not known.</summary>
public static class JsonSchema
{
    /// <summary>What a document has that the schema of that name in docs, such as <c>sync-report</c>, does not allow.</summary>
    public static IReadOnlyList<string> Violations(JsonElement document, string name)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", $"{name}.schema.json")));
        return Violations(document, schema.RootElement);
    }

    /// <summary>What a document has that its schema does not allow.</summary>
    public static IReadOnlyList<string> Violations(JsonElement document, JsonElement schema)
    {
        List<string> wrong = [];
        Check(document, schema, "$", wrong);
        return wrong;
    }

    private static void Check(JsonElement value, JsonElement schema, string path, List<string> wrong)
    {
        if (schema.TryGetProperty("enum", out JsonElement names) && !names.EnumerateArray().Any(n => n.GetString() == value.GetString()))
            wrong.Add($"{path} is {value}");
        if (schema.TryGetProperty("const", out JsonElement only) && only.ToString() != value.ToString())
            wrong.Add($"{path} is {value}");
        if (schema.TryGetProperty("type", out JsonElement type) && !AsList(type).Any(t => IsOf(value, t)))
            wrong.Add($"{path} is of kind {value.ValueKind}");
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            foreach (JsonElement item in value.EnumerateArray())
                Check(item, items, path + "[]", wrong);
        }

        if (value.ValueKind != JsonValueKind.Object)
            return;
        JsonElement properties = schema.GetProperty("properties");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (properties.TryGetProperty(property.Name, out JsonElement known))
                Check(property.Value, known, $"{path}.{property.Name}", wrong);
            else
                wrong.Add($"{path} has a {property.Name}");
        }

        wrong.AddRange(AsList(schema.GetProperty("required")).Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path} has no {name}"));
    }

    private static IEnumerable<string> AsList(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().Select(e => e.GetString() ?? "") : [element.GetString() ?? ""];

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };
}
