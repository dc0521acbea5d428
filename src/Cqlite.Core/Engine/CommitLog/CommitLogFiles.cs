using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>The segments of a commit log's folder.</summary>
internal static class CommitLogFiles
{
    /// <summary>Paths of the segments, the oldest first; none where there is no such folder.</summary>
    /// <exception cref="UnsupportedFormatException">A segment is of a version that is not known.</exception>
    public static IReadOnlyList<string> Find(IFileSystem files, string directory)
    {
        if (!files.DirectoryExists(directory))
            return [];
        var segments = new List<(long Id, string Path)>();
        foreach (string path in files.ListFiles(directory))
        {
            if (!CommitLogDescriptor.TryParseFileName(System.IO.Path.GetFileName(path), out int version, out long id))
                continue;
            if (version is < CommitLogDescriptor.Version30 or > CommitLogDescriptor.Version50)
            {
                throw new UnsupportedFormatException(
                    path,
                    $"commit log version {version} is not known; {CommitLogDescriptor.Version30}, {CommitLogDescriptor.Version40} and {CommitLogDescriptor.Version50} are.");
            }

            segments.Add((id, path));
        }

        segments.Sort((a, b) => a.Id.CompareTo(b.Id));
        return [.. segments.Select(s => s.Path)];
    }
}
