using Cqlite.Core.Cql;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Cli.Shell;

/// <summary>
/// Completes statements and commands: keywords, and names by what stands before them. Keywords come in the case that was begun in.
/// </summary>
internal sealed class Completer(QuerySession session)
{
    private static readonly string[] s_statements =
    [
        "ALTER", "BEGIN", "CREATE", "DELETE", "DESCRIBE", "DROP", "EXPLAIN", "GRANT", "INSERT", "LIST", "REVOKE", "SELECT", "TRUNCATE", "UPDATE", "USE",
        "CAPTURE", "CLEAR", "CONSISTENCY", "COPY", "EXIT", "EXPAND", "HELP", "LOGIN", "PAGING", "QUIT", "SERIAL", "SHOW", "SOURCE", "TRACING",
    ];

    private static readonly string[] s_functions =
    [
        "avg(", "blob_as_", "cast(", "count(", "current_date(", "current_time(", "current_timestamp(", "current_timeuuid(", "from_json(", "map_keys(", "map_values(", "max(",
        "max_timeuuid(", "min(", "min_timeuuid(", "now(", "similarity_cosine(", "similarity_dot_product(", "similarity_euclidean(", "sum(", "to_date(", "to_json(", "to_timestamp(",
        "to_unix_timestamp(", "token(", "ttl(", "uuid(", "writetime(", "collection_count(", "collection_max(", "collection_min(", "collection_sum(", "collection_avg(", "abs(",
        "exp(", "log(", "log10(", "round(", "mask_default(", "mask_hash(", "mask_inner(", "mask_null(", "mask_outer(", "mask_replace(", "maxwritetime(",
    ];

    private static readonly Dictionary<string, string[]> s_keywords = new(StringComparer.Ordinal)
    {
        ["SELECT"] = ["FROM", "WHERE", "AND", "IN", "CONTAINS", "KEY", "LIKE", "GROUP", "ORDER", "BY", "ASC", "DESC", "ANN", "OF", "PER", "PARTITION", "LIMIT", "ALLOW", "FILTERING", "DISTINCT", "JSON", "AS"],
        ["INSERT"] = ["INTO", "VALUES", "JSON", "IF", "NOT", "EXISTS", "USING", "TIMESTAMP", "TTL", "AND", "DEFAULT", "NULL", "UNSET"],
        ["UPDATE"] = ["SET", "WHERE", "AND", "IF", "EXISTS", "USING", "TIMESTAMP", "TTL", "IN"],
        ["DELETE"] = ["FROM", "WHERE", "AND", "IF", "EXISTS", "USING", "TIMESTAMP", "IN"],
        ["BEGIN"] = ["BATCH", "UNLOGGED", "COUNTER", "INSERT", "UPDATE", "DELETE", "APPLY", "USING", "TIMESTAMP", "INTO", "VALUES", "SET", "WHERE", "FROM", "AND"],
        ["CREATE"] =
        [
            "AGGREGATE", "AND", "AS", "CLUSTERING", "COMPACTION", "COMPRESSION", "CUSTOM", "EXISTS", "FROM", "FROZEN", "FUNCTION", "IF", "INDEX", "IS", "KEY", "KEYSPACE", "MATERIALIZED", "NOT", "NULL", "ON",
            "OPTIONS", "ORDER", "BY", "PASSWORD", "PRIMARY", "REPLICATION", "ROLE", "SELECT", "STATIC", "SUPERUSER", "LOGIN", "TABLE", "TYPE", "USER", "USING", "VIEW", "WHERE", "WITH", "ASC", "DESC",
        ],
        ["ALTER"] = ["ADD", "DROP", "IF", "EXISTS", "KEYSPACE", "MATERIALIZED", "NOT", "RENAME", "ROLE", "TABLE", "TO", "TYPE", "USER", "VIEW", "WITH", "AND", "STATIC"],
        ["DROP"] = ["AGGREGATE", "EXISTS", "FUNCTION", "IF", "INDEX", "KEYSPACE", "MATERIALIZED", "ROLE", "TABLE", "TRIGGER", "TYPE", "USER", "VIEW"],
        ["DESCRIBE"] =
        [
            "AGGREGATE", "AGGREGATES", "CLUSTER", "FULL", "FUNCTION", "FUNCTIONS", "INDEX", "INTERNALS", "KEYSPACE", "KEYSPACES", "MATERIALIZED", "ONLY", "SCHEMA", "TABLE", "TABLES", "TYPE", "TYPES", "VIEW", "WITH",
        ],
        ["TRUNCATE"] = ["TABLE"],
        ["USE"] = [],
        ["COPY"] = ["FROM", "TO", "WITH", "AND", "STDIN", "STDOUT", .. CopyStatement.OptionNames],
        ["GRANT"] = ["ALL", "ALTER", "AUTHORIZE", "CREATE", "DESCRIBE", "DROP", "EXECUTE", "KEYSPACE", "KEYSPACES", "MODIFY", "ON", "PERMISSIONS", "ROLE", "SELECT", "TABLE", "TO"],
        ["REVOKE"] = ["ALL", "ALTER", "AUTHORIZE", "CREATE", "DESCRIBE", "DROP", "EXECUTE", "FROM", "KEYSPACE", "KEYSPACES", "MODIFY", "ON", "PERMISSIONS", "ROLE", "SELECT", "TABLE"],
        ["LIST"] = ["ALL", "OF", "ON", "PERMISSIONS", "ROLES", "USERS"],
        ["CONSISTENCY"] = ConsistencyLevels.Names,
        ["SERIAL"] = ["CONSISTENCY", "SERIAL", "LOCAL_SERIAL"],
        ["SHOW"] = ["HOST", "VERSION"],
        ["PAGING"] = ["ON", "OFF"],
        ["EXPAND"] = ["ON", "OFF"],
        ["TRACING"] = ["OFF"],
        ["CAPTURE"] = ["OFF"],
    };

