namespace Cqlite.Core.Errors;

/// <summary>Stored bytes do not decode: the file is damaged. The remedy is another copy, or salvage by scrubbing.</summary>
public sealed class CorruptDataException : CqliteException
{
    /// <summary>Creates the error; the message is prefixed with the file and the offset.</summary>
    /// <param name="file">Path or name of the damaged file.</param>
    /// <param name="offset">Byte offset in the file (uncompressed position for a compressed data file), or -1 when the whole file is meant.</param>
    /// <param name="problem">What was found and what was expected.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public CorruptDataException(string file, long offset, string problem, Exception? inner = null)
        : base(offset < 0 ? $"{file}: {problem}" : $"{file} at byte {offset:N0}: {problem}", inner)
    {
        File = file;
        Offset = offset;
        Problem = problem;
    }

    /// <summary>The damaged file.</summary>
    public string File { get; }

    /// <summary>Byte offset of the damage, or -1 when the whole file is meant.</summary>
    public long Offset { get; }

    /// <summary>The message without file and offset.</summary>
    public string Problem { get; }
}
