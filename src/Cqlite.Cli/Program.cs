using System.CommandLine;
using Cqlite.Cli.Commands;
using Cqlite.Core.Errors;

namespace Cqlite.Cli;

/// <summary>The <c>cqlite</c> command. Exit codes: 0 done and valid, 1 ran and found something wrong, 2 could not run.</summary>
internal static class Program
{
    /// <summary>Ran, and found something wrong.</summary>
    public const int FoundWrong = 1;

    /// <summary>Could not run: usage, connection, corrupt input.</summary>
    public const int CouldNotRun = 2;

    public static int Main(string[] args)
    {
        // Nobody should wait for the parser of options to learn the version.
        if (args is ["--version"])
        {
            Console.Out.WriteLine($"cqlite {typeof(Program).Assembly.GetName().Version!.ToString(3)}");
            return 0;
        }

        ParseResult parsed = CreateRootCommand().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
                Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("Use --help to see what is understood.");
            return CouldNotRun;
        }

        using CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token)
                .GetAwaiter().GetResult();
        }
        catch (CqliteException e)
        {
            ErrorOutput.Write(e, parsed.GetValue(GlobalOptions.Json));
            return CouldNotRun;
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"cqlite: {e.Message}");
            return CouldNotRun;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return CouldNotRun;
        }
        catch (IOException e) when (StandardOutput.IsBrokenPipe(e))
        {
            // `cqlite ... | head` ends the reader first; that is no failure of ours.
            return 0;
        }
    }

    private static RootCommand CreateRootCommand()
    {
        RootCommand root = new("SQLite for Cassandra: opens, verifies and queries what Cassandra 3.0 to 5.0 left on disk.");
        foreach (Option option in GlobalOptions.All)
            root.Options.Add(option);
        root.Subcommands.Add(QueryCommand.Create());
        root.Subcommands.Add(SchemaCommands.Create());
        root.Subcommands.Add(SSTableCommands.Create());
        return root;
    }
}
