namespace Cqlite.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    private const string Marker = "Cqlite.slnx";

    /// <summary>The repository's root: the first folder with the solution, upward from the test binary, else from the current directory.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory) ?? Find(Environment.CurrentDirectory)
        ?? throw new DirectoryNotFoundException($"{Marker} is in no folder above {AppContext.BaseDirectory} or {Environment.CurrentDirectory}.");

    /// <summary>The small real snapshot that ships with the project: the folder that holds keyspaces.</summary>
    public static string SampleSnapshot => Path.Combine(Root, "samples", "snapshot");

    private static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
                return folder.FullName;
        }

        return null;
    }
}
