using System.Diagnostics;
using System.Globalization;
using Cqlite.Core.Cql;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Output;
using Cqlite.Core.Transfer;

namespace Cqlite.Cli.Shell;

/// <summary>
/// The shell: executes statements, cqlsh's commands and sqlite3's, typed at a terminal or from scripts. A command is a line; a statement goes on to its semicolon.
/// </summary>
internal sealed class CqlShell : IDisposable
{
    private const int DeepestScript = 16;
    private readonly CancellationToken _stop;
    private readonly ITerminal? _terminal;
    private int _depth;

    /// <summary>Creates a shell.</summary>
    /// <param name="session">What answers.</param>
    /// <param name="output">Where it prints.</param>
    /// <param name="terminal">The terminal at which someone sits; null for none.</param>
    /// <param name="stop">Ends the command.</param>
    public CqlShell(QuerySession session, ShellOutput output, ITerminal? terminal, CancellationToken stop)
    {
        Session = session;
        Output = output;
        _terminal = terminal;
        _stop = stop;
    }

    /// <summary>What answers.</summary>
    public QuerySession Session { get; }

    /// <summary>Where it prints.</summary>
    public ShellOutput Output { get; }

    /// <summary>What was set.</summary>
    public ShellSettings Settings { get; } = new();

    /// <summary>Whether someone sits at a terminal.</summary>
    public bool IsInteractive => _terminal is not null;

    /// <summary>Whether it was asked to end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Asks it to end.</summary>
    public void End() => HasEnded = true;

    /// <inheritdoc/>
    public void Dispose() => Output.Dispose();

    /// <summary>Clears the screen.</summary>
    public void Clear() => _terminal?.Write("\e[2J\e[3J\e[H");

    /// <summary>Reads from the terminal until the end; errors are told, and the shell goes on.</summary>
    public int RunInteractive(LineEditor editor, History history)
    {
        Interruption.KeepRunning();
        while (!HasEnded)
        {
            string prompt = Session.Keyspace is { } keyspace ? $"cqlite:{keyspace}> " : "cqlite> ";
            string continuation = new string(' ', Math.Max(0, prompt.Length - 5)) + "...> ";
            switch (editor.Read(prompt, continuation, out string text))
            {
                case LineEditor.Ending.Closed:
                    return 0;
                case LineEditor.Ending.Interrupted:
                    continue;
            }

            history.Add(text.TrimEnd());
            RunText(text);
        }

        return 0;
    }

