namespace Cqlite.Core.Errors;

/// <summary>
/// The input is whole but of a kind that can't be read: an unknown version, an unknown partitioner, an encrypted file,
/// an unknown custom type. The remedy is another tool or another release.
/// </summary>
public sealed class UnsupportedFormatException : CqliteException
{
    /// <summary>Creates the error for a file.</summary>
    public UnsupportedFormatException(string file, string problem)
        : base($"{file}: {problem}") => File = file;

    /// <summary>Creates the error for something that is no file, such as a type name.</summary>
    public UnsupportedFormatException(string problem)
        : base(problem)
    {
    }

    /// <summary>The file in question, where there is one.</summary>
    public string? File { get; }
}