    /// <summary>What can stand at a place.</summary>
    public Completions Complete(string text, int cursor)
    {
        string before = text[..cursor];
        if (before.TrimStart() is ['.', ..])
            return CompleteCommand(before);
        List<(TokenKind Kind, string Text, int Start)> tokens = Tokens(before);

        // Within a text or a comment nothing is known but a file's name.
        if (tokens.Count > 0 && tokens[^1].Kind == TokenKind.Invalid)
            return tokens[^1].Text is ['\'', .. var path] && IsFilePlace(tokens) ? Paths(path, cursor, "'") : new Completions(cursor, []);
        bool inWord = tokens.Count > 0 && tokens[^1].Start + tokens[^1].Text.Length == cursor && IsWord(tokens[^1]);
        string word = inWord ? tokens[^1].Text : "";
        if (inWord)
            tokens.RemoveAt(tokens.Count - 1);
        int statement = tokens.FindLastIndex(t => t.Kind == TokenKind.Semicolon) + 1;
        bool inBatch = tokens.Count > 0 && tokens[0].Text.Equals("BEGIN", StringComparison.OrdinalIgnoreCase);
        tokens = inBatch ? tokens : tokens[statement..];
        int start = cursor - word.Length;
        return new Completions(start, Sorted(Candidates(tokens, word, text), word));
    }

    private IEnumerable<string> Candidates(List<(TokenKind Kind, string Text, int Start)> tokens, string word, string text)
    {
        if (tokens.Count > 0 && tokens[0].Text.Equals("EXPLAIN", StringComparison.OrdinalIgnoreCase))
            tokens = tokens[1..];
        if (tokens.Count == 0)
            return s_statements.Select(k => InCaseOf(k, word));
        string verb = tokens[0].Text.ToUpperInvariant();
        if (verb == "DESC")
            verb = "DESCRIBE";
        string last = tokens[^1].Text.ToUpperInvariant();
        if (last == "." && tokens.Count > 1)
            return AfterDot(tokens[^2].Text, tokens);
        IEnumerable<string> keywords = s_keywords.GetValueOrDefault(verb, []).Select(k => InCaseOf(k, word));
        switch (last)
        {
            case "USE":
                return KeyspaceNames(withDot: false);
            case "FROM" or "INTO" or "UPDATE" or "COPY" or "TRUNCATE":
                return TableNames();
            case "TABLE" or "COLUMNFAMILY" when verb is not "CREATE":
                return TableNames().Append(InCaseOf("IF", word));
            case "ON" when verb is "CREATE" or "GRANT" or "REVOKE":
                return TableNames().Concat(keywords);
            case "KEYSPACE" when verb is not "CREATE":
                return KeyspaceNames(withDot: false);
            case "TYPE" when verb is not "CREATE":
                return TypeNames().Concat(KeyspaceNames(withDot: true));
            case "INDEX" when verb is "DROP" or "DESCRIBE":
                return Keyspaces().SelectMany(k => k.Tables.Values).SelectMany(t => t.Indexes.Keys).Select(Quote);
            case "VIEW" when verb is not "CREATE":
                return Keyspaces().SelectMany(k => k.Views.Keys).Select(Quote).Concat(KeyspaceNames(withDot: true));
            case "ALLOW":
                return [InCaseOf("FILTERING", word)];
            case "PRIMARY":
                return [InCaseOf("KEY", word)];
            case "GROUP" or "ORDER":
                return [InCaseOf("BY", word)];
        }

        if (verb == "DESCRIBE" && tokens.Count == 1)
            return keywords.Concat(TableNames());
        if (verb is "CREATE" or "ALTER" && tokens.Any(t => t.Text is "(" || t.Text.Equals("ADD", StringComparison.OrdinalIgnoreCase)))
            return keywords.Concat(NativeTypes()).Concat(TypeNames());
        if (verb is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "BEGIN" or "COPY")
            return InClause(tokens, last, verb, text, keywords);
        return keywords;
    }

