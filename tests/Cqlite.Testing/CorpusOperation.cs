using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>One step of a keyspace's making.</summary>
/// <param name="Cql">The statement; null for an administrative step.</param>
/// <param name="Binds">The values bound to its <c>?</c> markers: null for null, no bytes for a zero-length value; null when none were bound.</param>
/// <param name="Error">The error that the node refused it with; such a statement had no effect.</param>
/// <param name="Message">That error's message.</param>
/// <param name="Admin">flush, compact, or a remark such as where the unflushed writes begin; null for a statement.</param>
/// <param name="Tables">The tables that the administrative step was for; none means all of the keyspace.</param>
public sealed record CorpusOperation(
    string? Cql, IReadOnlyList<byte[]?>? Binds, string? Error, string? Message, string? Admin, IReadOnlyList<string> Tables)
{
    internal static IEnumerable<CorpusOperation> ReadFile(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            yield return FromJson(document.RootElement);
        }
    }

    private static CorpusOperation FromJson(JsonElement step) => new(
        step.TextOrNull("cql"),
        step.TryGetProperty("hex", out var hex)
            ? [.. hex.EnumerateArray().Select(value => value.GetString() is { } text ? Convert.FromHexString(text) : null)]
            : null,
        step.TextOrNull("error"),
        step.TextOrNull("message"),
        step.TextOrNull("admin"),
        step.Texts("tables"));
}
