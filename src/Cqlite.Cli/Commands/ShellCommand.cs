using System.CommandLine;
using System.Text;
using Cqlite.Cli.Shell;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Output;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite shell</c>: statements and commands, typed, piped in, or from files.</summary>
internal static class ShellCommand
{
    private static readonly Option<string?> s_execute = new("--execute", "-e") { Description = "Run these statements, and leave.", HelpName = "CQL" };

    private static readonly Option<string?> s_file = new("--file", "-f") { Description = "Run the script of a file, and leave.", HelpName = "FILE" };

    private static readonly Option<string?> s_keyspace = new("--keyspace", "-k") { Description = "The keyspace to begin in.", HelpName = "NAME" };

    private static readonly Option<string> s_mode = Choice.Option("--mode", "MODE", "How rows are printed: table, csv, json, jsonl, line, ...", ResultFormats.Names);

    public static Command Create()
    {
        Command command = new("shell", "A shell for statements: history, completion, scripts, import and export.") { s_execute, s_file, s_keyspace, DatabaseOpening.Snapshot, s_mode };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetValue(s_execute) is not null && parsed.GetValue(s_file) is not null)
            throw new UsageException("--execute and --file contradict each other.");
        using Database database = DatabaseOpening.OpenForSession(parsed);
        using QueryEngine engine = new(database);
        QuerySession session = new(engine, parsed.GetValue(s_keyspace));
        bool hasScript = parsed.GetValue(s_execute) is not null || parsed.GetValue(s_file) is not null || Console.IsInputRedirected;
        ConsoleTerminal? terminal = !hasScript && ConsoleTerminal.IsUsable ? new ConsoleTerminal() : null;
        using Stream standard = StandardOutput.Open();
        using CqlShell shell = new(session, new ShellOutput(standard), terminal, stop);
        shell.Settings.Mode = parsed.GetValue(GlobalOptions.Json) && parsed.GetResult(s_mode) is null or { Implicit: true }
            ? ResultFormat.JsonLines
            : ResultFormats.Parse(parsed.GetRequiredValue(s_mode))!.Value;
        if (parsed.GetValue(s_execute) is { } statements)
            return Code(shell.RunScript(new StringReader(statements), "--execute"));
        if (parsed.GetValue(s_file) is { } file)
            return RunFile(shell, file);
        if (Console.IsInputRedirected)
            return RunInput(shell);
        Greet(shell, database);
        return terminal is null ? RunPlain(shell, stop) : RunEdited(shell, session, terminal);
    }

    private static int Code(bool isDone) => isDone ? 0 : Program.CouldNotRun;

    private static int RunFile(CqlShell shell, string file)
    {
        try
        {
            using StreamReader input = CqlShell.OpenText(file);
            return Code(shell.RunScript(input, file));
        }
        catch (ShellException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static int RunInput(CqlShell shell)
    {
        using StreamReader input = new(StandardHandles.OpenInput(), Encoding.UTF8);
        return Code(shell.RunScript(input, "standard input"));
    }

    private static int RunEdited(CqlShell shell, QuerySession session, ConsoleTerminal terminal)
    {
        History history = History.Load(History.DefaultPath);
        Completer completer = new(session);
        return shell.RunInteractive(new LineEditor(terminal, history, completer.Complete, CqlShell.IsComplete), history);
    }

    // A terminal that can do nothing but print lines: errors are told, and the shell goes on.
    private static int RunPlain(CqlShell shell, CancellationToken stop)
    {
        StringBuilder text = new();
        while (!shell.HasEnded && !stop.IsCancellationRequested)
        {
            Console.Out.Write(text.Length > 0 ? "   ...> " : shell.Session.Keyspace is { } keyspace ? $"cqlite:{keyspace}> " : "cqlite> ");
            if (Console.In.ReadLine() is not { } line)
                return 0;
            text.Append(text.Length > 0 ? "\n" : "").Append(line);
            if (!CqlShell.IsComplete(text.ToString()))
                continue;
            shell.RunText(text.ToString());
            text.Clear();
        }

        return 0;
    }

    private static void Greet(CqlShell shell, Database database)
    {
        shell.Output.WriteLine($"cqlite {typeof(ShellCommand).Assembly.GetName().Version!.ToString(3)}, CQL 3.4.7. {database.Path}{(database.IsReadOnly ? ", read-only" : "")}.");
        shell.Output.WriteLine("HELP tells the commands, Ctrl-D leaves.");
    }
}
