using System.Runtime.InteropServices;
using System.Text;

namespace Cqlite.Cli.Shell;

/// <summary>The terminal of the process, by way of .NET's console: its modes, its keys, and text that is pasted between marks.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    private const string PasteBegin = "200~";
    private const string PasteEnd = "\e[201~";

    /// <inheritdoc/>
    public int Width => Math.Max(8, Size(() => Console.WindowWidth, 80));

    /// <inheritdoc/>
    public int Height => Math.Max(3, Size(() => Console.WindowHeight, 24));

    /// <summary>Whether both ends are a terminal that knows control sequences.</summary>
    public static bool IsUsable => !Console.IsInputRedirected && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") is not "dumb"
        && (!OperatingSystem.IsWindows() || WindowsConsole.EnableSequences());

    /// <inheritdoc/>
    public KeyPress ReadKey()
    {
        ConsoleKeyInfo key = Console.ReadKey(intercept: true);
        if (IsEscape(key) && Console.KeyAvailable)
        {
            ConsoleKeyInfo next = Console.ReadKey(intercept: true);
            return next.KeyChar == '[' ? ReadSequence() : Of(next, ConsoleModifiers.Alt);
        }

        // A sequence that .NET does not know may come as Alt with its first sign.
        return key.KeyChar == '[' && (key.Modifiers & ConsoleModifiers.Alt) != 0 && Console.KeyAvailable ? ReadSequence() : Of(key, ConsoleModifiers.None);
    }

    /// <inheritdoc/>
    public void Write(string text)
    {
        Console.Out.Write(text);
        Console.Out.Flush();
    }

    /// <inheritdoc/>
    public IDisposable BeginEditing(Action resized)
    {
        Console.TreatControlCAsInput = true;
        Write("\e[?2004h");
        return new Editing(this, resized);
    }

    private static bool IsEscape(ConsoleKeyInfo key) => key.Key == ConsoleKey.Escape || key.KeyChar == '\e';

    private static KeyPress Of(ConsoleKeyInfo key, ConsoleModifiers also)
    {
        string text = key.KeyChar == '\0' ? "" : key.KeyChar.ToString();
        if (char.IsHighSurrogate(key.KeyChar))
            text += Console.ReadKey(intercept: true).KeyChar;
        return new KeyPress(key.Key, text, key.Modifiers | also);
    }

    private static KeyPress ReadSequence()
    {
        StringBuilder sequence = new();
        while (sequence.Length < 16)
        {
            char c = Console.ReadKey(intercept: true).KeyChar;
            sequence.Append(c);
            if (c is >= '@' and <= '~')
                break;
        }

        return sequence.ToString() == PasteBegin ? ReadPaste() : new KeyPress(ConsoleKey.None, "");
    }

    private static KeyPress ReadPaste()
    {
        StringBuilder text = new();
        while (!EndsWith(text, PasteEnd))
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if ((key.Modifiers & ConsoleModifiers.Alt) != 0)
                text.Append('\e');
            text.Append(key.Key == ConsoleKey.Enter ? '\n' : key.KeyChar);
        }

        text.Length -= PasteEnd.Length;
        return new KeyPress(ConsoleKey.None, text.ToString().ReplaceLineEndings("\n"), IsPaste: true);
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        if (text.Length < end.Length)
            return false;
        for (int i = 0; i < end.Length; i++)
        {
            if (text[text.Length - end.Length + i] != end[i])
                return false;
        }

        return true;
    }

    private static int Size(Func<int> size, int otherwise)
    {
        try
        {
            return size() is > 0 and var known ? known : otherwise;
        }
        catch (IOException)
        {
            return otherwise;
        }
    }

    private sealed class Editing : IDisposable
    {
        private readonly ConsoleTerminal _terminal;
        private readonly PosixSignalRegistration? _resize;

        public Editing(ConsoleTerminal terminal, Action resized)
        {
            _terminal = terminal;
            _resize = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized());
        }

        public void Dispose()
        {
            _resize?.Dispose();
            _terminal.Write("\e[?2004l");
            Console.TreatControlCAsInput = false;
        }
    }
}

/// <summary>What a console of Windows has to be told before it understands control sequences.</summary>
internal static partial class WindowsConsole
{
    private const int StandardOutput = -11;
    private const uint EnableVirtualTerminalProcessing = 4;

    /// <summary>Turns control sequences on; false where the console knows none.</summary>
    public static bool EnableSequences()
    {
        nint handle = GetStdHandle(StandardOutput);
        return GetConsoleMode(handle, out uint mode) && SetConsoleMode(handle, mode | EnableVirtualTerminalProcessing);
    }

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);
}
