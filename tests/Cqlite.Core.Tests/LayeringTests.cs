using System.Text.RegularExpressions;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests;

/// <summary>Holds the sources to the arrows that ARCHITECTURE.md draws: each folder of the core uses only what stands below it.</summary>
public partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        ["Errors"] = [],
        ["Encoding"] = ["Errors"],
        ["Files"] = ["Errors"],
        ["Compression"] = ["Encoding", "Errors"],
        ["Types"] = ["Encoding", "Errors"],
        ["Schema"] = ["Types", "Encoding", "Errors"],
        ["Rows"] = ["Schema", "Types", "Encoding", "Errors"],
        ["SSTables"] = ["Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Inspection"] = ["SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Rewriting"] = ["SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Engine"] = ["Rewriting", "Inspection", "SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Cql"] = ["Errors"],
        ["Query"] = ["Cql", "Engine", "Rewriting", "SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Transfer"] = ["Query", "Cql", "Engine", "Rewriting", "SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
    };

    [Fact]
    public void Every_folder_of_the_core_has_its_place()
    {
        string[] folders = [.. Directory.GetDirectories(CorePath()).Select(d => Path.GetFileName(d)!).Where(n => n is not ("bin" or "obj")).Order(StringComparer.Ordinal)];
        Assert.Equal(s_mayUse.Keys.Order(StringComparer.Ordinal), folders);
    }

    [Fact]
    public void No_folder_uses_what_stands_above_it()
    {
        List<string> wrong = [];
        foreach ((string folder, string[] allowed) in s_mayUse)
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(CorePath(), folder), "*.cs", SearchOption.AllDirectories))
            {
                string text = CommentLine().Replace(File.ReadAllText(file), "");
                foreach (Match match in CoreNamespace().Matches(text))
                {
                    string used = match.Groups[1].Value;
                    if (used != folder && s_mayUse.ContainsKey(used) && !allowed.Contains(used))
                        wrong.Add($"{Path.GetRelativePath(CorePath(), file)} uses {used}");
                }

                if (text.Contains("System.Net.Sockets", StringComparison.Ordinal) || text.Contains("System.Management.Automation", StringComparison.Ordinal))
                    wrong.Add($"{Path.GetRelativePath(CorePath(), file)} uses sockets or PowerShell");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(CorePath(), "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(CorePath(), Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            string expected = $"namespace Cqlite.Core.{folder};";
            if (Namespace().Match(File.ReadAllText(file)) is { Success: true } found && found.Value.Trim() != expected)
                wrong.Add($"{Path.GetRelativePath(CorePath(), file)}: {found.Value.Trim()}");
        }

        Assert.Empty(wrong);
    }

    private static string CorePath() => Path.Combine(Repository.Root, "src", "Cqlite.Core");

    [GeneratedRegex(@"Cqlite\.Core\.([A-Z][A-Za-z]+)")]
    private static partial Regex CoreNamespace();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex CommentLine();

    [GeneratedRegex(@"^namespace [\w.]+;", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
