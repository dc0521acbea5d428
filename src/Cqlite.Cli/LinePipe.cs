using Cqlite.Core.Files;

namespace Cqlite.Cli;

/// <summary>
/// A pipe that takes whole lines at a time, where a line is no longer than what an operating system puts into a pipe at once or not at all
/// (<c>PIPE_BUF</c>, 4096 bytes on Linux): a command that is ended while it waits for its reader leaves no half of a row behind.
/// </summary>
internal sealed class LinePipe(Stream pipe) : WriteOnlyStream
{
    private const int AtOnce = 4096;

    private readonly byte[] _begun = new byte[AtOnce];
    private int _length;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length > 0)
                buffer = buffer[GoOn(buffer)..];
            else
                buffer = buffer[Begin(buffer)..];
        }
    }

    /// <summary>Passes on what has been begun of a line.</summary>
    public override void Flush()
    {
        int length = _length;
        _length = 0;
        pipe.Write(_begun.AsSpan(0, length));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Flush();
            pipe.Dispose();
        }

        base.Dispose(disposing);
    }

    // Passes on as many whole lines as go at once, and keeps the beginning of a line that may still fit; how much is dealt with.
    private int Begin(ReadOnlySpan<byte> buffer)
    {
        ReadOnlySpan<byte> fitting = buffer[..Math.Min(buffer.Length, AtOnce)];
        int lines = fitting.LastIndexOf((byte)'\n') + 1;
        if (lines == 0 && fitting.Length < AtOnce)
        {
            fitting.CopyTo(_begun);
            _length = fitting.Length;
            return fitting.Length;
        }

        int length = lines > 0 ? lines : AtOnce;
        pipe.Write(buffer[..length]);
        return length;
    }

    // Ends the line that was begun, or fills what goes at once; how much is dealt with.
    private int GoOn(ReadOnlySpan<byte> buffer)
    {
        ReadOnlySpan<byte> fitting = buffer[..Math.Min(buffer.Length, AtOnce - _length)];
        int line = fitting.IndexOf((byte)'\n') + 1;
        int length = line > 0 ? line : fitting.Length;
        fitting[..length].CopyTo(_begun.AsSpan(_length));
        _length += length;
        if (line > 0 || _length == AtOnce)
            Flush();
        return length;
    }
}
