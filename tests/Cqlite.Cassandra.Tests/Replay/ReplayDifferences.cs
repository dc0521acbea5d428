using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests.Replay;

/// <summary>
/// The reviewed list of answers that are not the node's, each below the reason, which is a comment: ids, facts of the host and times by their columns; single
/// answers by their record.
/// </summary>
/// <remarks>
/// <code>
/// # the reason
/// column system.local.host_id      values of this column, wherever they are read
/// auth-v4 @32                      the answer that is record 32 of a conversation, or its rows
/// handshake-311-v3 *               a whole conversation, which is still played to its end
/// </code>
/// </remarks>
internal sealed class ReplayDifferences
{
    private const string OfColumn = "column ";
    private readonly HashSet<string> _columns = new(StringComparer.Ordinal);
    private readonly HashSet<string> _records = new(StringComparer.Ordinal);

    private ReplayDifferences()
    {
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "tests", "Cqlite.Cassandra.Tests", "Replay", "Differences.txt")))
        {
            if (line.StartsWith(OfColumn, StringComparison.Ordinal))
                _ = _columns.Add(line[OfColumn.Length..]);
            else if (line.Length > 0 && line[0] != '#')
                _ = _records.Add(line);
        }
    }

    /// <summary>The list.</summary>
    public static ReplayDifferences Known { get; } = new();

    /// <summary>What is not as the list has it: differences that it lacks, and answers that agree and stand in it all the same; null where all is.</summary>
    public string? Compare(string conversation, IReadOnlyList<ReplayDifference> found)
    {
        if (_records.Contains($"{conversation} *"))
            return null;
        List<string> wrong = [.. found.Where(d => (d.Column is null || !_columns.Contains(d.Column)) && !_records.Contains($"{conversation} {Record(d)}")).Select(d => d.ToString())];
        HashSet<string> differing = [.. found.Select(d => $"{conversation} {Record(d)}")];
        wrong.AddRange(_records.Where(r => r.StartsWith($"{conversation} ", StringComparison.Ordinal) && !differing.Contains(r)).Select(r => $"{r} agrees now: take it off the list of differences"));
        return wrong.Count == 0 ? null : $"{wrong.Count} differences:\n{string.Join('\n', wrong)}";

        static string Record(ReplayDifference difference) => difference.Column is { } column ? difference.Place[..^(column.Length + 1)] : difference.Place;
    }
}
