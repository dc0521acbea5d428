using System.Runtime.InteropServices;
using System.Text.Json;
using Cqlite.Core.Errors;

namespace Cqlite.Migration.Reports;

/// <summary>Counts the writes of a reject file by table and reason. Their values stay out of reports: they are whole rows.</summary>
internal static class RejectReader
{
    private const int MostGroups = 200;

    /// <summary>Counts.</summary>
    /// <exception cref="CorruptDataException">A line is no refused write.</exception>
    public static RejectSummary Read(IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> lines, string path)
    {
        Dictionary<(string Table, string Reason), (long Count, string Statement)> groups = [];
        long count = 0;
        foreach ((int number, ReadOnlyMemory<byte> line) in lines)
        {
            (string table, string reason, string statement) = Parse(line, number, path);
            ref (long Count, string Statement) group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, (table, reason), out bool isKnown);
            group = (group.Count + 1, isKnown ? group.Statement : statement);
            count++;
        }

        return new RejectSummary
        {
            Count = count,
            GroupCount = groups.Count,
            Groups = [.. groups.Select(g => new RejectGroup(g.Key.Table, g.Key.Reason, g.Value.Count, g.Value.Statement)).OrderByDescending(g => g.Count).ThenBy(g => g.Table, StringComparer.Ordinal).Take(MostGroups)],
        };
    }

    private static (string Table, string Reason, string Statement) Parse(ReadOnlyMemory<byte> line, int number, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return (Text(root, "table"), Text(root, "reason"), Text(root, "cql"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CorruptDataException(path, -1, $"line {number} is no refused write: {e.Message}", e);
        }
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null.");
}
