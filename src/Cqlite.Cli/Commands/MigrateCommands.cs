using System.CommandLine;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate ...</c>: moves tables between clusters, databases and files, and compares them.</summary>
internal static class MigrateCommands
{
    public static Command Create()
    {
        Command command = new("migrate", "Moves schemas and tables between clusters, databases and files, and compares both sides.")
        {
            MigrateExportSchemaCommand.Create(),
            MigrateConvertSchemaCommand.Create(),
            MigrateCopyCommand.Create(),
            MigrateSyncCommand.Create(),
            MigrateReportCommand.Create(),
        };
        foreach (Command each in MigrateExportCommands.Create().Concat(MigrateImportCommands.Create()).Concat(MigrateValidateCommands.Create()))
            command.Subcommands.Add(each);
        return command;
    }
}
