using System.Text;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;

namespace Cqlite.Cli.Shell;

/// <summary>The commands that cqlsh has beside CQL. Each ends with its line, with a semicolon or without.</summary>
internal static class CqlshCommands
{
    private static readonly string[] s_words =
    [
        "CAPTURE", "CLEAR", "CLS", "CONSISTENCY", "COPY", "DESC", "DESCRIBE", "EXIT", "EXPAND", "HELP", "LOGIN", "PAGING", "QUIT", "SERIAL", "SHOW", "SOURCE", "TRACING",
    ];

    /// <summary>Whether a text begins with one of them.</summary>
    public static bool IsCommand(string text) => s_words.Contains(CommandWords.First(text), StringComparer.Ordinal) || text.TrimStart().StartsWith('?');

    /// <summary>Runs a command.</summary>
    /// <exception cref="ShellException">It makes no sense.</exception>
    public static void Run(CqlShell shell, string text)
    {
        string line = text.Trim().TrimEnd(';').TrimEnd();
        string word = CommandWords.First(line);
        string rest = line.Length > word.Length ? line[word.Length..].Trim() : "";
        switch (word)
        {
            case "DESCRIBE":
                shell.Execute(rest.Length == 0 ? throw new ShellException("DESCRIBE what? For example DESCRIBE TABLES, DESCRIBE TABLE name, DESCRIBE SCHEMA.") : line);
                break;
            case "DESC":
                Run(shell, $"DESCRIBE {rest}");
                break;
            case "HELP" or "?":
                shell.Output.WriteLine(ShellHelp.For(rest));
                break;
            case "EXIT" or "QUIT":
                shell.End();
                break;
            case "CLEAR" or "CLS":
                shell.Clear();
                break;
            case "SOURCE":
                shell.RunFile(Single(word, rest, "a file's name in single quotes"));
                break;
            case "CAPTURE":
                Capture(shell, rest);
                break;
            case "EXPAND":
                Expand(shell, rest);
                break;
            case "PAGING":
                Paging(shell, rest);
                break;
            case "CONSISTENCY":
                Consistency(shell, rest);
                break;
            case "SERIAL":
                SerialConsistency(shell, rest);
                break;
            case "TRACING":
                Tracing(shell, rest);
                break;
            case "SHOW":
                Show(shell, rest);
                break;
            case "LOGIN":
                throw new ShellException("this database has no authentication: everyone who can read its files can read its data.");
            case "COPY":
                Copy(shell, line);
                break;
        }
    }

    /// <summary>Whether a result is the answer of DESCRIBE, which is printed as text.</summary>
    public static bool IsDescription(QueryResult result) => result.Columns is [{ Keyspace: "system", Table: "describe" }, ..] && result.Columns.Length > 2 && result.Columns[0].Name == "keyspace_name";

    /// <summary>Prints the answer of DESCRIBE as cqlsh does: statements as text, names in columns.</summary>
    public static void PrintDescription(QueryResult result, ShellOutput output)
    {
        bool hasStatements = result.Columns.Length > 3;
        string? keyspace = null;
        List<string> names = [];
        StringBuilder text = new();
        while (result.MoveNext())
        {
            if (hasStatements)
            {
                text.Append('\n').Append(Text(result, 3).TrimEnd('\n')).Append('\n');
                continue;
            }

            bool isKeyspace = Text(result, 1) == "keyspace";
            if (!isKeyspace && Text(result, 0) != keyspace)
            {
                AppendNames(text, names);
                keyspace = Text(result, 0);
                text.Append($"\nKeyspace {keyspace}\n{new string('-', keyspace.Length + 9)}\n");
            }

            names.Add(Text(result, 2));
        }

        AppendNames(text, names);
        output.WriteRows(text.Append('\n').ToString());
    }

    private static string Text(QueryResult result, int column) => Encoding.UTF8.GetString(result.GetValue(column, out _));

    private static void AppendNames(StringBuilder text, List<string> names)
    {
        if (names.Count == 0)
            return;
        const int Width = 80;
        int width = names.Max(n => n.Length) + 2;
        int perLine = Math.Max(1, Width / width);
        for (int i = 0; i < names.Count; i += perLine)
            text.AppendJoin("", names.Skip(i).Take(perLine).Select((n, j) => j == perLine - 1 || i + j == names.Count - 1 ? n : n.PadRight(width))).Append('\n');
        names.Clear();
    }

    private static string Single(string command, string rest, string expected)
    {
        List<string> words = CommandWords.Split(rest);
        return words is [var only] ? only : throw new ShellException($"{command} takes {expected}.");
    }

