using Cqlite.Testing;

namespace Cqlite.Cli.Tests;

/// <summary>A folder of a test's own, deleted at its end.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("cqlite-cli-").FullName;

    /// <summary>A file in it, with a text.</summary>
    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A copy of a folder of fixtures, below it.</summary>
    public string Copy(string source, string name)
    {
        string target = System.IO.Path.Combine(Path, name);
        FixtureArchive.CopyFolder(source, target);
        return target;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FileInfo file in new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories))
            file.IsReadOnly = false;
        Directory.Delete(Path, recursive: true);
    }
}
