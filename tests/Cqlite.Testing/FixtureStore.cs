using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Cqlite.Testing;

/// <summary>Unpacks archives of fixtures, each once a machine and user, and hands out the folders.</summary>
/// <remarks>
/// <code>
/// CACHE/NAME-SHA12/...     an archive's files, read-only; SHA12 begins the SHA-256 of the archive
/// CACHE/NAME-SHA12.lock    held by the process that unpacks, so that others wait rather than do the same work
/// CACHE/.NAME-XXXX/        being unpacked; renamed when complete, so that a folder with its final name is whole
/// </code>
/// A cache lies in the temporary directory, where sweepers delete old files one by one: once a process, the files of a folder are counted
/// against the index, and a folder that lacks some is unpacked again.
/// </remarks>
public sealed class FixtureStore
{
    /// <summary>The extension of an archive: tar, compressed with Brotli.</summary>
    public const string Extension = ".tar.br";

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Lazy<string>> folders = new(StringComparer.Ordinal);
    private readonly string fixturesFolder;
    private readonly string cacheFolder;
    private readonly IReadOnlyDictionary<string, FixtureArchiveEntry> archives;

    /// <summary>Opens the archives of a folder.</summary>
    /// <param name="fixturesFolder">The folder that holds the archives.</param>
    /// <param name="cacheFolder">The folder that they are unpacked to; made when it does not exist.</param>
    /// <param name="archives">What the archives must be, by name.</param>
    public FixtureStore(string fixturesFolder, string cacheFolder, IReadOnlyDictionary<string, FixtureArchiveEntry> archives)
    {
        this.fixturesFolder = fixturesFolder;
        this.cacheFolder = cacheFolder;
        this.archives = archives;
    }

    /// <summary>The folder with an archive's files, which are unpacked when they are first asked for.</summary>
    /// <exception cref="ArgumentException">There is no such archive.</exception>
    /// <exception cref="InvalidDataException">The archive is not the one that the index tells of.</exception>
    public string Folder(string name)
    {
        if (!archives.TryGetValue(name, out var entry))
            throw new ArgumentException($"No archive \"{name}\"; there are {string.Join(", ", archives.Keys.Order(StringComparer.Ordinal))}.", nameof(name));

        return folders.GetOrAdd(name, _ => new Lazy<string>(() => Provide(entry))).Value;
    }

    private string Provide(FixtureArchiveEntry entry)
    {
        var folder = Path.Combine(cacheFolder, $"{entry.Name}-{entry.Sha256[..12]}");
        if (IsWhole(folder, entry))
            return folder;

        CreateOwnDirectory(cacheFolder);
        using (Lock(folder + ".lock"))
        {
            if (IsWhole(folder, entry))
                return folder;

            var unpacking = Path.Combine(cacheFolder, $".{entry.Name}-{Path.GetRandomFileName()}");
            Unpack(entry, unpacking);
            if (Directory.Exists(folder))
                Directory.Move(folder, Path.Combine(cacheFolder, $".{entry.Name}-{Path.GetRandomFileName()}-incomplete"));
            Directory.Move(unpacking, folder);
            return folder;
        }
    }

    private static bool IsWhole(string folder, FixtureArchiveEntry entry)
    {
        var directory = new DirectoryInfo(folder);
        if (!directory.Exists)
            return false;

        var files = 0;
        long bytes = 0;
        foreach (var file in directory.EnumerateFiles("*", SearchOptions))
        {
            files++;
            bytes += file.Length;
        }

        return files == entry.Files && bytes == entry.UnpackedBytes;
    }

    /// <summary>Everything, hidden or not: index folders of Cassandra begin with a dot.</summary>
    private static EnumerationOptions SearchOptions => new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    private void Unpack(FixtureArchiveEntry entry, string target)
    {
        var path = Path.Combine(fixturesFolder, entry.Name + Extension);
        var archive = File.ReadAllBytes(path);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(archive));
        if (sha256 != entry.Sha256)
        {
            throw new InvalidDataException(
                $"{path} has {archive.Length:N0} bytes with SHA-256 {sha256}, the index says {entry.Sha256}: the checkout is damaged or the index is stale.");
        }

        using var brotli = new BrotliStream(new MemoryStream(archive), CompressionMode.Decompress);
        using var tar = new TarReader(brotli);
        var root = Path.GetFullPath(target) + Path.DirectorySeparatorChar;
        var made = new HashSet<string>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } file)
        {
            if (file.EntryType is not TarEntryType.RegularFile)
                throw new InvalidDataException($"{path}: \"{file.Name}\" is a {file.EntryType}; only files are expected.");

            var destination = Path.GetFullPath(Path.Combine(target, file.Name));
            if (!destination.StartsWith(root, StringComparison.Ordinal))
                throw new InvalidDataException($"{path}: \"{file.Name}\" points out of the archive.");

            var parent = Path.GetDirectoryName(destination)!;
            if (made.Add(parent))
                Directory.CreateDirectory(parent);
            WriteReadOnly(destination, file);
        }
    }

    private static void WriteReadOnly(string destination, TarEntry file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = file.Length, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        using (var stream = new FileStream(destination, options))
        {
            if (file.DataStream is { } content)
                content.CopyTo(stream);
        }

        if (OperatingSystem.IsWindows())
            File.SetAttributes(destination, FileAttributes.ReadOnly);
    }

    private static void CreateOwnDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Waits until no other process holds the file; the operating system lets go of it when a process dies.</summary>
    private static FileStream Lock(string path)
    {
        var deadline = DateTime.UtcNow + LockTimeout;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < deadline)
            {
                Thread.Sleep(20);
            }
        }
    }
}
