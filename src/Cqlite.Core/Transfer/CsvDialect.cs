namespace Cqlite.Core.Transfer;

/// <summary>The signs of comma-separated values. Immutable; the defaults are RFC 4180's.</summary>
/// <remarks>
/// <code>
/// null          the null text without quotes: nothing, by default
/// empty text    two quotes
/// </code>
/// </remarks>
public sealed record CsvDialect
{
    /// <summary>The defaults.</summary>
    public static CsvDialect Default { get; } = new();

    /// <summary>What stands between fields; a comma by default.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>What stands around a field that holds signs of its own; a double quote by default.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>What stands before a quote that belongs to the value; by default the quote itself, which is doubled so.</summary>
    public char Escape { get; init; } = '"';

    /// <summary>What stands, without quotes, for null; nothing by default.</summary>
    public string NullText { get; init; } = "";

    /// <summary>Whether the first line has the names of the columns; true by default.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Checks that the signs can be told apart.</summary>
    /// <exception cref="ArgumentException">They can't.</exception>
    internal void Validate()
    {
        if (Delimiter == Quote || Delimiter == Escape || Delimiter is '\r' or '\n' || Quote is '\r' or '\n' || Escape is '\r' or '\n')
            throw new ArgumentException($"Delimiter '{Delimiter}', quote '{Quote}' and escape '{Escape}' can't be told apart from each other or from the ends of lines.");
        if (!char.IsAscii(Delimiter) || !char.IsAscii(Quote) || !char.IsAscii(Escape))
            throw new ArgumentException("Delimiter, quote and escape are ASCII characters.");
    }
}
