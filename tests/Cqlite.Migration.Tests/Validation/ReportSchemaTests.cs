using System.Text.Json;
using Cqlite.Migration.Validation;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>Reports are as docs/validation-report.schema.json says: all that it requires, and nothing that it does not know.</summary>
public sealed class ReportSchemaTests
{
    [Fact]
    public async Task Reports_keep_to_their_schema()
    {
        using JsonDocument schema = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "validation-report.schema.json"), TestContext.Current.CancellationToken));
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = 1 AND c = 2");
        TwoDatabases.Run(both.Target, "ALTER TABLE k.t WITH gc_grace_seconds = 5");
        TwoDatabases.Run(both.Target, "CREATE TABLE k.other (p int PRIMARY KEY)");
        ValidationReport report = await both.ValidateAsync(new ValidationSettings
        {
            Checks = ValidationChecks.All,
            Performance = new PerformanceSettings(["SELECT v FROM k.t", "SELECT * FROM k.other"], both.Source, both.Target) { Iterations = 2 },
        });
        List<string> wrong = [];
        using JsonDocument sealed_ = JsonDocument.Parse(report.Seal().ToJson());
        Check(sealed_.RootElement, schema.RootElement, "$", wrong);
        Assert.Empty(wrong);
    }

    private static void Check(JsonElement value, JsonElement schema, string path, List<string> wrong)
    {
        if (schema.TryGetProperty("enum", out JsonElement names) && !names.EnumerateArray().Any(n => n.GetString() == value.GetString()))
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
