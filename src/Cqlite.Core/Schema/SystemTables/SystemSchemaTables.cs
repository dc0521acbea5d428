using System.Collections.Immutable;
using Cqlite.Core.Schema.Options;

namespace Cqlite.Core.Schema.SystemTables;

/// <summary>The definitions of system_schema's own tables, which no file tells.</summary>
/// <remarks>Source: org/apache/cassandra/schema/SchemaKeyspace.java of each release; ids are the digests of their names in all of them.</remarks>
internal static class SystemSchemaTables
{
    private const string Key = "keyspace_name text";
    private const int GcGraceSeconds = 7 * 24 * 60 * 60;
    private const int FlushPeriodMillis = 60 * 60 * 1000;

    /// <summary>The options that rows of <c>tables</c> and <c>views</c> have in columns, with the layout that added each.</summary>
    private static readonly (SchemaLayout Since, string Column)[] OptionColumns =
    [
        (SchemaLayout.V30, "bloom_filter_fp_chance double"),
        (SchemaLayout.V30, "caching frozen<map<text, text>>"),
        (SchemaLayout.V30, "comment text"),
        (SchemaLayout.V30, "compaction frozen<map<text, text>>"),
        (SchemaLayout.V30, "compression frozen<map<text, text>>"),
        (SchemaLayout.V30, "crc_check_chance double"),
        (SchemaLayout.V30, "dclocal_read_repair_chance double"),
        (SchemaLayout.V30, "default_time_to_live int"),
        (SchemaLayout.V30, "extensions frozen<map<text, blob>>"),
        (SchemaLayout.V30, "gc_grace_seconds int"),
        (SchemaLayout.V30, "id uuid"),
        (SchemaLayout.V30, "max_index_interval int"),
        (SchemaLayout.V30, "memtable_flush_period_in_ms int"),
        (SchemaLayout.V30, "min_index_interval int"),
        (SchemaLayout.V30, "read_repair_chance double"),
        (SchemaLayout.V30, "speculative_retry text"),
        (SchemaLayout.V311, "cdc boolean"),
        (SchemaLayout.V40, "additional_write_policy text"),
        (SchemaLayout.V40, "read_repair text"),
        (SchemaLayout.V41, "memtable text"),
        (SchemaLayout.V50, "allow_auto_snapshot boolean"),
        (SchemaLayout.V50, "incremental_backups boolean"),
    ];

    private static readonly KeyspaceMetadata[] Keyspaces = [.. Enum.GetValues<SchemaLayout>().Select(Make)];

    /// <summary>The keyspace system_schema as a line of releases has it.</summary>
    public static KeyspaceMetadata Keyspace(SchemaLayout layout) => Keyspaces[(int)layout];

    /// <summary>The table of that name in Cassandra 5.0, which can read what all releases wrote; null when there is none.</summary>
    public static TableMetadata? Table(string name) => Keyspace(SchemaLayout.V50).Table(name);

    private static KeyspaceMetadata Make(SchemaLayout layout)
    {
        string[] options = [.. OptionColumns.Where(option => option.Since <= layout).Select(option => option.Column)];
        var tables = new List<TableMetadata>
        {
            Table("keyspaces", "keyspace definitions", [], ["durable_writes boolean", "replication frozen<map<text, text>>"]),
            Table("tables", "table definitions", ["table_name text"], [.. options, "flags frozen<set<text>>"]),
            Table(
                "columns",
                "column definitions",
                ["table_name text", "column_name text"],
                ["clustering_order text", "column_name_bytes blob", "kind text", "position int", "type text"]),
            Table(
                "dropped_columns",
                "dropped column registry",
                ["table_name text", "column_name text"],
                layout == SchemaLayout.V30 ? ["dropped_time timestamp", "type text"] : ["dropped_time timestamp", "kind text", "type text"]),
            Table("triggers", "trigger definitions", ["table_name text", "trigger_name text"], ["options frozen<map<text, text>>"]),
            Table(
                "views",
                "view definitions",
                ["view_name text"],
                [.. options, "base_table_id uuid", "base_table_name text", "where_clause text", "include_all_columns boolean"]),
            Table("indexes", "secondary index definitions", ["table_name text", "index_name text"], ["kind text", "options frozen<map<text, text>>"]),
            Table("types", "user defined type definitions", ["type_name text"], ["field_names frozen<list<text>>", "field_types frozen<list<text>>"]),
            Table(
                "functions",
                "user defined function definitions",
                ["function_name text", "argument_types frozen<list<text>>"],
                ["argument_names frozen<list<text>>", "body text", "language text", "return_type text", "called_on_null_input boolean"]),
            Table(
                "aggregates",
                "user defined aggregate definitions",
                ["aggregate_name text", "argument_types frozen<list<text>>"],
                ["final_func text", "initcond text", "return_type text", "state_func text", "state_type text"]),
        };
        if (layout >= SchemaLayout.V50)
        {
            tables.Add(Table(
                "column_masks",
                "column dynamic data masks",
                ["table_name text", "column_name text"],
                [
                    "function_keyspace text", "function_name text", "function_argument_types frozen<list<text>>",
                    "function_argument_values frozen<list<text>>", "function_argument_nulls frozen<list<boolean>>",
                ]));
        }

        return new KeyspaceMetadata(SystemKeyspaces.Schema)
        {
            Replication = ReplicationOptions.Local,
            Tables = tables.ToImmutableSortedDictionary(table => table.Name, table => table, StringComparer.Ordinal),
        };
    }

    // Local tables are sorted by the partitioner of the node; SSTables tell which one that was.
    private static TableMetadata Table(string name, string comment, string[] clustering, string[] regulars) =>
        new SystemTable(name, comment, Key, string.Join(", ", clustering), string.Join(", ", regulars)).ToTable(
            SystemKeyspaces.Schema,
            TableOptions.Default with { GcGraceSeconds = GcGraceSeconds, MemtableFlushPeriodMillis = FlushPeriodMillis });
}
