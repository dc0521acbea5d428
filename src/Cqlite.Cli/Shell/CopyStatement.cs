using System.Globalization;
using Cqlite.Core.Cql;
using Cqlite.Core.Transfer;

namespace Cqlite.Cli.Shell;

/// <summary>cqlsh's COPY: a table, perhaps columns, a file or a standard stream, and options.</summary>
/// <remarks>
/// <code>
/// COPY [keyspace.]table [(column, ...)] (TO | FROM) ('file' | STDIN | STDOUT) [WITH option = value [AND option = value]*] [;]
/// </code>
/// Source: pylib/cqlshlib/{cqlshmain,copyutil}.py.
/// </remarks>
internal sealed class CopyStatement
{
    private static readonly string[] s_ofClusters =
    [
        "MAXATTEMPTS", "REPORTFREQUENCY", "NUMPROCESSES", "CONFIGFILE", "RATEFILE", "CHUNKSIZE", "INGESTRATE", "MAXBATCHSIZE", "MINBATCHSIZE", "PREPAREDSTATEMENTS",
        "PAGESIZE", "PAGETIMEOUT", "MAXREQUESTS", "MAXINFLIGHTMESSAGES", "MAXBACKOFFATTEMPTS", "MAXPENDINGCHUNKS", "REQUESTTIMEOUT", "CHILDTIMEOUT",
    ];

    private static readonly string[] s_ofTexts = ["DATETIMEFORMAT", "DECIMALSEP", "THOUSANDSSEP", "BOOLSTYLE", "FLOATPRECISION", "DOUBLEPRECISION", "MAXOUTPUTSIZE"];

    private readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The keyspace; null for the session's.</summary>
    public string? Keyspace { get; private set; }

    /// <summary>The table.</summary>
    public string Table { get; private set; } = "";

    /// <summary>The columns; null for all.</summary>
    public IReadOnlyList<string>? Columns { get; private set; }

    /// <summary>Whether it exports.</summary>
    public bool IsExport { get; private set; }

    /// <summary>The file; null for a standard stream.</summary>
    public string? Path { get; private set; }

    /// <summary>Options that mean nothing without a cluster, which are told of and passed over.</summary>
    public IReadOnlyList<string> Ignored => [.. _options.Keys.Where(o => s_ofClusters.Contains(o, StringComparer.OrdinalIgnoreCase))];

    /// <summary>Names of all options that mean something.</summary>
    public static IReadOnlyList<string> OptionNames { get; } =
    [
        "BEGINTOKEN", "DELIMITER", "ENCODING", "ENDTOKEN", "ERRFILE", "ESCAPE", "HEADER", "MAXINSERTERRORS", "MAXPARSEERRORS", "MAXROWS", "NULL", "QUOTE", "SKIPCOLS", "SKIPROWS", "TTL",
    ];

    /// <summary>How to export.</summary>
    public ExportOptions Export => new()
    {
        Columns = Columns,
        Csv = Dialect,
        MaxRows = MaxRows,
        BeginToken = Token("BEGINTOKEN"),
        EndToken = Token("ENDTOKEN"),
        Overwrite = true,
    };

    /// <summary>How to import. cqlsh goes on after rows that do not parse, up to any number of them, and a thousand that the node refuses.</summary>
    public ImportOptions Import(string defaultRejectPath) => new()
    {
        Columns = Columns,
        Csv = Dialect,
        MaxRows = MaxRows,
        SkipRows = Number("SKIPROWS") ?? 0,
        SkipColumns = _options.TryGetValue("SKIPCOLS", out string? skipped) ? skipped.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [],
        MaxErrors = MaxErrors,
        RejectPath = _options.GetValueOrDefault("ERRFILE", defaultRejectPath),
        TtlSeconds = (int?)Number("TTL") is > 0 and var ttl ? ttl : null,
    };

    private long MaxRows => Number("MAXROWS") is >= 0 and var rows ? rows : long.MaxValue;

    private long MaxErrors => (Number("MAXPARSEERRORS"), Number("MAXINSERTERRORS")) switch
    {
        ( >= 0 and var parse, null) => parse,
        (null, >= 0 and var insert) => insert,
        ( >= 0 and var parse, >= 0 and var insert) => Math.Max(parse, insert),
        (null, null) => 1000,
        _ => long.MaxValue - 1,
    };

    private CsvDialect Dialect => new()
    {
        Delimiter = Sign("DELIMITER", ','),
        Quote = Sign("QUOTE", '"'),
        Escape = Sign("ESCAPE", '\\'),
        NullText = _options.GetValueOrDefault("NULL", ""),
        HasHeader = _options.TryGetValue("HEADER", out string? header) && CommandWords.OnOrOff("HEADER", header),
    };

