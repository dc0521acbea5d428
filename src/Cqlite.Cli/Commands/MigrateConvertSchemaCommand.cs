using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Migration.Conversions;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate convert-schema</c>: a cluster's definitions become those of a database.</summary>
internal static class MigrateConvertSchemaCommand
{
    private static readonly Option<string> s_input = new("--input", "--input-dir") { Description = "A file of CREATE statements, or a folder with schema.cql.", HelpName = "PATH", Required = true };

    private static readonly Option<string> s_output = new("--output", "-o") { Description = "The file that is written.", HelpName = "FILE", Required = true };

    private static readonly Option<string> s_format = Choice.Option("--target-format", "NAME", "For what the schema is: a database.", ["cqlite"]);

    private static readonly Option<bool> s_optimize = new("--optimize-for-performance") { Description = "Give every table LZ4 in chunks of 16 KiB, and bloom filters of at most 1 % false answers." };

    private static readonly Option<bool> s_force = new("--force") { Description = "Replace a file that is there." };

    public static Command Create()
    {
        Command command = new("convert-schema", "Makes of a cluster's definitions those of a database.") { s_input, s_output, s_format, s_optimize, s_force };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string output = Path.GetFullPath(parsed.GetRequiredValue(s_output));
        (int keyspaces, int tables) = SchemaConverter.Convert(
            PhysicalFileSystem.Instance,
            SchemaConverter.FileAt(Path.GetFullPath(parsed.GetRequiredValue(s_input))),
            output,
            parsed.GetValue(s_optimize),
            parsed.GetValue(s_force));
        Console.Out.WriteLine(parsed.GetValue(GlobalOptions.Json)
            ? JsonLine.Of(json =>
            {
                json.WriteString("path", output);
                json.WriteNumber("keyspaces", keyspaces);
                json.WriteNumber("tables", tables);
            })
            : $"{output}: {VerifyOutput.Count(keyspaces, "keyspace")}, {VerifyOutput.Count(tables, "table")}.");
        return 0;
    }
}
