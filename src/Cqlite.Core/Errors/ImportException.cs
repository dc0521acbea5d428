namespace Cqlite.Core.Errors;

/// <summary>A row of a file does not become a row of a table; the remedy is in the file. Says where: file, line, column.</summary>
public sealed class ImportException : CqliteException
{
    /// <summary>Creates the error for a place in a file.</summary>
    /// <param name="file">The file, or what it is called where it is none.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1; 0 for the line as a whole.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="inner">The type's or the statement's own error, where there is one.</param>
    public ImportException(string file, long line, int column, string problem, Exception? inner = null)
        : base(column > 0 ? $"{file}: line {line}, column {column}: {problem}" : $"{file}: line {line}: {problem}", inner)
    {
        File = file;
        Line = line;
        Column = column;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The line, from 1.</summary>
    public long Line { get; }

    /// <summary>The column, from 1, in characters; 0 for the line as a whole.</summary>
    public int Column { get; }
}