    private static void Capture(CqlShell shell, string rest)
    {
        if (rest.Length == 0)
        {
            shell.Output.WriteLine(shell.Output.CapturePath is { } path ? $"Currently capturing query output to '{path}'." : "Currently not capturing query output.");
            return;
        }

        bool isOff = rest.Equals("OFF", StringComparison.OrdinalIgnoreCase);
        string target = isOff ? "" : Single("CAPTURE", rest, "a file's name in single quotes, or OFF");
        shell.Output.Capture(isOff ? null : target);
        if (!isOff && shell.IsInteractive)
            shell.Output.WriteLine($"Now capturing query output to '{target}'.");
    }

    private static void Expand(CqlShell shell, string rest)
    {
        if (rest.Length > 0)
            shell.Settings.Expand = CommandWords.OnOrOff("EXPAND", rest);
        string state = shell.Settings.Expand ? "enabled" : "disabled";
        shell.Output.WriteLine(rest.Length > 0 ? $"{(shell.Settings.Expand ? "Now" : "Disabled")} Expanded output{(shell.Settings.Expand ? " is enabled" : "")}." : $"Expanded output is currently {state}.");
    }

    private static void Paging(CqlShell shell, string rest)
    {
        const int UsualLines = 100;
        if (int.TryParse(rest, out int lines) && lines > 0)
            shell.Settings.PageLines = lines;
        else if (rest.Length > 0)
            shell.Settings.PageLines = CommandWords.OnOrOff("PAGING", rest) ? UsualLines : 0;
        shell.Output.WriteLine(shell.Settings.PageLines > 0
            ? $"Query paging is enabled: {shell.Settings.PageLines} lines a page. Use PAGING OFF to disable it."
            : "Query paging is disabled. Use PAGING ON to enable it.");
    }

    private static void Consistency(CqlShell shell, string rest)
    {
        if (rest.Length > 0)
        {
            shell.Settings.Consistency = ConsistencyLevels.Names.FirstOrDefault(n => n.Equals(rest, StringComparison.OrdinalIgnoreCase))
                ?? throw new ShellException($"'{rest}' is no consistency level; there are {string.Join(", ", ConsistencyLevels.Names)}.");
            shell.Output.WriteLine($"Consistency level set to {shell.Settings.Consistency}. (One process answers alone, at any level alike.)");
            return;
        }

        shell.Output.WriteLine($"Current consistency level is {shell.Settings.Consistency}.");
    }

    private static void SerialConsistency(CqlShell shell, string rest)
    {
        List<string> words = CommandWords.Split(rest);
        if (words.Count == 0 || !words[0].Equals("CONSISTENCY", StringComparison.OrdinalIgnoreCase) || words.Count > 2)
            throw new ShellException("SERIAL CONSISTENCY takes SERIAL or LOCAL_SERIAL.");
        if (words.Count == 1)
        {
            shell.Output.WriteLine($"Current serial consistency level is {shell.Settings.SerialConsistency}.");
            return;
        }

        string level = words[1].ToUpperInvariant();
        shell.Settings.SerialConsistency = level is "SERIAL" or "LOCAL_SERIAL" ? level : throw new ShellException("SERIAL CONSISTENCY takes SERIAL or LOCAL_SERIAL.");
        shell.Output.WriteLine($"Serial consistency level set to {level}.");
    }

    private static void Tracing(CqlShell shell, string rest)
    {
        if (rest.Length > 0 && CommandWords.OnOrOff("TRACING", rest))
            throw new ShellException("there is nothing to trace: no statement leaves this process. EXPLAIN shows what a statement does, .timer how long it takes.");
        shell.Output.WriteLine("Tracing is disabled.");
    }

    private static void Show(CqlShell shell, string rest)
    {
        switch (rest.ToUpperInvariant())
        {
            case "VERSION":
                shell.Output.WriteLine($"[cqlite {typeof(CqlShell).Assembly.GetName().Version!.ToString(3)} | CQL spec 3.4.7 | compatible with Cassandra 5.0]");
                break;
            case "HOST":
                shell.Output.WriteLine($"Connected to {shell.Session.Engine.Database.Path}{(shell.Session.Engine.Database.IsReadOnly ? ", read-only" : "")}.");
                break;
            default:
                throw new ShellException("SHOW takes VERSION or HOST.");
        }
    }

    private static void Copy(CqlShell shell, string line)
    {
        CopyStatement copy = CopyStatement.Parse(line);
        string keyspace = copy.Keyspace ?? shell.Session.Keyspace ?? throw new ShellException("no keyspace: write COPY keyspace.table, or USE one first.");
        TableMetadata table = shell.Session.Engine.Database.Schema.Table(keyspace, copy.Table)
            ?? throw new InvalidQueryException($"table {keyspace}.{copy.Table} does not exist");
        foreach (string option in copy.Ignored)
            Console.Error.WriteLine($"note: {option} has no meaning without a cluster, and is passed over.");
        TableTransfer transfer = new(shell, table);
        if (copy.IsExport)
            transfer.Export(copy.Path, TransferFormat.Csv, copy.Export);
        else
            transfer.Import(copy.Path, TransferFormat.Csv, copy.Import($"import_{keyspace}_{copy.Table}.err"));
    }
}