    /// <summary>Reads the statement.</summary>
    /// <exception cref="ShellException">It is not one, or an option is unknown.</exception>
    public static CopyStatement Parse(string text)
    {
        CopyStatement statement = new();
        Reader reader = new(text);
        reader.Expect("COPY");
        statement.Table = reader.Name();
        if (reader.TryTake("."))
        {
            statement.Keyspace = statement.Table;
            statement.Table = reader.Name();
        }

        if (reader.TryTake("("))
        {
            List<string> columns = [];
            do
            {
                columns.Add(reader.Name());
            }
            while (reader.TryTake(","));
            reader.Expect(")");
            statement.Columns = columns;
        }

        statement.IsExport = reader.TryTake("TO");
        if (!statement.IsExport)
            reader.Expect("FROM");
        statement.Path = reader.TryTake(statement.IsExport ? "STDOUT" : "STDIN") ? null : reader.Text();
        if (reader.TryTake("WITH"))
        {
            do
            {
                statement.AddOption(reader);
            }
            while (reader.TryTake("AND"));
        }

        reader.TryTake(";");
        reader.ExpectEnd();
        return statement;
    }

    private void AddOption(Reader reader)
    {
        string name = reader.Name().ToUpperInvariant();
        reader.Expect("=");
        string value = reader.Value();
        if (s_ofTexts.Contains(name, StringComparer.Ordinal))
            throw new ShellException($"COPY writes and reads values exactly; {name} would change them and is not supported.");
        if (!OptionNames.Contains(name, StringComparer.Ordinal) && !s_ofClusters.Contains(name, StringComparer.Ordinal))
            throw new ShellException($"COPY has no option {name}; there are {string.Join(", ", OptionNames)}.");
        if (name == "ENCODING" && value.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() is not "UTF8")
            throw new ShellException($"ENCODING is always utf8; '{value}' is not supported.");
        _options[name] = value;
    }

    private long? Number(string option) => !_options.TryGetValue(option, out string? text) ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
        : throw new ShellException($"{option} takes a number, not '{text}'.");

    private long? Token(string option) => _options.TryGetValue(option, out string? text) && text.Length == 0 ? null : Number(option);

    private char Sign(string option, char otherwise) => !_options.TryGetValue(option, out string? text) ? otherwise
        : text switch
        {
            "\\t" => '\t',
            [var sign] => sign,
            _ => throw new ShellException($"{option} takes one character, not '{text}'."),
        };

    private sealed class Reader
    {
        private readonly string _text;
        private readonly List<SyntaxToken> _tokens = [];
        private int _at;

        public Reader(string text)
        {
            _text = text;
            CqlLexer lexer = new(text);
            SyntaxToken token;
            do
            {
                token = lexer.Next();
                _tokens.Add(token);
            }
            while (token.Kind != TokenKind.EndOfFile);
        }

        private SyntaxToken Current => _tokens[_at];

        private string CurrentText => _text[Current.Start..Current.End];

        public bool TryTake(string word)
        {
            if (Current.Kind == TokenKind.EndOfFile || !CurrentText.Equals(word, StringComparison.OrdinalIgnoreCase))
                return false;
            _at++;
            return true;
        }

        public void Expect(string word)
        {
            if (!TryTake(word))
                throw Wrong(word);
        }

        public void ExpectEnd()
        {
            if (Current.Kind != TokenKind.EndOfFile)
                throw Wrong("the end");
        }

        public string Name()
        {
            string text = CurrentText;
            if (Current.Kind == TokenKind.QuotedName)
                text = text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal);
            else if (text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_'))
                text = text.ToLowerInvariant();
            else
                throw Wrong("a name");
            _at++;
            return text;
        }

        public string Text()
        {
            if (Current.Kind != TokenKind.StringLiteral)
                throw Wrong("a file's name in single quotes, STDIN or STDOUT");
            string text = CurrentText[1..^1].Replace("''", "'", StringComparison.Ordinal);
            _at++;
            return text;
        }

        public string Value()
        {
            if (Current.Kind == TokenKind.StringLiteral)
                return Text();
            string value = "";
            if (TryTake("-"))
                value = "-";
            if (Current.Kind == TokenKind.EndOfFile)
                throw Wrong("a value");
            value += CurrentText;
            _at++;
            return value;
        }

        private ShellException Wrong(string expected) => new(
            $"COPY: {expected} is expected at column {Current.Start + 1}, and {(Current.Kind == TokenKind.EndOfFile ? "the statement ends" : $"'{CurrentText}' was found")}.");
    }
}
