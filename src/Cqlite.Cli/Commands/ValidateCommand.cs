using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cqlite.Cli.Validation;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Commands;

/// <summary>
/// <c>cqlite validate PATH</c>: whether a database or folder is sound, or with a source, whether it holds the same; <c>validate continuous</c> and
/// <c>validate comprehensive</c>.
/// </summary>
internal static class ValidateCommand
{
    private static readonly Option[] s_depth = [VerifyDepth.Quick, VerifyDepth.Digest, VerifyDepth.Extended];

    private static readonly Option<string?> s_certificate = new("--generate-certification", "--certificate")
    {
        Description = "Write the report, signed off, once it has passed: to a file, or without one to validation-certificate-TIME.json in the current folder.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        Command command = new("validate", "Verifies a database or folder as 'database verify' does; with --compare-source, compares it with another side.")
        {
            DatabaseCommands.Path, VerifyDepth.Quick, VerifyDepth.Digest, VerifyDepth.Extended, CreateComprehensive(),
            ContinuousRun.Create("continuous", "Compares two sides again and again, and tells of each round."),
        };
        VerifyDepth.Restrict(command);
        ValidationRun.AddTo(command, ValidationChecks.All, canChoose: true);
        command.SetAction(RunAsync);
        return command;
    }

    private static Command CreateComprehensive()
    {
        Command command = new("comprehensive", "Compares everything that both sides tell, write times and TTLs too, and signs off what has passed.") { s_certificate };
        ValidationRun.AddTo(command, ValidationChecks.All, canChoose: true);
        command.SetAction((parsed, stop) => ValidationRun.RunAsync(parsed, ValidationChecks.All, targetPath: null, Certificate(parsed), withTimes: true, stop));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        OptionResult[] given = [.. parsed.CommandResult.Children.OfType<OptionResult>().Where(r => !r.Implicit)];
        if (OperandOptions.IsSourceGiven(parsed))
        {
            return given.FirstOrDefault(r => s_depth.Contains(r.Option)) is { } depth
                ? throw new UsageException($"{depth.Option.Name} is of a verification, not of a comparison with another side.")
                : ValidationRun.RunAsync(parsed, ValidationChecks.All, parsed.GetValue(DatabaseCommands.Path), certificate: null, withTimes: false, stop);
        }

        return given.FirstOrDefault(r => r.Option != DatabaseOpening.Snapshot && !s_depth.Contains(r.Option) && !GlobalOptions.All.Contains(r.Option)) is { } other
            ? throw new UsageException($"{other.Option.Name} is of a comparison with another side: give --compare-source PATH, or --hosts HOST for a cluster.")
            : Task.FromResult(DatabaseVerifyCommand.Verify(parsed, stop));
    }

    /// <summary>Where the certificate goes; null for none.</summary>
    private static string? Certificate(ParseResult parsed)
    {
        if (parsed.GetResult(s_certificate) is not { Implicit: false })
            return null;
        string? value = parsed.GetValue(s_certificate);
        if (string.Equals(value, "false", StringComparison.OrdinalIgnoreCase))
            return null;
        return Path.GetFullPath(value is null || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase)
            ? string.Create(CultureInfo.InvariantCulture, $"validation-certificate-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}.json")
            : value);
    }
}
