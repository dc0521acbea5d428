using System.CommandLine;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;
using Cqlite.Migration.Schemas;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate export-schema</c>: a cluster's keyspaces as a file of CQL that makes them again.</summary>
internal static class MigrateExportSchemaCommand
{
    /// <summary>The name of the file, as a database looks for it beside data.</summary>
    public const string FileName = "schema.cql";

    private static readonly Option<string[]?> s_keyspaces = new("--keyspaces", "--keyspace") { Description = "The keyspaces, with commas between, or the option again; all but Cassandra's own by default.", HelpName = "NAME,..." };

    private static readonly Option<string> s_output = new("--output-dir", "--output") { Description = $"The folder of {FileName}, which is made where it is missing.", HelpName = "DIR", Required = true };

    private static readonly Option<bool> s_indexes = new("--include-indexes") { Description = "Write CREATE INDEX too." };

    private static readonly Option<bool> s_types = new("--include-udts") { Description = "Write user types too that no table uses; those that tables use are written in any case." };

    private static readonly Option<bool> s_force = new("--force") { Description = $"Replace a {FileName} that is there." };

    public static Command Create()
    {
        Command command = new("export-schema", "Writes a cluster's keyspaces, types, tables, views and indexes as CQL.") { s_keyspaces, s_output, s_indexes, s_types, s_force };
        ConnectionOptions.Cluster.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        string path = Path.GetFullPath(Path.Combine(parsed.GetRequiredValue(s_output), FileName));
        using CassandraConnection cluster = await ConnectionOptions.Cluster.ConnectAsync(parsed, stop).ConfigureAwait(false);
        DatabaseSchema schema = await cluster.ReadSchemaAsync(stop).ConfigureAwait(false);
        IReadOnlyList<KeyspaceMetadata> keyspaces = SchemaExporter.Find(schema, TableNames.Resolve(MigrationOptions.Names(parsed, s_keyspaces), schema));
        SchemaExporter.Write(PhysicalFileSystem.Instance, path, SchemaExporter.Statements(keyspaces, parsed.GetValue(s_indexes), parsed.GetValue(s_types)), parsed.GetValue(s_force));
        int tables = keyspaces.Sum(k => k.Tables.Count);
        Console.Out.WriteLine(parsed.GetValue(GlobalOptions.Json)
            ? JsonLine.Of(json =>
            {
                json.WriteString("path", path);
                json.WriteNumber("keyspaces", keyspaces.Count);
                json.WriteNumber("tables", tables);
            })
            : $"{path}: {VerifyOutput.Count(keyspaces.Count, "keyspace")}, {VerifyOutput.Count(tables, "table")}.");
        return 0;
    }
}
