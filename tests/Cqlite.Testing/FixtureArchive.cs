namespace Cqlite.Testing;

/// <summary>The recorded truth of this repository: tests/Fixtures, unpacked on demand.</summary>
public static class FixtureArchive
{
    /// <summary>The folder tests/Fixtures.</summary>
    public static string Location { get; } = Path.Combine(Repository.Root, "tests", "Fixtures");

    private static readonly Lazy<FixtureIndex> LazyIndex = new(() => FixtureIndex.Read(Location));

    private static readonly Lazy<FixtureStore> LazyStore = new(() => new FixtureStore(
        Location, Path.Combine(Path.GetTempPath(), "cqlite-fixtures-" + Environment.UserName), Index.Archives));

    /// <summary>What there is; cheap to ask.</summary>
    public static FixtureIndex Index => LazyIndex.Value;

    /// <summary>
    /// The folder of what is named: an archive (<c>5.0.9-nb</c>, <c>cql</c>) or a folder in one (<c>killed/5.0.9-nb</c>). Its files are
    /// shared by all test processes, are read-only and must not be changed: a test that writes works on a copy.
    /// </summary>
    public static string Folder(string at)
    {
        var slash = at.IndexOf('/');
        return slash < 0
            ? LazyStore.Value.Folder(at)
            : Path.Combine(LazyStore.Value.Folder(at[..slash]), at[(slash + 1)..].Replace('/', Path.DirectorySeparatorChar));
    }

    /// <summary>Copies a folder with all below it, writable, for a test that changes files.</summary>
    public static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var folder in Directory.EnumerateDirectories(source))
            CopyFolder(folder, Path.Combine(target, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(source))
        {
            using var from = File.OpenRead(file);
            using var to = new FileStream(Path.Combine(target, Path.GetFileName(file)), FileMode.CreateNew);
            from.CopyTo(to);
        }
    }
}
