using System.CommandLine;
using System.CommandLine.Parsing;
using Cqlite.Cli.Help;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>The help page of every command: it keeps to its width, tells every option, and shows examples that the command takes.</summary>
public sealed class HelpTests
{
    private static readonly RootCommand s_root = Program.CreateRootCommand();

    /// <summary>All commands, as they are typed.</summary>
    public static TheoryData<string> Commands => [.. All(s_root, "cqlite")];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Fits(string command)
    {
        foreach (int width in (int[])[80, 120, 200])
        {
            string[] lines = Page(command, width).Split('\n');
            Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} characters: {line}"));
            Assert.DoesNotContain(lines, line => line.EndsWith(' '));
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Tells_every_option_and_command(string command)
    {
        ParseResult parsed = Parse([.. Words(command)]);
        string page = Page(command, 120);
        Assert.All(parsed.CommandResult.Command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name)), name => Assert.Contains(name, page, StringComparison.Ordinal));
        Assert.All(parsed.CommandResult.Command.Subcommands, c => Assert.Contains($"\n  {c.Name} ", page, StringComparison.Ordinal));
        Assert.Contains("--json", page, StringComparison.Ordinal);
        Assert.Contains("\nUsage:\n  " + command, page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Shows_examples_that_the_command_takes(string command)
    {
        IReadOnlyList<string> examples = HelpExamples.Of(command);
        if (Parse([.. Words(command)]).CommandResult.Command.Action is not null)
            Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            // A shell takes redirections away.
            string[] words = [.. CommandLineParser.SplitCommandLine(example.Split(" < ")[0]).Skip(1)];
            ParseResult parsed = Parse(words);
            Assert.Empty(UsageErrors.Of(parsed));
            Assert.Empty(parsed.UnmatchedTokens);
            Assert.StartsWith(command, UsageErrors.NameOf(parsed.CommandResult), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Has_no_examples_of_commands_that_there_are_not() =>
        Assert.Empty(HelpExamples.Commands.Except(All(s_root, "cqlite"), StringComparer.Ordinal));

    [Theory]
    [InlineData("migrate export", "--compression <NAME>", "One of deflate, gzip, lz4, none, snappy, zstd.")]
    [InlineData("migrate export", "--format <NAME>", "Only cqlite.")]
    [InlineData("migrate export", "Usage:\n  cqlite migrate export --output <DIR> [options]", "\nConnection:\n")]
    [InlineData("migrate export", "--sstable-version <VERSION>", "nb by default.")]
    [InlineData("migrate copy", "\nConnection to the target:\n", "\nProgress and results:\n")]
    [InlineData("migrate report", "cqlite migrate report <PATH>... --output <FILE> [options]", "\nOptions of every command:\n")]
    [InlineData("validate comprehensive", "Usage:\n  cqlite validate comprehensive [options]\n", "--generate-certification")]
    public void Tells_what_is_needed_to_type_a_command(string command, params string[] expected)
    {
        string page = Page($"cqlite {command}", 120);
        string running = string.Join(' ', page.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.All(expected, text => Assert.Contains(text, text.Contains('\n', StringComparison.Ordinal) ? page : running, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, 80)]
    [InlineData("100", 100)]
    [InlineData("1000", 120)]
    [InlineData("wide", 80)]
    public void Is_as_wide_in_a_pipe_as_the_environment_says(string? columns, int width)
    {
        CqliteResult result = CqliteProcess.Run(["migrate", "export", "--help"], null, ("COLUMNS", columns ?? ""));
        Assert.Equal(0, result.ExitCode);
        Assert.InRange(result.Lines.Max(line => line.Length), width - 15, width);
    }

    private static IEnumerable<string> All(Command command, string name) =>
        command.Subcommands.SelectMany(c => All(c, $"{name} {c.Name}")).Prepend(name);

    private static IEnumerable<string> Words(string command) => command.Split(' ').Skip(1);

    private static ParseResult Parse(string[] words) => s_root.Parse(words);

    private static string Page(string command, int width) => CommandHelp.Page(Parse([.. Words(command)]).CommandResult, width);
}
