using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Bytes that are gathered before it is known where they go. What goes beyond a limit is kept in a temporary file, so that memory
/// does not depend on how much there is.
/// </summary>
internal sealed class SpillBuffer(IFileSystem files, string path, int limitBytes) : IDisposable
{
    private const int CopyBytes = 64 * 1024;
    private IWritableFile? _file;

    /// <summary>Receives bytes; <see cref="Trim"/> is called after each piece.</summary>
    public BufferWriter Memory { get; } = new();

    /// <summary>Bytes so far.</summary>
    public long Length => (_file?.Position ?? 0) + Memory.Length;

    /// <summary>Moves what is in memory to the file when it is more than the limit.</summary>
    public void Trim()
    {
        if (Memory.Length <= limitBytes)
            return;
        _file ??= files.Create(path);
        _file.Write(Memory.WrittenSpan);
        Memory.Clear();
    }

    /// <summary>Hands all bytes on in order, in pieces whose lengths are multiples of a unit.</summary>
    public void Replay(int unitBytes, Action<ReadOnlySpan<byte>> receiver)
    {
        if (_file is null)
        {
            receiver(Memory.WrittenSpan);
            return;
        }

        _file.Write(Memory.WrittenSpan);
        Memory.Clear();
        using IReadableFile source = files.OpenRead(path);
        byte[] piece = new byte[CopyBytes / unitBytes * unitBytes];
        for (long offset = 0; offset < _file.Position; offset += piece.Length)
        {
            int length = (int)Math.Min(piece.Length, _file.Position - offset);
            source.ReadExactly(offset, piece.AsSpan(0, length));
            receiver(piece.AsSpan(0, length));
        }
    }

    /// <summary>Forgets all bytes.</summary>
    public void Clear()
    {
        Memory.Clear();
        if (_file is null)
            return;
        _file.Dispose();
        _file = null;
        files.DeleteFile(path);
    }

    /// <summary>Closes the file; whoever gives up the SSTable deletes it with the others.</summary>
    public void Dispose() => _file?.Dispose();
}
