using Cqlite.Core.Files;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>What is on a simulated disk, and beside it, for reading, the machine's files.</summary>
internal sealed class ReadThroughFileSystem(SimulatedDisk disk) : IFileSystem
{
    private static readonly PhysicalFileSystem s_below = PhysicalFileSystem.Instance;

    public IReadableFile OpenRead(string path) => disk.FileExists(path) ? disk.OpenRead(path) : s_below.OpenRead(path);

    public bool FileExists(string path) => disk.FileExists(path) || s_below.FileExists(path);

    public bool DirectoryExists(string path) => disk.DirectoryExists(path) || s_below.DirectoryExists(path);

    public long GetLength(string path) => disk.FileExists(path) ? disk.GetLength(path) : s_below.GetLength(path);

    public long GetLastChangeMillis(string path) => disk.FileExists(path) ? 0 : s_below.GetLastChangeMillis(path);

    public long GetAvailableBytes(string directory) => disk.GetAvailableBytes(directory);

    public IReadOnlyList<string> ListFiles(string directory) => disk.DirectoryExists(directory) ? disk.ListFiles(directory) : s_below.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) =>
        disk.DirectoryExists(directory) ? disk.ListDirectories(directory) : s_below.ListDirectories(directory);

    public IWritableFile Create(string path) => disk.Create(path);

    public void CreateDirectory(string path) => disk.CreateDirectory(path);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void CreateHardLink(string existing, string link) => disk.CreateHardLink(existing, link);

    public void DeleteFile(string path) => disk.DeleteFile(path);

    public void DeleteDirectory(string path) => disk.DeleteDirectory(path);

    public void SyncDirectory(string path) => disk.SyncDirectory(path);

    public IDisposable? TryLock(string path) => disk.TryLock(path);
}
