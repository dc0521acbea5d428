using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Backups;

/// <summary>A file of a backup.</summary>
/// <param name="Path">Its path below the backup, with slashes: <c>data/shop/orders-ID/nb-1-big-Data.db</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hex.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>What a backup consists of: every file with its checksum. It is the last file that is written.</summary>
/// <remarks>
/// <code>
/// manifest.json   { "formatVersion": 1, "createdAt": "2026-01-31T12:00:00.0000000Z", "databaseId": "UUID", "previous": "NAME" or null,
///                   "settings": { "NAME": "VALUE" }, "files": [ { "path": "data/...", "bytes": 123, "sha256": "HEX" } ] }
/// </code>
/// </remarks>
public sealed record BackupManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    private const int FormatVersion = 1;
    private const int LongestManifest = 256 << 20;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The id of the database, by which an incremental backup knows its predecessors.</summary>
    public required Guid DatabaseId { get; init; }

    /// <summary>The folder's name of the backup whose files were taken over; null where it stands alone.</summary>
    public string? Previous { get; init; }

    /// <summary>The database's settings.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The files, by path.</summary>
    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Length of all files.</summary>
    public long Bytes => Files.Sum(f => f.Bytes);

    /// <summary>Reads the manifest of a backup.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="backup">The backup's folder.</param>
    /// <exception cref="UnsupportedFormatException">There is none, so that the folder is no backup; or a newer release wrote it.</exception>
    /// <exception cref="CorruptDataException">It does not decode.</exception>
    public static BackupManifest Read(IFileSystem files, string backup)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(backup);
        if (!files.DirectoryExists(backup))
            throw new StorageException(backup, "no such folder.") { Problem = StorageProblem.NotFound };
        string path = Path.Combine(backup, FileName);
        if (!files.FileExists(path))
            throw new UnsupportedFormatException(backup, $"is no backup: it has no {FileName}, which is written when all else is whole.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(files.ReadAll(path, LongestManifest));
            JsonElement root = json.RootElement;
            int version = root.GetProperty("formatVersion").GetInt32();
            if (version != FormatVersion)
                throw new UnsupportedFormatException(path, $"the backup has format version {version}; this release knows version {FormatVersion}.");
            return new BackupManifest
            {
                CreatedAt = root.GetProperty("createdAt").GetDateTimeOffset(),
                DatabaseId = root.GetProperty("databaseId").GetGuid(),
                Previous = root.GetProperty("previous").GetString(),
                Settings = root.GetProperty("settings").EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetString() ?? "", StringComparer.Ordinal),
                Files = [.. root.GetProperty("files").EnumerateArray().Select(f => ReadFile(f, path))],
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new CorruptDataException(path, -1, $"is not the manifest of a backup: {e.Message}", e);
        }
    }

    /// <summary>Writes the manifest into a folder, durably.</summary>
    internal void Write(IFileSystem files, string backup)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("formatVersion", FormatVersion);
            json.WriteString("createdAt", CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("databaseId", DatabaseId);
            json.WriteString("previous", Previous);
            json.WriteStartObject("settings");
            foreach ((string name, string value) in Settings)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteStartArray("files");
            foreach (BackupFile file in Files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        files.WriteDurably(Path.Combine(backup, FileName), stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    // A manifest may come from anywhere: no path of it may lead out of the folder.
    private static BackupFile ReadFile(JsonElement file, string manifest)
    {
        string path = file.GetProperty("path").GetString() ?? "";
        if (path.Length == 0 || path.Contains('\\', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal) || path.Split('/').Any(p => p is "" or "." or ".."))
            throw new CorruptDataException(manifest, -1, $"names a file '{path}'; only paths below the backup are expected.");
        return new BackupFile(path, file.GetProperty("bytes").GetInt64(), file.GetProperty("sha256").GetString() ?? "");
    }
}
