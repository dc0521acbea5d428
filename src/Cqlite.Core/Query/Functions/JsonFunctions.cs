using System.Text.Json;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>to_json of every type, and from_json to the type that is wanted.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/{ToJsonFct,FromJsonFct}.java.</remarks>
internal static class JsonFunctions
{
    public static IEnumerable<FunctionFactory> Factories()
    {
        foreach (string name in new[] { "to_json", "tojson" })
            yield return new FunctionFactory(name, [new AnyParameter(false)], (types, _) => ToJson(name, types[0]));
        foreach (string name in new[] { "from_json", "fromjson" })
            yield return new FunctionFactory(name, [new FixedParameter("text", CqlTypes.Text)], (_, receiver) => FromJson(name, receiver));
    }

    private static ScalarFunction ToJson(string name, CqlType type) => new(
        name,
        (in a, output) =>
        {
            if (a.IsNull(0) || (a.First.IsEmpty && type.IsEmptyMeaningless))
                output.Write("null"u8);
            else
                type.WriteJson(a.First, output);
            return true;
        },
        CqlTypes.Text,
        type)
    {
        TakesNulls = true,
        IsMadeForCall = true,
    };

    private static ScalarFunction FromJson(string name, CqlType? receiver)
    {
        CqlType type = receiver?.Unreversed ?? throw new InvalidQueryException($"{name}() cannot be used in the selection clause of a SELECT statement");
        return new ScalarFunction(name, (in a, output) => Read(name, type, a.First, output), type, CqlTypes.Text) { IsMadeForCall = true };
    }

    private static bool Read(string name, CqlType type, ReadOnlySpan<byte> json, BufferWriter output)
    {
        string text = System.Text.Encoding.UTF8.GetString(json);
        using JsonDocument document = JsonText.TryParse(text, out string? problem) ?? throw Failed(name, $"Could not decode JSON string '{text}': {problem}");
        if (document.RootElement.ValueKind == JsonValueKind.Null)
            return false;
        try
        {
            type.ParseJson(document.RootElement, output);
            return true;
        }
        catch (InvalidQueryException error)
        {
            throw Failed(name, error.Message);
        }
    }

    private static InvalidQueryException Failed(string name, string problem) => new(
        $"execution of '{Function.System}.{name}[text]' failed: {problem}",
        new FailedFunction(Function.System, name, ["text"]));
}
