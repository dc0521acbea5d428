using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine;

/// <summary>The file that makes a folder a database of this product: what is not Cassandra's to know. Immutable.</summary>
/// <param name="HostId">Id that this database's SSTables name as their origin, by which they are told from those of other nodes.</param>
/// <param name="Settings">Settings that stay with the database, by name.</param>
/// <remarks>
/// <code>cqlite.json   {"formatVersion":1,"hostId":"...","settings":{"name":"value"}}</code>
/// Cassandra does not look at it.
/// </remarks>
internal sealed record DatabaseFile(Guid HostId, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The file's name.</summary>
    public const string Name = "cqlite.json";

    /// <summary>The lock's name: one process writes at a time.</summary>
    public const string LockName = "LOCK";

    private const string PartitionerSetting = "partitioner";
    private const int FormatVersion = 1;
    private const int LockAttempts = 10;
    private const int LockWaitMillis = 20;
    private const int LongestFile = 1 << 20;

    /// <summary>The partitioner of all tables.</summary>
    /// <exception cref="UnsupportedFormatException">The setting names none of Cassandra's.</exception>
    public Partitioner Partitioner => Settings.TryGetValue(PartitionerSetting, out string? name) ? Partitioner.FromClassName(name, null, Name) : Partitioner.Murmur3;

    /// <summary>The file of a folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, Name);

    /// <summary>The folders that a database has from the first on.</summary>
    public static IReadOnlyList<string> Folders { get; } = ["data", "commitlog"];

    /// <summary>What lies in a folder in which a database is to be made, beside what a creation leaves that was ended before it had written the file; null for nothing.</summary>
    public static string? FindForeign(IFileSystem files, string folder)
    {
        if (!files.DirectoryExists(folder))
            return null;
        return files.ListFiles(folder).FirstOrDefault(f => f != TemporaryIn(folder))
            ?? files.ListDirectories(folder).FirstOrDefault(d => !Folders.Contains(Path.GetFileName(d)) || files.ListFiles(d).Count + files.ListDirectories(d).Count > 0);
    }

    /// <summary>Takes the lock of whoever writes.</summary>
    /// <param name="files">Through what files are locked.</param>
    /// <param name="folder">The database's folder.</param>
    /// <param name="remedy">What can be done when another has it, as it goes on after a semicolon.</param>
    /// <exception cref="StorageException">Another process has it, or another session of this one.</exception>
    public static IDisposable Lock(IFileSystem files, string folder, string remedy)
    {
        string path = Path.Combine(folder, LockName);
        for (int attempt = 1; attempt <= LockAttempts; attempt++)
        {
            // Who only asks whether anybody writes holds it for a moment.
            if (attempt > 1)
                Thread.Sleep(LockWaitMillis);
            if (files.TryLock(path) is { } held)
                return held;
        }

        string holder = files.LockHolder(path) switch
        {
            null => "another process has the database open for writing, or another session of this one",
            int id when id == Environment.ProcessId => "another session of this process has the database open for writing",
            int id => string.Create(CultureInfo.InvariantCulture, $"process {id} has the database open for writing"),
        };
        throw new StorageException(folder, $"{holder}; {remedy}") { Problem = StorageProblem.Locked };
    }

    /// <summary>Reads the file of a folder; null where there is none.</summary>
    /// <exception cref="UnsupportedFormatException">A newer release wrote it.</exception>
    /// <exception cref="CorruptDataException">It does not decode.</exception>
    public static DatabaseFile? Read(IFileSystem files, string folder)
    {
        string path = PathIn(folder);
        if (!files.FileExists(path))
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(files.ReadAll(path, LongestFile));
            int version = json.RootElement.GetProperty("formatVersion").GetInt32();
            if (version != FormatVersion)
            {
                throw new UnsupportedFormatException(
                    path,
                    $"the database has format version {version}; this release knows version {FormatVersion}. Open it with the release that wrote it, or a newer one.");
            }

            var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty setting in json.RootElement.GetProperty("settings").EnumerateObject())
                settings[setting.Name] = setting.Value.GetString() ?? "";
            return new DatabaseFile(json.RootElement.GetProperty("hostId").GetGuid(), settings);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new CorruptDataException(path, -1, $"is not the description of a database: {e.Message}", e);
        }
    }

    /// <summary>Writes the file: whole, or not at all.</summary>
    public void Write(IFileSystem files, string folder)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("formatVersion", FormatVersion);
            json.WriteString("hostId", HostId);
            json.WriteStartObject("settings");
            foreach ((string name, string value) in Settings)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        string temporary = TemporaryIn(folder);
        if (files.FileExists(temporary))
            files.DeleteFile(temporary);
        using (IWritableFile file = files.Create(temporary))
        {
            file.Write(stream.GetBuffer().AsSpan(0, (int)stream.Length));
            file.Sync();
        }

        files.Rename(temporary, PathIn(folder));
        files.SyncDirectory(folder);
    }

    private static string TemporaryIn(string folder) => PathIn(folder) + ".tmp";
}
