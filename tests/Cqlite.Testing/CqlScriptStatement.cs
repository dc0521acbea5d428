namespace Cqlite.Testing;

/// <summary>One statement of a script, how it was sent, and what came back.</summary>
public sealed record CqlScriptStatement
{
    /// <summary>Where its text begins: <c>ddl/alter-table.cqlt:12</c>.</summary>
    public required string Place { get; init; }

    /// <summary>The text, lines joined with LF.</summary>
    public required string Text { get; init; }

    /// <summary>The values of the bind markers; null when none were bound.</summary>
    public IReadOnlyList<CqlScriptBind>? Binds { get; init; }

    /// <summary>Whether it is prepared first; it is executed then only if it has no markers or <see cref="Binds"/> is given.</summary>
    public bool Prepare { get; init; }

    /// <summary>The page size; all pages are fetched, each with the paging state of the one before. Null: none is sent.</summary>
    public int? PageSize { get; init; }

    /// <summary>The protocol's default timestamp in microseconds.</summary>
    public long? TimestampMicros { get; init; }

    /// <summary>The protocol's now_in_seconds, from which TTLs count.</summary>
    public long? NowSeconds { get; init; }

    /// <summary>The consistency; ONE where nothing is said.</summary>
    public string Consistency { get; init; } = "ONE";

    /// <summary>The serial consistency; null: none is sent.</summary>
    public string? SerialConsistency { get; init; }

    /// <summary>The protocol's keyspace of the request.</summary>
    public string? Keyspace { get; init; }

    /// <summary>The user whose connection it is sent on.</summary>
    public string User { get; init; } = "cassandra";

    /// <summary>That user's password.</summary>
    public string Password { get; init; } = "cassandra";

    /// <summary>Result columns that differ from run to run: their values, if not null, are written <c>~</c>.</summary>
    public IReadOnlyList<string> Varying { get; init; } = [];

    /// <summary>Whether the rows were sorted as text, because Cassandra defines no order of them.</summary>
    public bool Unordered { get; init; }

    /// <summary>Whether the outcome tells the table of the result's metadata.</summary>
    public bool ShowMetadata { get; init; }

    /// <summary>The lines of the outcome as they stand in the file.</summary>
    public required IReadOnlyList<string> OutcomeLines { get; init; }

    /// <summary>The same, taken apart.</summary>
    public required CqlScriptOutcome Outcome { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Text}";
}

/// <summary>How a bound value is given.</summary>
public enum CqlScriptBindKind
{
    /// <summary>A literal of a type, which the client encodes; need not suit the statement.</summary>
    Typed,

    /// <summary>null.</summary>
    Null,

    /// <summary>Not set (protocol 4 on).</summary>
    Unset,

    /// <summary>Exactly these bytes.</summary>
    Raw,
}

/// <summary>One bound value.</summary>
/// <param name="Kind">How it is given.</param>
/// <param name="Name">The marker that it is sent by name for; null: by position.</param>
/// <param name="Type">The CQL type of a typed value.</param>
/// <param name="Literal">The CQL literal of a typed value.</param>
/// <param name="Bytes">The bytes of a raw value.</param>
public sealed record CqlScriptBind(CqlScriptBindKind Kind, string? Name, string? Type, string? Literal, byte[]? Bytes);

/// <summary>A name with a type, of a column or a marker. The name is as in the metadata, quotes removed.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as the script writes it.</param>
public sealed record CqlScriptColumn(string Name, string Type);

/// <summary>One page of rows.</summary>
/// <param name="Warnings">The warnings of its response.</param>
/// <param name="Rows">Its rows; each value as a CQL literal.</param>
public sealed record CqlScriptPage(IReadOnlyList<string> Warnings, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>What kind of answer ended a statement.</summary>
public enum CqlOutcomeKind
{
    /// <summary>PREPARE alone.</summary>
    Prepared,

    /// <summary>A result without rows.</summary>
    Void,

    /// <summary>A set-keyspace result.</summary>
    Use,

    /// <summary>A schema-change result.</summary>
    Schema,

    /// <summary>Rows.</summary>
    Rows,

    /// <summary>An error.</summary>
    Error,

    /// <summary>The connection was closed instead of an answer.</summary>
    Broken,
}

/// <summary>An outcome, taken apart; texts keep the script's escapes (<c>\n</c>, <c>\u{hex}</c>) and literals.</summary>
public sealed record CqlScriptOutcome
{
    /// <summary>What ended the statement.</summary>
    public required CqlOutcomeKind Kind { get; init; }

    /// <summary>The warnings of PREPARE's response.</summary>
    public IReadOnlyList<string> PrepareWarnings { get; init; } = [];

    /// <summary>The warnings of the response; of rows, those of the first page.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What PREPARE says of the markers; null when it was not prepared.</summary>
    public IReadOnlyList<CqlScriptColumn>? Markers { get; init; }

    /// <summary>The positions of the partition key's markers; null when PREPARE does not know them.</summary>
    public IReadOnlyList<int>? KeyMarkers { get; init; }

    /// <summary>The result columns that PREPARE announces; null when it announces none.</summary>
    public IReadOnlyList<CqlScriptColumn>? AnnouncedColumns { get; init; }

    /// <summary>The table of the result's metadata, where it is asked for: <c>global KS.T</c>, or one for each column.</summary>
    public string? Metadata { get; init; }

    /// <summary>The keyspace of a set-keyspace result.</summary>
    public string? Keyspace { get; init; }

    /// <summary>A schema change as it stands: <c>CREATED TABLE ks t</c>.</summary>
    public string? SchemaChange { get; init; }

    /// <summary>The columns of rows.</summary>
    public IReadOnlyList<CqlScriptColumn> Columns { get; init; } = [];

    /// <summary>The pages of rows. A page that ends with a paging state is followed by another, which may be empty.</summary>
    public IReadOnlyList<CqlScriptPage> Pages { get; init; } = [];

    /// <summary>The rows of all pages; each value as a CQL literal.</summary>
    public IEnumerable<IReadOnlyList<string>> Rows => Pages.SelectMany(page => page.Rows);

    /// <summary>The code of an error.</summary>
    public int ErrorCode { get; init; }

    /// <summary>The name of an error: <c>SyntaxError</c>, <c>Invalid</c>.</summary>
    public string? ErrorName { get; init; }

    /// <summary>The message of an error.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The further fields of an error's body, in order, as literals.</summary>
    public IReadOnlyList<string> ErrorDetails { get; init; } = [];

    /// <summary>How the connection ended.</summary>
    public string? Broken { get; init; }
}
