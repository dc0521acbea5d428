using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests;

/// <summary>Cases told in a text file beside the tests: a comment that names the case, its input, a line <c>---</c>, the expected output, a blank line.</summary>
internal static class Script
{
    internal sealed record Case(string Path, string Name, IReadOnlyList<string> Input, string Expected);

    /// <summary>The cases of a file, given relative to the project's folder. The file's head, a comment of its own, is passed over.</summary>
    public static IReadOnlyList<Case> Read(string path)
    {
        string full = System.IO.Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", path);
        string[] blocks = File.ReadAllText(full).ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var cases = new List<Case>();
        foreach (string block in blocks)
        {
            string[] lines = [.. block.Split('\n').Where(l => l.Length > 0)];
            int end = Array.IndexOf(lines, "---");
            if (end < 0)
                continue;
            string name = string.Join(' ', lines.TakeWhile(l => l.StartsWith('#')).Select(l => l.TrimStart('#', ' ')));
            string[] input = [.. lines[..end].Where(l => !l.StartsWith('#'))];
            cases.Add(new Case(full, name, input, string.Join('\n', lines[(end + 1)..])));
        }

        return cases;
    }

    /// <summary>Compares, or with CQLITE_RENEW=1 in the environment rewrites the file.</summary>
    public static void Check(Case found, string actual)
    {
        if (Environment.GetEnvironmentVariable("CQLITE_RENEW") == "1" && actual != found.Expected)
        {
            string text = File.ReadAllText(found.Path);
            string before = $"{string.Join('\n', found.Input)}\n---\n{found.Expected}";
            File.WriteAllText(found.Path, text.Replace(before, $"{string.Join('\n', found.Input)}\n---\n{actual}", StringComparison.Ordinal));
            return;
        }

        Assert.Equal(found.Expected, actual);
    }
}
