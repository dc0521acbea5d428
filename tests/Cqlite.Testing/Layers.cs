using System.Text.RegularExpressions;

namespace Cqlite.Testing;

/// <summary>Holds the folders of a project to the arrows that ARCHITECTURE.md draws.</summary>
/// <param name="project">The project's name, which is its namespace.</param>
/// <param name="mayUse">What each of its folders may use of the others.</param>
public sealed partial class Layers(string project, IReadOnlyDictionary<string, string[]> mayUse)
{
    /// <summary>What is not as drawn, in words; empty where all is.</summary>
    /// <param name="isForbidden">Says of a folder and a text what no file of it may contain; null where the text is free of it.</param>
    public IReadOnlyList<string> Wrong(Func<string, string, string?> isForbidden)
    {
        string root = Path.Combine(Repository.Root, "src", project);
        Regex own = new(Regex.Escape(project) + @"\.([A-Z][A-Za-z]+)");
        string[] folders = [.. Directory.GetDirectories(root).Select(d => Path.GetFileName(d)!).Where(n => n is not ("bin" or "obj"))];
        List<string> wrong = [.. folders.Except(mayUse.Keys, StringComparer.Ordinal).Select(f => $"{f} is in no list"), .. mayUse.Keys.Except(folders, StringComparer.Ordinal).Select(f => $"{f} is no folder")];
        foreach ((string folder, string file) in folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(root, f), "*.cs", SearchOption.AllDirectories).Select(file => (f, file))))
        {
            string text = CommentLine().Replace(File.ReadAllText(file), "");
            string[] allowed = mayUse.GetValueOrDefault(folder, []);
            wrong.AddRange(own.Matches(text).Select(m => m.Groups[1].Value).Where(used => used != folder && folders.Contains(used, StringComparer.Ordinal) && !allowed.Contains(used, StringComparer.Ordinal)).Select(used => $"{file} uses {used}"));
            string path = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            if (Namespace().Match(text) is { Success: true } found && found.Groups[1].Value != $"{project}.{path}")
                wrong.Add($"{file} is in {found.Groups[1].Value}");
            if (isForbidden(folder, text) is { } forbidden)
                wrong.Add($"{file} uses {forbidden}");
        }

        return wrong;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex CommentLine();
}
