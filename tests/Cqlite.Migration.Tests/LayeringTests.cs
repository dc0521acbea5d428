using System.Text.RegularExpressions;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests;

/// <summary>Holds the sources to the arrows that ARCHITECTURE.md draws.</summary>
public partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        ["Operands"] = [],
        ["Progress"] = [],
        ["Results"] = ["Operands", "Progress"],
        ["Clusters"] = ["Operands"],
        ["Databases"] = ["Operands"],
        ["Schemas"] = ["Operands"],
        ["Conversions"] = [],
        ["Ranges"] = ["Operands", "Progress", "Results"],
        ["Exports"] = ["Operands", "Progress", "Ranges", "Results", "Schemas"],
        ["Copies"] = ["Databases", "Operands", "Progress", "Ranges", "Results", "Schemas"],
        ["Imports"] = ["Copies", "Databases", "Exports", "Operands", "Progress", "Ranges", "Results", "Schemas"],
        ["Validation"] = ["Operands", "Progress", "Results"],
        ["Syncing"] = ["Operands", "Progress", "Results", "Schemas", "Validation"],
    };

    [Fact]
    public void Each_folder_uses_only_what_stands_below_it_and_is_a_namespace()
    {
        string root = Path.Combine(Repository.Root, "src", "Cqlite.Migration");
        Assert.Equal(s_mayUse.Keys.Order(StringComparer.Ordinal), Directory.GetDirectories(root).Select(d => Path.GetFileName(d)!).Where(n => n is not ("bin" or "obj")).Order(StringComparer.Ordinal));
        List<string> wrong = [];
        foreach ((string folder, string[] allowed) in s_mayUse)
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            {
                string text = CommentLine().Replace(File.ReadAllText(file), "");
                wrong.AddRange(OwnNamespace().Matches(text).Select(m => m.Groups[1].Value).Where(used => used != folder && !allowed.Contains(used)).Select(used => $"{file} uses {used}"));
                if (!text.Contains($"namespace Cqlite.Migration.{folder};", StringComparison.Ordinal))
                    wrong.Add($"{file} is not in the namespace of its folder");
                if (text.Contains("System.Management.Automation", StringComparison.Ordinal))
                    wrong.Add($"{file} uses PowerShell");
            }
        }

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"Cqlite\.Migration\.([A-Z][A-Za-z]+)")]
    private static partial Regex OwnNamespace();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex CommentLine();
}
