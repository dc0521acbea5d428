using System.Text;
using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Migration.Progress;

namespace Cqlite.Migration.Results;

/// <summary>Writes reports: whoever reads one meanwhile finds the old one or the new one, each whole.</summary>
internal static class DocumentFile
{
    private const string Temporary = ".tmp";

    /// <summary>Writes a text in the place of what is there, durably; its folder is made where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The text, which gets a line's end.</param>
    /// <param name="files">Through what it is written; null for the machine's own.</param>
    /// <exception cref="StorageException">It can't be written; what was there stays.</exception>
    public static void Write(string path, string text, IFileSystem? files = null)
    {
        files ??= PhysicalFileSystem.Instance;
        path = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(path) ?? throw new StorageException(path, "is a folder; a file is needed.");
        if (!files.DirectoryExists(folder))
            files.CreateDirectory(folder);
        if (files.DirectoryExists(path))
            throw new StorageException(path, "is a folder; a file is needed.");
        string temporary = path + Temporary;
        if (files.FileExists(temporary))
            files.DeleteFile(temporary);
        files.WriteDurably(temporary, Encoding.UTF8.GetBytes(text + "\n"));
        files.Rename(temporary, path);
        files.SyncDirectory(folder);
    }

    /// <summary>Finds out before the work whether its report can be written after it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, as an error calls it: <c>--report-file</c>.</param>
    /// <exception cref="StorageException">It can't be written.</exception>
    public static void RequireWritable(string path, string what) => GrowingFile.RequireWritable(path, what, Temporary);

    /// <summary>Reads a text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Through what it is read; null for the machine's own.</param>
    /// <exception cref="StorageException">It is not there, or can't be read.</exception>
    public static string Read(string path, IFileSystem? files = null)
    {
        files ??= PhysicalFileSystem.Instance;
        path = Path.GetFullPath(path);
        return files.DirectoryExists(path) ? throw new StorageException(path, "is a folder; a file is needed.") : Encoding.UTF8.GetString(files.ReadAll(path)).TrimStart('\uFEFF');
    }

    /// <summary>Requires that a document is not one of another kind, before it is looked into.</summary>
    /// <param name="json">The document.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="expected">The format it should name; one that names none is left to who reads it.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="UnsupportedFormatException">It is another document.</exception>
    public static void RequireFormat(string json, string file, string expected)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            bool isFormat = reader.ValueTextEquals("format"u8);
            reader.Read();
            if (isFormat && reader.TokenType == JsonTokenType.String && reader.GetString() is var found && found != expected)
                throw new UnsupportedFormatException(file, $"is of format '{found}'; '{expected}' is expected.");
            reader.Skip();
        }
    }
}
