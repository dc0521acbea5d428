using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite schema show</c>: the schema as CQL that Cassandra accepts, or as JSON.</summary>
internal static class SchemaCommands
{
    private static readonly Option<string?> s_keyspace = new("--keyspace") { Description = "Show only this keyspace.", HelpName = "NAME" };

    private static readonly Option<string?> s_table = new("--table") { Description = "Show only this table of the keyspace.", HelpName = "NAME" };

    private static readonly Option<bool> s_internals = new("--internals") { Description = "Show table ids and dropped columns too, as DESCRIBE ... WITH INTERNALS does." };

    public static Command Create()
    {
        Command show = new("show", "Shows keyspaces, types, tables, views and indexes.") { s_keyspace, s_table, DatabaseOpening.Snapshot, s_internals };
        show.SetAction((parsed, _) => Task.FromResult(Show(parsed)));
        return new Command("schema", "The schema of a database.") { show };
    }

    private static int Show(ParseResult parsed)
    {
        using Database database = DatabaseOpening.Open(parsed);
        string? keyspace = parsed.GetValue(s_keyspace);
        string? table = parsed.GetValue(s_table);
        if (keyspace is not null && !database.Schema.Keyspaces.ContainsKey(keyspace))
            throw new InvalidQueryException($"Keyspace '{keyspace}' not found; there are {string.Join(", ", database.Schema.Keyspaces.Keys)}.");
        if (table is not null && keyspace is null)
            throw new UsageException("--table needs --keyspace.");
        if (table is not null && database.Schema.Table(keyspace!, table) is null)
            throw new InvalidQueryException($"Table '{keyspace}.{table}' not found.");

        bool isFirst = true;
        if (parsed.GetValue(GlobalOptions.Json))
        {
            WriteJson(database, keyspace, table);
            return 0;
        }

        using StreamWriter output = StandardOutput.OpenText();
        foreach (KeyspaceMetadata each in database.Schema.Keyspaces.Values.Where(k => keyspace is null ? k.TablesAndViews.All(t => !database.IsComputed(t)) : k.Name == keyspace))
        {
            IEnumerable<DescribedElement> elements = table is null
                ? SchemaDescriber.Elements(each, parsed.GetValue(s_internals))
                : SchemaDescriber.TableElements(each.Table(table)!, parsed.GetValue(s_internals));
            foreach (DescribedElement element in elements)
            {
                if (!isFirst)
                    output.WriteLine();
                isFirst = false;
                output.WriteLine(element.CreateStatement);
            }
        }

        return 0;
    }

    private static void WriteJson(Database database, string? keyspace, string? table)
    {
        using Stream output = StandardOutput.Open();
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        foreach (TableInfo info in database.Tables())
        {
            if ((keyspace is not null && info.Table.Keyspace != keyspace) || (table is not null && info.Table.Name != table))
                continue;
            json.WriteStartObject();
            json.WriteString("keyspace", info.Table.Keyspace);
            json.WriteString("table", info.Table.Name);
            json.WriteString("id", info.Table.Id);
            json.WriteNumber("sstables", info.SSTableCount);
            json.WriteNumber("bytes", info.SizeBytes);
            json.WriteNumber("estimated_partitions", info.EstimatedPartitions);
            json.WriteNumber("estimated_rows", info.EstimatedRows);
            json.WriteStartArray("columns");
            foreach (ColumnMetadata column in info.Table.ColumnsInSelectOrder())
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name);
                json.WriteString("kind", MetadataJson.KindName(column.Kind));
                json.WriteString("type", column.Type.Unreversed.Name);
                if (column.Kind == ColumnKind.Clustering)
                    json.WriteString("order", column.Type.IsReversed ? "desc" : "asc");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        output.WriteByte((byte)'\n');
    }
}
