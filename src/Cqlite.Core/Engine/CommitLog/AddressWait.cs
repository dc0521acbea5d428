using System.Runtime.InteropServices;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// Sleeping until a number in memory changes: what the system offers for it wakes any number of threads with one call, and a thread that is woken
/// takes no lock. With the runtime's monitors each sleeper costs its waker several calls, which is most of what a durable write costs with 64 writers.
/// </summary>
/// <remarks>Linux: futex(2), private to the process. Windows: WaitOnAddress and WakeByAddressAll. Elsewhere: one monitor for all words.</remarks>
internal static unsafe partial class AddressWait
{
    private const int FutexWaitPrivate = 128;
    private const int FutexWakePrivate = 129;

    private static readonly object s_monitor = new();
    private static readonly bool s_isWindows = OperatingSystem.IsWindows();

    /// <summary>The number of futex among the system calls; 0 where there is none that is known.</summary>
    private static readonly int s_futex = FutexNumber();

    /// <summary>Sleeps while a word holds a value; may return early, so that the caller looks again.</summary>
    /// <param name="word">A word that stays where it is.</param>
    /// <param name="value">What it held when the caller decided to sleep.</param>
    public static void Wait(int* word, int value)
    {
        if (s_futex != 0)
        {
            // Also returns when the word has changed before, or when a signal came: in each case the caller looks again.
            _ = SystemCall(s_futex, word, FutexWaitPrivate, value, 0);
        }
        else if (s_isWindows)
        {
            _ = WaitOnAddress(word, &value, sizeof(int), uint.MaxValue);
        }
        else
        {
            lock (s_monitor)
            {
                if (Volatile.Read(ref *word) == value)
                    Monitor.Wait(s_monitor);
            }
        }
    }

    /// <summary>Wakes all that sleep on a word, which has been changed before.</summary>
    public static void WakeAll(int* word)
    {
        if (s_futex != 0)
        {
            _ = SystemCall(s_futex, word, FutexWakePrivate, int.MaxValue, 0);
        }
        else if (s_isWindows)
        {
            WakeByAddressAll(word);
        }
        else
        {
            lock (s_monitor)
                Monitor.PulseAll(s_monitor);
        }
    }

    private static int FutexNumber() => (OperatingSystem.IsLinux(), RuntimeInformation.ProcessArchitecture) switch
    {
        (true, Architecture.X64) => 202,
        (true, Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64) => 98,
        _ => 0,
    };

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, int* word, nint operation, nint value, nint timeout);

    [LibraryImport("api-ms-win-core-synch-l1-2-0", EntryPoint = "WaitOnAddress")]
    [return: MarshalAs(UnmanagedType.Bool)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial bool WaitOnAddress(void* address, void* compared, nuint bytes, uint milliseconds);

    [LibraryImport("api-ms-win-core-synch-l1-2-0", EntryPoint = "WakeByAddressAll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial void WakeByAddressAll(void* address);
}
