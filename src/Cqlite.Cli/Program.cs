using System.CommandLine;
using System.CommandLine.Help;
using Cqlite.Cli.Commands;
using Cqlite.Cli.Help;
using Cqlite.Core.Errors;

namespace Cqlite.Cli;

/// <summary>The <c>cqlite</c> command. Exit codes: 0 done and valid, 1 ran and found something wrong, 2 could not run, 130 stopped by Ctrl-C.</summary>
internal static class Program
{
    /// <summary>Ran, and found something wrong.</summary>
    public const int FoundWrong = 1;

    /// <summary>Could not run: usage, connection, corrupt input.</summary>
    public const int CouldNotRun = 2;

    /// <summary>Stopped by Ctrl-C: what a shell reports of a command that SIGINT ended, so that loops around it end too.</summary>
    public const int Stopped = 130;

    /// <summary>How long a command may take to end by itself after Ctrl-C: it may be waiting for a pipe or a disk.</summary>
    private const int StopWithinMillis = 120;

    private const int SayStoppedWithinMillis = 1000;

    private static int s_stopWithinMillis = StopWithinMillis;

    public static int Main(string[] args)
    {
        StandardHandles.Settle();

        // Nobody should wait for the parser of options to learn the version.
        return args is ["--version"] ? Guard(TellVersion, asJson: false) : Run(args);
    }

    /// <summary>Lets a command take its time after Ctrl-C, such as a server that finishes what its clients have asked for.</summary>
    public static void TakeTimeToStop() => s_stopWithinMillis = Timeout.Infinite;

    private static int TellVersion()
    {
        Console.Out.WriteLine($"cqlite {typeof(Program).Assembly.GetName().Version!.ToString(3)}");
        return 0;
    }

    private static int Run(string[] args)
    {
        ParseResult parsed = CreateRootCommand().Parse(args);
        bool isQuestion = parsed.Action is CommandHelp || args.FirstOrDefault()?.StartsWith("[suggest", StringComparison.Ordinal) == true;
        if (!isQuestion && UsageErrors.Of(parsed) is { Count: > 0 } errors)
        {
            bool asJson = args.Contains("--json", StringComparer.Ordinal);
            foreach (string error in errors)
                ErrorOutput.Write("Usage", error, asJson);
            if (!asJson)
                Console.Error.WriteLine($"Try '{UsageErrors.NameOf(parsed.CommandResult)} --help'.");
            return CouldNotRun;
        }

        using CancellationTokenSource stop = new();
        using Timer stopHard = new(_ => StopHard(parsed));
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            if (!Interruption.EndsCommand())
                return;

            // Who asks twice does not want to wait for an orderly end; what is on disk is whole at every moment.
            if (stop.IsCancellationRequested)
                StopHard(parsed);
            stopHard.Change(s_stopWithinMillis, Timeout.Infinite);
            stop.Cancel();
        };
        return Guard(
            () => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).GetAwaiter().GetResult(),
            parsed.GetValue(GlobalOptions.Json));
    }

    // Standard error may be stuck as well, which is rare: it may take the time that a busy machine needs.
    private static void StopHard(ParseResult parsed)
    {
        ErrorOutput.WriteStopped(parsed.GetValue(GlobalOptions.Json)).Wait(SayStoppedWithinMillis);
        Environment.Exit(Stopped);
    }

    /// <summary>Does what was asked for; what goes wrong becomes a sentence and an exit code.</summary>
    private static int Guard(Func<int> command, bool asJson)
    {
        try
        {
            return command();
        }
        catch (CqliteException e)
        {
            ErrorOutput.Write(e, asJson);
            return CouldNotRun;
        }
        catch (UsageException e)
        {
            ErrorOutput.Write("Usage", e.Message, asJson);
            return CouldNotRun;
        }
        catch (OperationCanceledException)
        {
            ErrorOutput.WriteStopped(asJson).Wait(CancellationToken.None);
            return Stopped;
        }
        catch (IOException e) when (StandardOutput.IsBrokenPipe(e))
        {
            // `cqlite ... | head` ends the reader first; that is no failure of ours.
            return 0;
        }
        catch (IOException e)
        {
            // Files that are read throw errors of ours; what is left is standard output, such as a disk that is full.
            ErrorOutput.Write("Output", $"standard output: {e.Message}", asJson);
            return CouldNotRun;
        }
    }

    /// <summary>The command with all below it.</summary>
    public static RootCommand CreateRootCommand()
    {
        RootCommand root = new("SQLite for Cassandra: opens, verifies and queries what Cassandra 3.0 to 5.0 left on disk.");
        root.Options.Remove(root.Options.First(o => o is HelpOption));
        root.Options.Add(new HelpOption("--help", "-h", "-?") { Recursive = true, Description = "Show help.", Action = new CommandHelp() });
        foreach (Option option in GlobalOptions.All)
            root.Options.Add(option);
        root.Subcommands.Add(QueryCommand.Create());
        root.Subcommands.Add(ShellCommand.Create());
        root.Subcommands.Add(TableCommands.Create());
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(CassandraCommands.Create());
        root.Subcommands.Add(MigrateCommands.Create());
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(SchemaCommands.Create());
        root.Subcommands.Add(DatabaseCommands.Create());
        root.Subcommands.Add(SSTableCommands.Create());
        return root;
    }
}
