namespace Cqlite.Core.Errors;

/// <summary>A statement does not parse (Cassandra's error code 0x2000).</summary>
public sealed class CqlSyntaxException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The whole text, as Cassandra words it.</param>
    /// <param name="line">1-based line of the offending token.</param>
    /// <param name="column">0-based column of the offending token.</param>
    public CqlSyntaxException(string message, int line, int column)
        : base(message)
    {
        Line = line;
        Column = column;
    }

    /// <summary>1-based line of the offending token.</summary>
    public int Line { get; }

    /// <summary>0-based column of the offending token.</summary>
    public int Column { get; }
}