    /// <summary>Within SELECT and the statements that write: columns where a column must stand, functions where a value may, else keywords.</summary>
    private IEnumerable<string> InClause(List<(TokenKind Kind, string Text, int Start)> tokens, string last, string verb, string text, IEnumerable<string> keywords)
    {
        string[] columns = [.. ColumnsOf(text).Select(Quote)];
        string clause = tokens.FindLast(t => t.Text.ToUpperInvariant() is "SELECT" or "FROM" or "WHERE" or "SET" or "INTO" or "VALUES" or "BY" or "USING" or "IF" or "LIMIT").Text?.ToUpperInvariant() ?? verb;
        bool isAfterComma = last is "," or "(";
        return clause switch
        {
            "WHERE" or "IF" when last is "WHERE" or "AND" or "IF" => columns.Concat(clause == "WHERE" ? ["token("] : ["EXISTS", "NOT"]),
            "SET" when last is "SET" or "," => columns,
            "BY" when last is "BY" or "," => columns,
            "INTO" when isAfterComma => columns,
            "SELECT" when last is "SELECT" or "," or "(" or "DISTINCT" or "JSON" => columns.Concat(s_functions).Concat(Functions()).Concat(last == "SELECT" ? ["DISTINCT", "JSON", "*"] : []),
            "VALUES" when isAfterComma => s_functions.Where(f => f is not ("ttl(" or "writetime(" or "maxwritetime(" or "count(" or "token(")).Concat(Functions()),
            "WHERE" or "SET" or "IF" when last is "=" or "<" or ">" or "<=" or ">=" or "+" or "-" => s_functions.Concat(Functions()).Concat(clause == "SET" ? columns : []),
            _ when verb == "COPY" && isAfterComma => columns,
            _ => keywords,
        };
    }

    private IEnumerable<string> AfterDot(string owner, List<(TokenKind Kind, string Text, int Start)> tokens)
    {
        string name = Plain(owner);
        if (session.Engine.Database.Schema.Keyspaces.GetValueOrDefault(name) is not { } keyspace)
            return [];
        bool isType = tokens.Count > 2 && tokens[^3].Text.Equals("TYPE", StringComparison.OrdinalIgnoreCase);
        return (isType ? keyspace.UserTypes.Keys : keyspace.TablesAndViews.Select(t => t.Name)).Select(Quote);
    }

    /// <summary>The table that a statement is about: what stands behind FROM, INTO, UPDATE or COPY, also behind the cursor.</summary>
    private TableMetadata? TableOf(string text)
    {
        List<(TokenKind Kind, string Text, int Start)> tokens = Tokens(text);
        for (int i = tokens.Count - 2; i >= 0; i--)
        {
            if (tokens[i].Text.ToUpperInvariant() is not ("FROM" or "INTO" or "UPDATE" or "COPY") || !IsWord(tokens[i + 1]))
                continue;
            bool isQualified = i + 3 < tokens.Count && tokens[i + 2].Text == ".";
            string? keyspace = isQualified ? Plain(tokens[i + 1].Text) : session.Keyspace;
            if (keyspace is not null && session.Engine.Database.Schema.Table(keyspace, Plain(tokens[isQualified ? i + 3 : i + 1].Text)) is { } table)
                return table;
        }

        return null;
    }

    // Before anyone has said which table, those of the keyspace may be meant.
    private IEnumerable<string> ColumnsOf(string text)
    {
        IEnumerable<TableMetadata> tables = TableOf(text) is { } table ? [table] : session.Keyspace is null ? [] : Keyspaces().SelectMany(k => k.TablesAndViews);
        return tables.SelectMany(t => t.ColumnsInSelectOrder()).Select(c => c.Name).Distinct(StringComparer.Ordinal);
    }

    private Completions CompleteCommand(string before)
    {
        int blank = before.LastIndexOf(' ');
        string word = before[(blank + 1)..];
        int start = blank + 1;
        string command = CommandWords.First(before).ToLowerInvariant();
        if (blank < 0)
            return new Completions(start, Sorted(DotCommands.Names, word));
        int position = before.TrimStart().Count(c => c == ' ');
        return command switch
        {
            ".read" or ".output" => Paths(word, before.Length, ""),
            ".import" when position == 1 => Paths(word, before.Length, ""),
            ".export" when position == 2 => Paths(word, before.Length, ""),
            ".import" or ".export" or ".schema" or ".tables" => new Completions(start, Sorted(DottedTableNames(), word)),
            ".mode" => new Completions(start, Sorted(Core.Query.Output.ResultFormats.Names, word)),
            ".timer" or ".explain" => new Completions(start, Sorted(["on", "off"], word)),
            ".help" => new Completions(start, Sorted(DotCommands.Names, word)),
            _ => new Completions(start, []),
        };
    }

