using System.CommandLine;
using Cqlite.Cli.Validation;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Commands;

/// <summary>
/// <c>cqlite migrate validate</c>, <c>validate-counts</c>, <c>validate-data</c>, <c>validate-schema</c>, <c>validate-performance</c> and <c>validate-realtime</c>: one
/// comparison under the names that users know, each with its own checks.
/// </summary>
internal static class MigrateValidateCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return Make("validate", "Compares two sides: rows, values and definitions. Exit code 1 where they differ.", ValidationChecks.All, canChoose: true);
        yield return Make("validate-counts", "Compares how many rows both sides have.", ValidationChecks.Count);
        yield return Make("validate-data", "Compares the rows of both sides, cell by cell.", ValidationChecks.Count | ValidationChecks.Data);
        yield return Make("validate-schema", "Compares the definitions of both sides, option by option.", ValidationChecks.Schema);
        yield return Make("validate-performance", "Times queries on both sides, turn by turn.", ValidationChecks.Performance);
        yield return ContinuousRun.Create("validate-realtime", "Compares two sides again and again while both are in use: a sample each time, drawn anew.");
        yield return CheckValidationCommand.Create();
    }

    private static Command Make(string name, string description, ValidationChecks checks, bool canChoose = false)
    {
        Command command = new(name, description);
        ValidationRun.AddTo(command, checks, canChoose);
        command.SetAction((parsed, stop) => ValidationRun.RunAsync(parsed, checks, targetPath: null, certificate: null, withTimes: false, stop));
        return command;
    }
}
