using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>
/// The statements of a script that are known to be answered otherwise, from the file of the script's name in the folder Known: each below the reason, which
/// is a comment. CQLITE_RENEW=1 writes the files anew; what is new stands under <see cref="NoReason"/> until somebody has found it.
/// </summary>
internal sealed class KnownDifferences
{
    /// <summary>Stands above differences that nobody has looked at.</summary>
    private const string NoReason = "# Not looked at yet.";

    private readonly string _path;
    private readonly List<(string Reason, List<string> Keys)> _groups = [];

    private KnownDifferences(string path)
    {
        _path = path;
        if (!File.Exists(path))
            return;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith('#'))
                _groups.Add((line, []));
            else if (line.Length > 0)
                _groups[^1].Keys.Add(line);
        }
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", "Query", "Scripts", "Known");

    /// <summary>The list of a script; empty where it has none.</summary>
    public static KnownDifferences Of(CqlScript script) =>
        new(Path.Combine(Folder, Path.ChangeExtension(script.Path.Replace('/', '-'), "txt")));

    /// <summary>The differences of all scripts that nobody has looked at.</summary>
    public static IEnumerable<string> WithoutReason() =>
        Directory.EnumerateFiles(Folder, "*.txt").SelectMany(path => new KnownDifferences(path)._groups.Where(g => g.Reason == NoReason).SelectMany(g => g.Keys));

    /// <summary>What is not as the list has it: differences that it lacks, and statements that agree and stand in it all the same; null where all is.</summary>
    public string? Compare(CqlScript script, IReadOnlyList<ScriptDifference> found)
    {
        List<string> wrong = [.. found.Where(d => !Contains(d.Key)).Select(d => d.ToString())];
        wrong.AddRange(_groups.SelectMany(g => g.Keys).Except(found.Select(d => d.Key), StringComparer.Ordinal)
            .Select(key => $"{script}: {key}\n  agrees now: take it off the list of known differences."));
        return wrong.Count == 0 ? null : $"{wrong.Count} of {script.Statements.Count} statements:\n{string.Join('\n', wrong)}";
    }

    /// <summary>Writes the list anew: without what agrees now, with what is new at the end.</summary>
    public void Renew(IReadOnlyList<ScriptDifference> found)
    {
        HashSet<string> keys = [.. found.Select(d => d.Key)];
        List<string> added = [.. found.Select(d => d.Key).Where(key => !Contains(key))];
        if (added.Count > 0)
            _groups.Add((NoReason, added));
        List<string> lines = [];
        foreach ((string reason, List<string> listed) in _groups)
        {
            string[] left = [.. listed.Where(keys.Contains)];
            if (left.Length > 0)
                lines.AddRange([.. lines.Count > 0 ? [""] : Array.Empty<string>(), reason, .. left]);
        }

        if (lines.Count == 0)
            File.Delete(_path);
        else
            File.WriteAllText(_path, string.Join('\n', lines) + "\n");
    }

    private bool Contains(string key) => _groups.Exists(g => g.Keys.Contains(key));
}
