using System.CommandLine;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate ...</c>: moves tables between clusters, databases and files.</summary>
internal static class MigrateCommands
{
    public static Command Create() => new("migrate", "Moves schemas and tables between clusters and files.")
    {
        MigrateExportSchemaCommand.Create(),
    };
}
