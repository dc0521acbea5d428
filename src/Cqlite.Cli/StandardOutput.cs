using Cqlite.Core.Encoding;

namespace Cqlite.Cli;

/// <summary>Standard output as a stream of bytes, through which rows go without becoming strings.</summary>
internal sealed class StandardOutput : IDisposable
{
    private const int FlushBytes = 1 << 16;

    private readonly Stream _stream = Console.OpenStandardOutput();

    /// <summary>What is printed next is appended here.</summary>
    public BufferWriter Buffer { get; } = new(FlushBytes * 2);

    /// <summary>Passes on what has gathered when there is much of it; called after each row or record.</summary>
    public void FlushWhenFull()
    {
        if (Buffer.Length >= FlushBytes)
            Flush();
    }

    /// <summary>Passes on what has gathered.</summary>
    public void Flush()
    {
        _stream.Write(Buffer.WrittenSpan);
        Buffer.Clear();
    }

    /// <summary>Whether the reader of the pipe has gone.</summary>
    public static bool IsBrokenPipe(IOException error)
    {
        const int brokenPipeUnix = 32;
        const int brokenPipeWindows = unchecked((int)0x8007006D);
        const int noDataWindows = unchecked((int)0x800700E8);
        return error.HResult is brokenPipeUnix or brokenPipeWindows or noDataWindows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _stream.Dispose();
    }
}