    private static Completions Paths(string typed, int cursor, string quote)
    {
        int slash = typed.LastIndexOfAny(['/', '\\']);
        string folder = typed[..(slash + 1)];
        string name = typed[(slash + 1)..];
        try
        {
            DirectoryInfo directory = new(folder.Length == 0 ? "." : folder);
            List<string> found = [];
            if (directory.Exists)
            {
                foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos(name + "*"))
                    found.Add(entry is DirectoryInfo ? entry.Name + "/" : entry.Name + quote);
            }

            return new Completions(cursor - name.Length, Sorted(found, name));
        }
        catch (IOException)
        {
            return new Completions(cursor, []);
        }
        catch (UnauthorizedAccessException)
        {
            return new Completions(cursor, []);
        }
    }

    private static bool IsFilePlace(List<(TokenKind Kind, string Text, int Start)> tokens) =>
        tokens.Count > 1 && (tokens[0].Text.ToUpperInvariant() is "SOURCE" or "CAPTURE"
            || (tokens[0].Text.Equals("COPY", StringComparison.OrdinalIgnoreCase) && tokens[^2].Text.ToUpperInvariant() is "FROM" or "TO"));

    private static List<(TokenKind Kind, string Text, int Start)> Tokens(string text)
    {
        List<(TokenKind, string, int)> tokens = [];
        CqlLexer lexer = new(text);
        while (lexer.Next() is { Kind: not TokenKind.EndOfFile } token)
        {
            // A quote that does not end yet takes all that follows.
            bool isOpen = token.Kind == TokenKind.Invalid && text[token.Start] is '\'' or '"';
            tokens.Add((token.Kind, isOpen ? text[token.Start..] : text[token.Start..token.End], token.Start));
            if (isOpen)
                break;
        }

        return tokens;
    }

    private IEnumerable<KeyspaceMetadata> Keyspaces() => session.Keyspace is { } current && session.Engine.Database.Schema.Keyspaces.GetValueOrDefault(current) is { } keyspace
        ? [keyspace]
        : session.Engine.Database.Schema.Keyspaces.Values;

    private IEnumerable<string> KeyspaceNames(bool withDot) => session.Engine.Database.Schema.Keyspaces.Keys.Select(k => Quote(k) + (withDot ? "." : ""));

    private IEnumerable<string> TableNames()
    {
        IEnumerable<string> own = session.Keyspace is null ? [] : Keyspaces().SelectMany(k => k.TablesAndViews).Select(t => Quote(t.Name));
        return own.Concat(KeyspaceNames(withDot: true));
    }

    private IEnumerable<string> DottedTableNames() => session.Engine.Database.Schema.Keyspaces.Values
        .Where(k => !SystemKeyspaces.IsSystem(k.Name))
        .SelectMany(k => k.TablesAndViews)
        .Select(t => t.Keyspace == session.Keyspace ? Quote(t.Name) : $"{Quote(t.Keyspace)}.{Quote(t.Name)}");

    private IEnumerable<string> TypeNames() => Keyspaces().SelectMany(k => k.UserTypes.Keys).Select(Quote);

    private IEnumerable<string> Functions() => Keyspaces().SelectMany(k => k.Functions.Values).Select(f => Quote(f.Name) + "(").Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> NativeTypes() =>
        ["ascii", "bigint", "blob", "boolean", "counter", "date", "decimal", "double", "duration", "float", "frozen<", "inet", "int", "list<", "map<", "set<", "smallint", "text", "time", "timestamp", "timeuuid", "tinyint", "tuple<", "uuid", "varchar", "varint", "vector<"];

    private static string[] Sorted(IEnumerable<string> candidates, string word) =>
        [.. candidates.Where(c => c.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)];

    private static bool IsWord((TokenKind Kind, string Text, int Start) token) => char.IsAsciiLetter(token.Text[0]) || token.Kind == TokenKind.QuotedName;

    private static string InCaseOf(string keyword, string word) => word.Length > 0 && word.All(c => !char.IsAsciiLetterUpper(c)) ? keyword.ToLowerInvariant() : keyword;

    private static string Quote(string name) => CqlIdentifier.Quote(name);

    private static string Plain(string identifier) => identifier is ['"', .. var quoted, '"'] ? quoted.Replace("\"\"", "\"", StringComparison.Ordinal) : identifier.ToLowerInvariant();
}
