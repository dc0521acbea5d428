using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>One round of a continuous validation, in short.</summary>
/// <param name="Round">Its number, from 0.</param>
/// <param name="DueAt">When it was to begin.</param>
/// <param name="Status">What it has found.</param>
internal sealed record WatchRound(long Round, DateTimeOffset DueAt, CheckStatus Status)
{
    /// <summary>Why a side could not be read; null where both were.</summary>
    public string? Message { get; init; }

    /// <summary>Rounds before this one that were left out, for the one before took too long.</summary>
    public long Skipped { get; init; }

    /// <summary>Rows that only the source has; null where none were compared.</summary>
    public long? MissingRows { get; init; }

    /// <summary>Rows that only the target has; null where none were compared.</summary>
    public long? ExtraRows { get; init; }

    /// <summary>Rows that differ; null where none were compared.</summary>
    public long? DifferentRows { get; init; }

    /// <summary>The first difference in words; null where there is none.</summary>
    public string? FirstDifference { get; init; }
}

/// <summary>Reads what <c>cqlite validate continuous --json</c> prints: an event a line. What else is among the events, such as alerts, is left aside.</summary>
/// <remarks><code>
/// {"event":"round","round":3,"dueAt":"...","skipped":0,"status":"Failed","message":null,...,"missingRows":1,"extraRows":0,"differentRows":2,...,"differences":["shop.orders MissingRow id = 5: ..."]}
/// </code></remarks>
internal static class WatchReader
{
    /// <summary>The rounds.</summary>
    /// <exception cref="CorruptDataException">A line is no round.</exception>
    public static IReadOnlyList<WatchRound> Read(IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> lines, string path)
    {
        List<WatchRound> rounds = [];
        foreach ((int number, ReadOnlyMemory<byte> line) in lines)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                JsonElement root = document.RootElement;
                if (root.TryGetProperty("event", out JsonElement name) && name.GetString() != "round")
                    continue;
                rounds.Add(Parse(root));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new CorruptDataException(path, -1, $"line {number} is not the round of a continuous validation: {e.Message}", e);
            }
        }

        return rounds;
    }

    private static WatchRound Parse(JsonElement root)
    {
        string status = root.GetProperty("status").GetString() ?? "";
        return new WatchRound(
            root.GetProperty("round").GetInt64(),
            root.GetProperty("dueAt").GetDateTimeOffset(),
            Enum.TryParse(status, out CheckStatus known) && Enum.IsDefined(known) ? known : throw new FormatException($"there is no status '{status}'."))
        {
            Message = Find(root, "message") is { } message ? message.GetString() : null,
            Skipped = Number(root, "skipped") ?? 0,
            MissingRows = Number(root, "missingRows"),
            ExtraRows = Number(root, "extraRows"),
            DifferentRows = Number(root, "differentRows"),
            FirstDifference = Find(root, "differences") is { } list && list.GetArrayLength() > 0 ? list[0].GetString() : null,
        };
    }

    private static long? Number(JsonElement root, string name) => Find(root, name)?.GetInt64();

    private static JsonElement? Find(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
