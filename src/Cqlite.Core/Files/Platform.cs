using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cqlite.Core.Files;

/// <summary>What the framework lacks, each call beside its twin of the other platform.</summary>
internal static partial class Platform
{
    /// <summary>Makes a second name for a file.</summary>
    public static void CreateHardLink(string existing, string link)
    {
        bool done = OperatingSystem.IsWindows() ? CreateHardLinkWindows(WindowsPath.OfAnyLength(link), WindowsPath.OfAnyLength(existing), 0) : Link(existing, link) == 0;
        if (!done)
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Bytes that can still be written below a folder: on the disk that it lies on, which need not be that of its drive's letter.</summary>
    public static long GetAvailableBytes(string directory)
    {
        if (!OperatingSystem.IsWindows())
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        if (!GetDiskFreeSpaceWindows(WindowsPath.OfAnyLength(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar), out ulong available, 0, 0))
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        return (long)Math.Min(available, long.MaxValue);
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

    /// <summary>
    /// Whether the caller of this process has given it a descriptor such as that of standard output: what has the flag that descriptors lose when a program is started
    /// (FD_CLOEXEC) was opened since. Windows has no numbers that pass on to other files.
    /// </summary>
    public static bool IsInherited(int descriptor)
    {
        const int getFlags = 1;
        const int closeOnExec = 1;
        return OperatingSystem.IsWindows() || (FileControl(descriptor, getFlags) is >= 0 and var flags && (flags & closeOnExec) == 0);
    }

    /// <summary>Whether an error says that another process holds the file.</summary>
    public static bool IsSharingViolation(IOException error)
    {
        const int sharingViolation = unchecked((int)0x80070020);
        const int lockViolation = unchecked((int)0x80070021);
        const int wouldBlock = 11;
        const int wouldBlockMac = 35;
        return error.HResult is sharingViolation or lockViolation or wouldBlock or wouldBlockMac;
    }

    /// <summary>
    /// Whether an error may pass by itself: Windows refuses to replace, rename and delete what anybody has open, such as a scanner that looks at each file that comes,
    /// or whoever reads a report just now. Elsewhere nobody stands in the way.
    /// </summary>
    public static bool MayPass(Exception error)
    {
        const int accessDenied = unchecked((int)0x80070005);
        const int sharingViolation = unchecked((int)0x80070020);
        const int directoryNotEmpty = unchecked((int)0x80070091);
        const int deletePending = unchecked((int)0x8007012F);
        return OperatingSystem.IsWindows() && error.HResult is (accessDenied or sharingViolation or directoryNotEmpty or deletePending);
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

    [LibraryImport("kernel32", EntryPoint = "GetDiskFreeSpaceExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial bool GetDiskFreeSpaceWindows(string directory, out ulong available, nint total, nint free);

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

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
