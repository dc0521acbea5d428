using Cqlite.Core.Engine;
using Cqlite.Core.Files;

namespace Cqlite.Migration.Operands;

/// <summary>Tells folders apart by what lies in them.</summary>
internal static class OperandKinds
{
    /// <summary>The file that says what an export has written.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>The name by which it tells itself from Cassandra's own manifests of snapshots, in the first bytes.</summary>
    public const string ExportFormat = "cqlite-export";

    private const int HeadBytes = 128;

    /// <summary>What a folder is.</summary>
    public static OperandKind Of(string path, IFileSystem files)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return files.FileExists(DatabaseFile.PathIn(path)) ? OperandKind.Database
            : IsExport(path, files) ? OperandKind.ExportDirectory
            : OperandKind.CassandraDirectory;
    }

    /// <summary>Whether an export has written the folder.</summary>
    public static bool IsExport(string path, IFileSystem files)
    {
        string manifest = Path.Combine(path, ManifestName);
        if (!files.FileExists(manifest))
            return false;
        Span<byte> head = stackalloc byte[HeadBytes];
        using IReadableFile file = files.OpenRead(manifest);
        return head[..file.Read(0, head)].IndexOf("\"cqlite-export\""u8) >= 0;
    }
}
