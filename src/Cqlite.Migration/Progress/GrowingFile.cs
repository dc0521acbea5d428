using Cqlite.Core.Errors;

namespace Cqlite.Migration.Progress;

/// <summary>Files that grow, such as logs, progress and refused writes: what is there stays.</summary>
internal static class GrowingFile
{
    /// <summary>Opens one to write behind what is there; it and its folder are made where they are missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, as an error calls it: <c>--progress-log</c>.</param>
    /// <exception cref="StorageException">It can't be written.</exception>
    public static Stream Open(string path, string what) => Open(Path.GetFullPath(path), "", what);

    /// <summary>Opens one for lines of text, each of which is written at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, as an error calls it.</param>
    /// <exception cref="StorageException">It can't be written.</exception>
    public static StreamWriter OpenText(string path, string what) => new(Open(path, what)) { NewLine = "\n", AutoFlush = true };

    /// <summary>Finds out before the work whether what it comes to can be written; there is no more in the folder afterwards than before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, as an error calls it.</param>
    /// <param name="ending">What its name ends with while it is being written; nothing where it is written in place.</param>
    /// <exception cref="StorageException">It can't be written.</exception>
    public static void RequireWritable(string path, string what, string ending = "")
    {
        path = Path.GetFullPath(path);
        bool isThere = File.Exists(path + ending);
        Open(path, ending, what).Dispose();
        if (!isThere)
            File.Delete(path + ending);
    }

    private static Stream Open(string path, string ending, string what)
    {
        if (Directory.Exists(path))
            throw new StorageException(path, $"{what} can't be written: it is a folder, and a file is needed.");
        try
        {
            if (Path.GetDirectoryName(path) is { } folder)
                Directory.CreateDirectory(folder);
            return new Growing(new FileStream(path + ending, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0), path, what);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(path, $"{what} can't be written: permission denied.", e);
        }
        catch (IOException e)
        {
            throw new StorageException(path, $"{what} can't be written: {e.Message}", e);
        }
    }

    /// <summary>Writes each piece at once, and says which file it is whose disk is full.</summary>
    private sealed class Growing(FileStream file, string path, string what) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                file.Write(buffer);
            }
            catch (IOException e)
            {
                throw new StorageException(path, $"{what} can't be written: {e.Message}", e);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Nothing is kept back.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
