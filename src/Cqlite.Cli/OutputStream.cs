using Cqlite.Core.Files;

namespace Cqlite.Cli;

/// <summary>What is printed, on its way to standard output: a line of progress is wiped before it.</summary>
internal sealed class OutputStream(Stream target) : WriteOnlyStream
{
    /// <summary>Whether the last byte that was printed ends a line; so it is where nothing was printed.</summary>
    public bool IsAtLineStart { get; private set; } = true;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty)
            return;
        ProgressLine.Wipe();
        target.Write(buffer);
        IsAtLineStart = buffer[^1] == (byte)'\n';
    }

    /// <inheritdoc/>
    public override void Flush() => target.Flush();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            target.Dispose();
        base.Dispose(disposing);
    }
}
