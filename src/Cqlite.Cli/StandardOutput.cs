using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cqlite.Cli;

/// <summary>
/// Standard output as bytes and as text. A console stream of .NET keeps silent when the reader of a pipe has gone, and so a
/// command would read on to the end of a table that nobody wants any more: pipes are written to as files, which tell.
/// </summary>
internal static class StandardOutput
{
    /// <summary>Opens it for bytes, unbuffered.</summary>
    public static OutputStream Open()
    {
        if (!StandardHandles.HasOutput)
            return new OutputStream(new StandardHandles.ClosedOutput());

        // What is printed is UTF-8; a Windows terminal has to be told.
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
            Console.OutputEncoding = Encoding.UTF8;
        if (!Console.IsOutputRedirected)
            return new OutputStream(Console.OpenStandardOutput());

        // A file is left to the console's stream: it writes where the file's shared position is, so that commands can take turns.
        SafeFileHandle handle = new(OperatingSystem.IsWindows() ? GetStdHandle(-11) : 1, ownsHandle: false);
        FileStream stream = new(handle, FileAccess.Write, bufferSize: 0);
        return new OutputStream(stream.CanSeek ? Console.OpenStandardOutput() : new LinePipe(stream));
    }

    /// <summary>Opens it for text, which is passed on when there is much of it and at the end; on a terminal, line by line.</summary>
    public static StreamWriter OpenText() =>
        new(Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 14) { NewLine = "\n", AutoFlush = !Console.IsOutputRedirected };

    /// <summary>Whether the reader of the pipe has gone.</summary>
    public static bool IsBrokenPipe(IOException error)
    {
        const int brokenPipeUnix = 32;
        const int brokenPipeWindows = unchecked((int)0x8007006D);
        const int noDataWindows = unchecked((int)0x800700E8);
        return error.HResult is brokenPipeUnix or brokenPipeWindows or noDataWindows;
    }

    [DllImport("kernel32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetStdHandle(int which);
}
