using Cqlite.Core.Errors;

namespace Cqlite.Core.Files;

/// <summary>Reads that must be whole.</summary>
internal static class ReadableFileExtensions
{
    /// <summary>Fills the destination, or fails as corrupt when the file ends before.</summary>
    public static void ReadExactly(this IReadableFile file, long offset, Span<byte> destination)
    {
        int read = file.Read(offset, destination);
        if (read != destination.Length)
            throw new CorruptDataException(file.Path, offset, $"needs {destination.Length:N0} bytes, {read:N0} left: the file is truncated.");
    }

    /// <summary>The whole of a small file, which must not be longer than a limit.</summary>
    public static byte[] ReadAll(this IFileSystem files, string path, long limitBytes = 1L << 30)
    {
        using IReadableFile file = files.OpenRead(path);
        if (file.Length > limitBytes)
            throw new CorruptDataException(path, -1, $"is {file.Length:N0} bytes long; at most {limitBytes:N0} are expected of such a file.");
        byte[] content = new byte[file.Length];
        file.ReadExactly(0, content);
        return content;
    }
}
