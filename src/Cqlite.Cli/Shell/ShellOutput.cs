using System.Text;
using Cqlite.Core.Files;

namespace Cqlite.Cli.Shell;

/// <summary>Where the shell prints: standard output, a file that captures rows, and on a terminal page by page.</summary>
internal sealed class ShellOutput : IDisposable
{
    private readonly Stream _standard;
    private FileStream? _capture;

    /// <summary>Prints to standard output.</summary>
    public ShellOutput(Stream standard) => _standard = standard;

    /// <summary>The file that takes what statements print; null where it is standard output.</summary>
    public string? CapturePath { get; private set; }

    /// <summary>What statements print to.</summary>
    public Stream Rows => (Stream?)_capture ?? _standard;

    /// <summary>Sends what statements print to a file, at its end, from now on; null for standard output.</summary>
    public void Capture(string? path)
    {
        FileStream? capture = path is null ? null : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        _capture?.Dispose();
        _capture = capture;
        CapturePath = path;
    }

    /// <summary>Prints a line that tells of the shell itself.</summary>
    public void WriteLine(string line) => Write(_standard, line + "\n");

    /// <summary>Prints a text that a statement asked for.</summary>
    public void WriteRows(string text) => Write(Rows, text);

    /// <inheritdoc/>
    public void Dispose() => _capture?.Dispose();

    private static void Write(Stream target, string text)
    {
        target.Write(Encoding.UTF8.GetBytes(text));
        target.Flush();
    }
}

/// <summary>Stops after a number of lines until a key is pressed: space for the next page, Enter for a line, q for the end.</summary>
internal sealed class PagingStream(Stream target, ITerminal terminal, int pageLines) : WriteOnlyStream
{
    private readonly int _pageLines = pageLines;
    private int _left = pageLines;

    /// <summary>Whether anything was written.</summary>
    public bool HasBegun { get; private set; }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        HasBegun = true;
        while (!buffer.IsEmpty)
        {
            if (_left == 0)
                Wait();
            int end = 0;
            while (_left > 0 && end < buffer.Length)
            {
                int line = buffer[end..].IndexOf((byte)'\n');
                end = line < 0 ? buffer.Length : end + line + 1;
                if (line >= 0)
                    _left--;
            }

            target.Write(buffer[..end]);
            buffer = buffer[end..];
        }
    }

    /// <inheritdoc/>
    public override void Flush() => target.Flush();

    private void Wait()
    {
        target.Flush();
        terminal.Write("---MORE--- (space, Enter, q)");
        KeyPress key;
        using (terminal.BeginEditing(() => { }))
            key = terminal.ReadKey();
        terminal.Write("\r\e[K");
        bool isEnd = key.Text is "q" or "Q" || key.Key is ConsoleKey.Escape || (key.IsControl && key.Key is ConsoleKey.C or ConsoleKey.D);
        if (isEnd)
            throw new OperationCanceledException();
        _left = key.Key == ConsoleKey.Enter ? 1 : _pageLines;
    }
}
