namespace Cqlite.Cli.Shell;

/// <summary>What HELP and <c>.help</c> tell.</summary>
internal static class ShellHelp
{
    private const string All = """
        Statements end with a semicolon and may go over lines. Commands end with their line.

        sqlite3's commands
          .tables [PATTERN]        tables; % stands for any letters
          .keyspaces               keyspaces
          .schema [PATTERN]        CREATE statements
          .mode [MODE]             table, csv, json, jsonl, line, expanded, wire, none
          .timer on|off            tell how long each statement took
          .explain [on|off|CQL]    print plans in place of rows; EXPLAIN SELECT ...; prints one
          .import FILE TABLE       read csv, json, jsonl, cql or sstable into a table; see .help .import
          .export TABLE FILE       write a table; see .help .export
          .read FILE               run a script
          .output [FILE]           send rows to a file; without a file, back to the terminal
          .show                    what is set
          .quit                    leave (also Ctrl-D)

        cqlsh's commands
          DESCRIBE TABLES | TABLE name | KEYSPACE name | SCHEMA | ...
          COPY table [(columns)] TO|FROM 'file' [WITH HEADER=true AND DELIMITER=';' ...]
          SOURCE 'file'  CAPTURE 'file' | OFF  EXPAND ON|OFF  PAGING ON|OFF|lines
          CONSISTENCY [level]  SERIAL CONSISTENCY [level]  SHOW VERSION|HOST  CLEAR  HELP  EXIT

        Keys: as in Emacs. Tab completes, twice it lists; Ctrl-R searches what was typed before; Ctrl-C gives up a line or ends a statement;
        Alt-Enter begins another line.
        """;

    private static readonly Dictionary<string, string> s_topics = new(StringComparer.OrdinalIgnoreCase)
    {
        [".import"] = """
            .import FILE TABLE [--format csv|json|jsonl|cql|sstable] [--skip N] [--max-errors N] [--reject FILE] [--delimiter C] [--ttl SECONDS] [--no-header]

            The format is told by the file's name where it is not given. The first wrong row ends the import, unless --max-errors allows some; --reject
            takes them. Columns writetime(c) and ttl(c) give times to column c.
            """,
        [".export"] = """
            .export TABLE FILE [--format csv|json|jsonl|cql|sstable] [--delimiter C] [--no-header] [--writetime] [--with-ttl] [--force]

            The format is told by the file's name where it is not given. The file appears when it is whole; --force replaces one that is there. --writetime and
            --with-ttl add the columns writetime(c) and ttl(c). SSTables go to a folder, and keep all times and tombstones.
            """,
        ["COPY"] = """
            COPY [keyspace.]table [(column, ...)] TO 'file' | STDOUT [WITH option = value AND ...];
            COPY [keyspace.]table [(column, ...)] FROM 'file' | STDIN [WITH option = value AND ...];

            Options, with cqlsh's meaning: HEADER, DELIMITER, QUOTE, ESCAPE, NULL, MAXROWS; TO: BEGINTOKEN, ENDTOKEN; FROM: SKIPROWS, SKIPCOLS, MAXPARSEERRORS,
            MAXINSERTERRORS, ERRFILE, TTL. Options about processes and requests are passed over. Values are always written exactly.
            """,
        ["DESCRIBE"] = """
            DESCRIBE CLUSTER | SCHEMA | FULL SCHEMA | KEYSPACES | TABLES | TYPES | FUNCTIONS | AGGREGATES
            DESCRIBE [ONLY] KEYSPACE [name] | TABLE name | TYPE name | INDEX name | MATERIALIZED VIEW name | FUNCTION name | AGGREGATE name | name
            WITH INTERNALS adds table ids and dropped columns.
            """,
    };

    /// <summary>The help on a command, or on all.</summary>
    /// <exception cref="ShellException">There is none on that.</exception>
    public static string For(string topic)
    {
        string name = topic.Trim().TrimEnd(';');
        if (name.Length == 0)
            return All.ReplaceLineEndings("\n");
        if (s_topics.TryGetValue(name, out string? text) || s_topics.TryGetValue("." + name, out text))
            return text.ReplaceLineEndings("\n");
        string[] lines = [.. All.Split('\n').Where(l => l.TrimStart().StartsWith(name, StringComparison.OrdinalIgnoreCase) || l.TrimStart().StartsWith("." + name, StringComparison.OrdinalIgnoreCase))];
        return lines.Length > 0 ? string.Join('\n', lines.Select(l => l.TrimEnd('\r'))) : throw new ShellException($"there is no help on '{name}'; HELP lists all commands.");
    }
}
