using System.Globalization;
using System.Runtime.InteropServices;
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
    public long GetAvailableBytes(string directory) => Guard(directory, "its disk can't be looked at", () =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(directory))! : Path.GetFullPath(directory)).AvailableFreeSpace);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Guard(directory, "can't be listed", () => Sorted(Directory.GetFiles(directory)));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => Guard(directory, "can't be listed", () => Sorted(Directory.GetDirectories(directory)));

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Guard(path, "can't be created", () => Directory.CreateDirectory(path));

    /// <inheritdoc/>
    public void Rename(string from, string to) => Guard(to, $"can't be renamed from '{from}'", () =>
    {
        if (Directory.Exists(from))
            Directory.Move(from, to);
        else
            File.Move(from, to, overwrite: true);
        return true;
    });

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link) => Guard(link, $"can't be made a hard link to '{existing}'", () =>
    {
        Platform.CreateHardLink(existing, link);
        return true;
    });

    /// <inheritdoc/>
    public void DeleteFile(string path) => Guard(path, "can't be deleted", () =>
    {
        File.Delete(path);
        return true;
    });

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => Guard(path, "can't be deleted", () =>
    {
        Directory.Delete(path);
        return true;
    });

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

/// <summary>What the framework lacks, each call beside its twin of the other platform.</summary>
internal static partial class Platform
{
    /// <summary>Makes a second name for a file.</summary>
    public static void CreateHardLink(string existing, string link)
    {
        bool done = OperatingSystem.IsWindows() ? CreateHardLinkWindows(link, existing, 0) : Link(existing, link) == 0;
        if (!done)
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Opens a file for reading that another process may have locked: on Unix without asking for a share of the lock, as the framework does.</summary>
    public static SafeFileHandle OpenLocked(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new SafeFileHandle(OpenForReading(path), ownsHandle: true);
    }

    /// <summary>Makes a folder's entries durable. NTFS journals them itself.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = OpenForReading(path);
        try
        {
            if (Fsync(descriptor) != 0)
                throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Makes a file's content durable, and of what is known of the file as much as reading it takes, such as its length.</summary>
    public static void SyncContent(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        const int interrupted = 4;
        while (FdataSync(file) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != interrupted)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    /// <summary>Gives a file room that reads as zeroes; false where the platform or its file system can't, or has no such room left.</summary>
    public static bool TryReserve(SafeFileHandle file, long offset, long bytes) =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && FAllocate(file, 0, offset, bytes) == 0;

    /// <summary>Whether an error says that another process holds the file.</summary>
    public static bool IsSharingViolation(IOException error)
    {
        const int sharingViolation = unchecked((int)0x80070020);
        const int lockViolation = unchecked((int)0x80070021);
        const int wouldBlock = 11;
        const int wouldBlockMac = 35;
        return error.HResult is sharingViolation or lockViolation or wouldBlock or wouldBlockMac;
    }

    private static int OpenForReading(string path)
    {
        const int readOnly = 0;
        int descriptor = Open(path, readOnly, 0);
        return descriptor >= 0 ? descriptor : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial bool CreateHardLinkWindows(string link, string existing, nint security);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string link);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FdataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FAllocate(SafeFileHandle file, int mode, long offset, long bytes);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
