using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Signals of Unix to processes that a test has started.</summary>
internal static partial class Signals
{
    /// <summary>What Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>What asks a process to end.</summary>
    public const int Terminate = 15;

    private const string Ignored = "SigIgn:";

    /// <summary>Sends a signal.</summary>
    public static void Send(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    /// <summary>
    /// Has processes that are started from now on end by Ctrl-C, as those do that a user starts. A shell has those ignore it that it starts in the background, and whoever is
    /// started by one that ignores it does too.
    /// </summary>
    public static void HeedInterrupt()
    {
        if (OperatingSystem.IsLinux() && IsIgnored(Interrupt))
            _ = SetDefault(Interrupt, handler: 0);
    }

    private static bool IsIgnored(int signal)
    {
        string mask = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..];
        return (ulong.Parse(mask.AsSpan().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1)) % 2 != 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetDefault(int signal, nint handler);
}
