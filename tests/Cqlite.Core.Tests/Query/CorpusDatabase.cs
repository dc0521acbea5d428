using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Partitioner = Cqlite.Core.Schema.Partitioner;

namespace Cqlite.Core.Tests.Query;

/// <summary>A node of the corpus, open for queries with the schema that its system_schema tables answered (so that these tests depend on no other way to a schema).</summary>
internal sealed class CorpusDatabase
{
    private static readonly ConcurrentDictionary<string, Lazy<CorpusDatabase>> Open = new(StringComparer.Ordinal);

    private CorpusDatabase(CorpusNode node)
    {
        string anyFile = Directory.EnumerateFiles(Path.Combine(node.Folder, "truth"), "schema.*", SearchOption.AllDirectories).First();
        Database = Database.Open(
            node.DataDirectory,
            (_, _, partitioner) => SchemaOf(node, partitioner),
            new DatabaseOptions { SchemaPath = anyFile, CacheSizeBytes = 64 << 20 });
        Queries = new QueryEngine(Database);
    }

    public Database Database { get; }

    public QueryEngine Queries { get; }

    /// <summary>The node's database, opened once and kept for all tests.</summary>
    public static CorpusDatabase Of(CorpusNode node) => Open.GetOrAdd(node.At, _ => new Lazy<CorpusDatabase>(() => new CorpusDatabase(node))).Value;

    private static DatabaseSchema SchemaOf(CorpusNode node, Partitioner partitioner)
    {
        DatabaseSchema schema = DatabaseSchema.Empty;
        foreach (string name in node.Keyspaces)
            schema = new DatabaseSchema(schema.Keyspaces.SetItem(name, KeyspaceOf(node, name, partitioner)));
        return schema;
    }

    private static KeyspaceMetadata KeyspaceOf(CorpusNode node, string name, Partitioner partitioner)
    {
        using JsonDocument? rows = node.SchemaRows(name);
        var types = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonElement row in Rows(rows, "types"))
            types[row.GetProperty("type_name").GetString()!] = row;

        ImmutableSortedDictionary<string, TableMetadata>.Builder tables = KeyspaceEmpty.Tables.ToBuilder();
        foreach (CorpusTable table in node.Tables.Where(t => t.Keyspace == name))
            tables[table.Name] = TableOf(table, rows, Resolve, partitioner);
        return new KeyspaceMetadata(name) { Tables = tables.ToImmutable() };

        CqlType? Resolve(string? keyspace, string type)
        {
            JsonElement row = types[type];
            return CqlTypes.UserType(
                name,
                type,
                [.. row.GetProperty("field_names").EnumerateArray().Select(f => f.GetString()!)],
                [.. row.GetProperty("field_types").EnumerateArray().Select(f => TypeParser.ParseCql(f.GetString()!, Resolve))]);
        }
    }

    private static KeyspaceMetadata KeyspaceEmpty { get; } = new("");

    private static TableMetadata TableOf(CorpusTable table, JsonDocument? rows, UserTypeResolver resolve, Partitioner partitioner)
    {
        var dropped = new Dictionary<string, DroppedColumn>(StringComparer.Ordinal);
        foreach (JsonElement row in Rows(rows, "dropped_columns").Where(r => r.GetProperty("table_name").GetString() == table.Name))
        {
            string column = row.GetProperty("column_name").GetString()!;
            ColumnKind kind = row.TryGetProperty("kind", out JsonElement k) && k.GetString() == "static" ? ColumnKind.Static : ColumnKind.Regular;
            dropped[column] = new DroppedColumn(
                new ColumnMetadata(column, kind, -1, TypeParser.ParseCql(row.GetProperty("type").GetString()!, resolve)),
                DroppedAt(row.GetProperty("dropped_time")));
        }

        // Views have no flags of their own.
        TableFlags flags = table.Flags.Count == 0 && Rows(rows, "views").Any(v => v.GetProperty("view_name").GetString() == table.Name) ? TableFlags.Compound : TableFlags.None;
        foreach (string flag in table.Flags)
            flags |= Enum.Parse<TableFlags>(flag, ignoreCase: true);
        return new TableMetadata(table.Keyspace, table.Name, table.Id, table.Columns.Select(c => ColumnOf(c, resolve)))
        {
            Flags = flags,
            Partitioner = partitioner,
            DroppedColumns = dropped,
        };
    }

    private static long DroppedAt(JsonElement time) => time.ValueKind == JsonValueKind.Number
        ? time.GetInt64() * 1000
        : DateTimeOffset.Parse(time.GetString()!, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() * 1000;

    private static ColumnMetadata ColumnOf(CorpusColumn column, UserTypeResolver resolve)
    {
        ColumnKind kind = column.Kind switch
        {
            "partition_key" => ColumnKind.PartitionKey,
            "clustering" => ColumnKind.Clustering,
            "static" => ColumnKind.Static,
            _ => ColumnKind.Regular,
        };
        CqlType type = TypeParser.ParseCql(column.Type, resolve);
        return new ColumnMetadata(column.Name, kind, kind is ColumnKind.PartitionKey or ColumnKind.Clustering ? column.Position : -1, column.Order == "desc" ? CqlTypes.Reversed(type) : type);
    }

    private static IEnumerable<JsonElement> Rows(JsonDocument? document, string table) =>
        document is not null && document.RootElement.TryGetProperty(table, out JsonElement rows) ? rows.EnumerateArray() : [];
}
