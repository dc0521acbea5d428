using System.Security.Cryptography;
using System.Text;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Exports;

/// <summary>The folder of an export: who may write into it, and the definitions in it.</summary>
internal sealed class ExportFolder(IFileSystem files, string path)
{
    /// <summary>The file with the definitions.</summary>
    public const string SchemaName = "schema.cql";

    private const string LockName = "LOCK";

    /// <summary>Requires that an export may be written here; nothing is made yet.</summary>
    /// <param name="mayGoOn">Whether the export that lies here may be gone on with.</param>
    /// <exception cref="StorageException">It may not.</exception>
    public void RequireFree(bool mayGoOn)
    {
        if (files.FileExists(path))
            throw Occupied("is a file; an export is a folder.");
        bool isExport = OperandKinds.IsExport(path, files);
        if (isExport && !mayGoOn)
            throw Occupied("holds an export already: resume it, or name another folder.");
        if (!isExport && files.DirectoryExists(path) && Foreign() is { } foreign)
            throw Occupied($"is not empty (it holds '{Path.GetFileName(foreign)}'); an export is made in a folder of its own.");
    }

    /// <summary>Makes the folder, and holds it until what is returned is disposed of.</summary>
    /// <param name="mayGoOn">Whether the export that lies here may be gone on with.</param>
    /// <exception cref="StorageException">Something else lies here, or another process holds it.</exception>
    public IDisposable Occupy(bool mayGoOn)
    {
        files.CreateDirectory(path);
        if (Path.GetDirectoryName(path) is { } parent)
            files.SyncDirectory(parent);
        IDisposable held = files.TryLock(Path.Combine(path, LockName))
            ?? throw new StorageException(path, "another process is exporting into this folder.") { Problem = StorageProblem.Locked };
        try
        {
            // Another export may have come in between.
            RequireFree(mayGoOn);
            return held;
        }
        catch (StorageException)
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The manifest that lies here; null where there is none.</summary>
    public ExportManifest? ReadManifest() => OperandKinds.IsExport(path, files) ? ManifestFile.Read(files, path) : null;

    /// <summary>Definitions as the manifest names them.</summary>
    public static ExportFile Describe(string definitions)
    {
        byte[] content = Encoding.UTF8.GetBytes(definitions);
        return new ExportFile(SchemaName, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>Writes the definitions, durably, unless they are there.</summary>
    public void WriteDefinitions(string definitions)
    {
        byte[] content = Encoding.UTF8.GetBytes(definitions);
        string file = Path.Combine(path, SchemaName);
        if (files.FileExists(file) && content.AsSpan().SequenceEqual(files.ReadAll(file)))
            return;
        string temporary = file + ".tmp";
        if (files.FileExists(temporary))
            files.DeleteFile(temporary);
        files.WriteDurably(temporary, content);
        files.Rename(temporary, file);
        files.SyncDirectory(path);
    }

    /// <summary>What is in the folder and is not what an export leaves that ended before its manifest was there.</summary>
    private string? Foreign() => files.ListDirectories(path).Concat(files.ListFiles(path).Where(f =>
        !Path.GetFileName(f).StartsWith(ExportManifest.FileName, StringComparison.Ordinal)
        && !Path.GetFileName(f).StartsWith(SchemaName, StringComparison.Ordinal)
        && Path.GetFileName(f) != LockName)).FirstOrDefault();

    private StorageException Occupied(string problem) => new(path, problem) { Problem = StorageProblem.Occupied };
}
