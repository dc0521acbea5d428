using System.Globalization;
using Cqlite.Core.Errors;
using Microsoft.Win32.SafeHandles;

namespace Cqlite.Core.Files;

/// <summary>The machine's own file system.</summary>
public sealed class PhysicalFileSystem : IFileSystem
{
    private const int LongestProcessId = 10;

    private PhysicalFileSystem()
    {
    }

    /// <summary>The only instance; it has no state.</summary>
    public static PhysicalFileSystem Instance { get; } = new();

    /// <inheritdoc/>
    public IReadableFile OpenRead(string path) => Guard(path, "can't be read", () =>
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Write | FileShare.Delete, FileOptions.RandomAccess);
        return new ReadableFile(path, handle, RandomAccess.GetLength(handle));
    });

    /// <inheritdoc/>
    public IWritableFile Create(string path) => Create(path, reserves: false);

    /// <inheritdoc/>
    public IWritableFile CreateLog(string path) => Create(path, reserves: true);

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public long GetLength(string path) => Guard(path, "can't be looked at", () => new FileInfo(path).Length);

    /// <inheritdoc/>
    public long GetLastChangeMillis(string path) => Guard(path, "can't be looked at", () =>
        File.Exists(path) ? new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeMilliseconds() : throw new FileNotFoundException());

    /// <inheritdoc/>
    public long GetAvailableBytes(string directory) => Guard(directory, "its disk can't be looked at", () => Platform.GetAvailableBytes(directory));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Guard(directory, "can't be listed", () => Sorted(Directory.GetFiles(directory)));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => Guard(directory, "can't be listed", () => Sorted(Directory.GetDirectories(directory)));

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Guard(path, "can't be created", () => Directory.CreateDirectory(path));

    /// <inheritdoc/>
    public void Rename(string from, string to) => Guard(to, $"can't be renamed from '{from}'", () => HeldFile.Await(() =>
    {
        if (Directory.Exists(from))
            Directory.Move(from, to);
        else
            File.Move(from, to, overwrite: true);
    }));

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link) => Guard(link, $"can't be made a hard link to '{existing}'", () =>
    {
        Platform.CreateHardLink(existing, link);
        return true;
    });

    /// <inheritdoc/>
    public void DeleteFile(string path) => Guard(path, "can't be deleted", () => HeldFile.Await(() => File.Delete(path)));

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => Guard(path, "can't be deleted", () => HeldFile.Await(() => Directory.Delete(path)));

    /// <inheritdoc/>
    public void SyncDirectory(string path) => Guard(path, "can't be synced", () =>
    {
        Platform.SyncDirectory(path);
        return true;
    });

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => Guard(path, "can't be locked", () =>
    {
        try
        {
            // Who is refused may read who holds it. On Unix sharing for reading would make it no lock.
            FileStream held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None, 1, FileOptions.None);
            NoteHolder(held);
            return held;
        }
        catch (IOException e) when (Platform.IsSharingViolation(e))
        {
            return null;
        }
    });

    /// <inheritdoc/>
    public int? LockHolder(string path)
    {
        try
        {
            using SafeFileHandle held = Platform.OpenLocked(path);
            Span<byte> digits = stackalloc byte[LongestProcessId];
            int length = RandomAccess.Read(held, digits, 0);
            return int.TryParse(digits[..length], CultureInfo.InvariantCulture, out int id) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void NoteHolder(FileStream held)
    {
        try
        {
            held.SetLength(0);
            held.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // It is locked nevertheless; on a full disk it can't be told by whom.
        }
    }

    private static WritableFile Create(string path, bool reserves) => Guard(path, "can't be created", () =>
        new WritableFile(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, FileOptions.None), reserves));

    private static string[] Sorted(string[] paths)
    {
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    private static T Guard<T>(string path, string problem, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (FileNotFoundException e)
        {
            throw new StorageException(path, "no such file.", e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new StorageException(path, "no such folder.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(path, $"{problem}: permission denied.", e);
        }
        catch (IOException e)
        {
            throw new StorageException(path, $"{problem}: {Reason(e)}", e);
        }
    }

    private static string Reason(IOException error) => StorageException.IsDiskFull(error) ? "the disk is full." : error.Message;

    private sealed class ReadableFile(string path, SafeFileHandle handle, long length) : IReadableFile
    {
        public string Path => path;

        public long Length => length;

        public int Read(long offset, Span<byte> destination)
        {
            try
            {
                int total = 0;
                while (total < destination.Length)
                {
                    int read = RandomAccess.Read(handle, destination[total..], offset + total);
                    if (read == 0)
                        break;
                    total += read;
                }

                return total;
            }
            catch (IOException e)
            {
                throw new StorageException(path, $"can't be read at byte {offset:N0}: {e.Message}", e);
            }
        }

        public void Dispose() => handle.Dispose();
    }

    private sealed class WritableFile(string path, SafeFileHandle handle, bool reserves) : IWritableFile
    {
        private const int ReservedBytes = 1 << 20;
        private bool _reserves = reserves;
        private long _reserved;

        public string Path => path;

        public long Position { get; private set; }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            try
            {
                // A file that has its head only stays small.
                if (_reserves && Position > 0 && Position + bytes.Length > _reserved)
                    Reserve(bytes.Length);
                RandomAccess.Write(handle, bytes, Position);
                Position += bytes.Length;
            }
            catch (IOException e)
            {
                throw new StorageException(path, $"can't be written at byte {Position:N0}: {Reason(e)}", e);
            }
        }

        public void Sync()
        {
            try
            {
                Platform.SyncContent(handle);
            }
            catch (IOException e)
            {
                throw new StorageException(path, $"can't be synced: {Reason(e)}", e);
            }
        }

        public void Dispose()
        {
            if (_reserved > Position && !handle.IsClosed)
                GiveBack();
            handle.Dispose();
        }

        // Without room ahead the file grows by each write, which is right too, if slower.
        private void Reserve(int wanted)
        {
            long bytes = Math.Max(wanted, ReservedBytes);
            _reserves = Platform.TryReserve(handle, Position, bytes);
            if (_reserves)
                _reserved = Position + bytes;
        }

        // What can't be given back are zeroes that readers know.
        private void GiveBack()
        {
            try
            {
                RandomAccess.SetLength(handle, Position);
            }
            catch (IOException)
            {
            }
        }
    }
}