    /// <summary>Runs a script to its end, or its first error.</summary>
    /// <param name="input">The script.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>Whether all of it was run.</returns>
    public bool RunScript(TextReader input, string name)
    {
        if (_depth == DeepestScript)
            throw new ShellException($"scripts that read scripts {DeepestScript} deep: one reads itself?");
        _depth++;
        try
        {
            ScriptReader reader = new(input, IsCommand);
            while (!HasEnded && reader.Next() is { } item)
            {
                _stop.ThrowIfCancellationRequested();
                if (!TryRun(item, name))
                    return false;
            }

            return true;
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>Whether what was typed is whole: Enter runs it.</summary>
    public static bool IsComplete(string text) =>
        text.AsSpan().Trim().IsEmpty || IsCommand(text) || StatementSplitter.IsWhole(text, StatementSplitter.Split(text));

    /// <summary>Whether a text begins with a command, which ends with its line.</summary>
    public static bool IsCommand(string text) => text.AsSpan().TrimStart() is ['.', ..] or ['?', ..] || CqlshCommands.IsCommand(text);

    /// <summary>Executes a statement and prints its rows.</summary>
    public void Execute(string statement)
    {
        if (CommandWords.First(statement) == "EXPLAIN")
        {
            Explain(statement.TrimStart()["EXPLAIN".Length..]);
            return;
        }

        if (Settings.Explain)
        {
            Explain(statement);
            return;
        }

        long started = Stopwatch.GetTimestamp();
        using CancellationTokenSource stop = Interruption.Begin(_stop);
        try
        {
            using QueryResult result = Session.Execute(statement, options: new QueryOptions { Cancellation = stop.Token });
            foreach (string warning in result.Warnings)
                Console.Error.WriteLine($"warning: {warning}");
            if (result.Kind == ResultKind.Rows)
                Print(result, stop.Token);
            if (Settings.Timer)
                Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Time: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F1} ms"));
        }
        finally
        {
            Interruption.End();
        }
    }

    /// <summary>Does something that Ctrl-C ends, with a line of progress.</summary>
    public T Work<T>(Func<string> progress, Func<CancellationToken, T> work)
    {
        using CancellationTokenSource stop = Interruption.Begin(_stop);
        try
        {
            using (new ProgressLine(progress))
                return work(stop.Token);
        }
        finally
        {
            Interruption.End();
        }
    }

    /// <summary>Prints a plan.</summary>
    public void Explain(string statement) => Output.WriteRows(Session.Prepare(statement).Explain().TrimEnd('\n') + "\n");

    /// <summary>Runs the script of a file.</summary>
    /// <exception cref="ShellException">The file can't be read, or the script has failed.</exception>
    public void RunFile(string path)
    {
        using StreamReader input = OpenText(path);
        if (!RunScript(input, path))
            throw new ShellException($"{path} was not run to its end.");
    }

    /// <summary>Opens a text file.</summary>
    /// <exception cref="ShellException">It can't be read.</exception>
    public static StreamReader OpenText(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (IOException e)
        {
            throw new ShellException(e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file." : $"{path}: {e.Message}");
        }
        catch (UnauthorizedAccessException)
        {
            throw new ShellException($"{path}: permission denied.");
        }
    }

    private void Print(QueryResult result, CancellationToken stop)
    {
        if (CqlshCommands.IsDescription(result))
        {
            CqlshCommands.PrintDescription(result, Output);
            return;
        }

        // Rows at a terminal are progress enough.
        bool pages = _terminal is not null && Settings.PageLines > 0 && Output.CapturePath is null;
        using PagingStream? paging = pages ? new PagingStream(Output.Rows, _terminal!, Settings.PageLines) : null;
        using (new ProgressLine(() => paging is { HasBegun: true } ? "" : string.Create(CultureInfo.InvariantCulture, $"{result.RowsRead:N0} rows of {result.PartitionsRead:N0} partitions read")))
            ResultWriter.For(Settings.Format).Write(result, paging ?? Output.Rows, stop);
    }

    /// <summary>Runs what was typed.</summary>
    public void RunText(string text)
    {
        ScriptReader reader = new(new StringReader(text), IsCommand);
        while (!HasEnded && reader.Next() is { } item)
        {
            if (!TryRun(item, name: null))
                return;
        }
    }

    private bool TryRun(FileStatement item, string? name)
    {
        try
        {
            if (IsCommand(item.Text))
                RunCommand(item.Text);
            else
                Execute(item.Text);
            return true;
        }
        catch (CqliteException e)
        {
            Tell(ShellError.Format(e, item.Text, name, item.Line));
        }
        catch (ShellException e)
        {
            Tell(ShellError.Format(e, item.Text, name, item.Line));
        }
        catch (ArgumentException e)
        {
            Tell(ShellError.Format(e, item.Text, name, item.Line));
        }
        catch (IOException e) when (!StandardOutput.IsBrokenPipe(e))
        {
            Tell(ShellError.Format(e, item.Text, name, item.Line));
        }
        catch (OperationCanceledException) when (IsInteractive && !_stop.IsCancellationRequested)
        {
            Tell("stopped.");
        }

        return false;
    }

    private void RunCommand(string text)
    {
        if (text.StartsWith('.'))
            DotCommands.Run(this, text);
        else
            CqlshCommands.Run(this, text);
    }

    private static void Tell(string error)
    {
        ProgressLine.Wipe();
        Console.Error.WriteLine(error);
    }
}
