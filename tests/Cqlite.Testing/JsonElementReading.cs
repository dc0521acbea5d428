using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>Reads members of the recorded JSON; an absent member and <c>null</c> are the same there.</summary>
internal static class JsonElementReading
{
    public static string Text(this JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidDataException($"\"{name}\" is null in {element.GetRawText()}.");

    public static string? TextOrNull(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static long? Int64OrNull(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetInt64() : null;

    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? [.. value.EnumerateArray().Select(item => item.GetString() ?? "")]
            : [];
}
