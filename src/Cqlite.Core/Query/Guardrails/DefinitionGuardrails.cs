using System.Collections.Immutable;
using System.Globalization;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;

namespace Cqlite.Core.Query.Guardrails;

/// <summary>Guardrails of definitions.</summary>
/// <remarks>Source: the uses of Guardrails in org/apache/cassandra/cql3/statements/schema/*.java.</remarks>
internal static class DefinitionGuardrails
{
    /// <summary>Checks a definition.</summary>
    /// <param name="guard">Takes the warnings.</param>
    /// <param name="statement">The definition.</param>
    /// <param name="schema">The schema before it.</param>
    /// <param name="currentKeyspace">What USE has set; null for nothing.</param>
    /// <returns>The definition without the properties that are to be left aside.</returns>
    public static Statement Check(Guard guard, Statement statement, DatabaseSchema schema, string? currentKeyspace)
    {
        switch (statement)
        {
            case CreateKeyspaceStatement create:
                guard.Max(
                    "keyspaces",
                    schema.Keyspaces.Keys.Count(k => !SystemKeyspaces.IsSystem(k)) + 1,
                    t => $"Creating keyspace {create.Name}, current number of keyspaces {schema.Keyspaces.Keys.Count(k => !SystemKeyspaces.IsSystem(k)) + 1} exceeds warning threshold of {t}.",
                    t => $"Cannot have more than {t} keyspaces, aborting the creation of keyspace {create.Name}");
                CheckReplication(guard, create.Name.Text, create.Properties);
                return create;
            case AlterKeyspaceStatement alter:
                CheckReplication(guard, alter.Name.Text, alter.Properties);
                return alter;
            case DropKeyspaceStatement:
                guard.Enabled("drop_keyspace_enabled", "drop_keyspace_enabled", "DROP KEYSPACE functionality");
                return statement;
            case CreateTypeStatement create:
                CheckFields(guard, create.Name.Name.Text, create.Fields.Length);
                return create;
            case AddFieldStatement add when Keyspace(add.Name)?.UserTypes.GetValueOrDefault(add.Name.Name.Text) is Types.UserType type:
                CheckFields(guard, add.Name.Name.Text, type.Fields.Count + 1);
                return add;
            case CreateTableStatement create:
                return CheckTable(guard, create, schema);
            case AddColumnsStatement add:
                guard.Enabled("alter_table", "alter_table_enabled", "User access to ALTER TABLE statement for column mutation");
                CheckVectors(guard, add.Columns);
                CheckColumns(guard, add.Table.Name.Text, (Keyspace(add.Table)?.Table(add.Table.Name.Text)?.Columns.Count ?? 0) + add.Columns.Length);
                return add;
            case DropColumnsStatement or RenameColumnsStatement:
                guard.Enabled("alter_table", "alter_table_enabled", "User access to ALTER TABLE statement for column mutation");
                return statement;
            case AlterTableOptionsStatement alter:
                return alter with { Properties = CheckProperties(guard, alter.Properties) };
            case DropTableStatement:
                guard.Enabled("drop_truncate_table_enabled", "drop_truncate_table_enabled", "DROP and TRUNCATE TABLE functionality");
                return statement;
            case CreateIndexStatement create:
                CheckIndexes(guard, create, Keyspace(create.Table)?.Table(create.Table.Name.Text));
                return create;
            case CreateViewStatement create:
                CheckViews(guard, create, Keyspace(create.View));
                return create with { Properties = CheckProperties(guard, create.Properties) };
            case AlterViewStatement alter:
                return alter with { Properties = CheckProperties(guard, alter.Properties) };
            default:
                return statement;
        }

        KeyspaceMetadata? Keyspace(QualifiedName name) => schema.Keyspaces.GetValueOrDefault(name.Keyspace?.Text ?? currentKeyspace ?? "");
    }

    private static CreateTableStatement CheckTable(Guard guard, CreateTableStatement create, DatabaseSchema schema)
    {
        string name = create.Table.Name.Text;
        CheckVectors(guard, create.Columns);
        CreateTableStatement checkedTable = create with { Properties = CheckProperties(guard, create.Properties) };
        CheckColumns(guard, name, create.Columns.Length);
        int tables = schema.Keyspaces.Values.Where(k => !SystemKeyspaces.IsSystem(k.Name)).Sum(k => k.Tables.Count) + 1;
        guard.Max(
            "tables",
            tables,
            t => $"Creating table {name}, current number of tables {tables} exceeds warning threshold of {t}.",
            t => $"Cannot have more than {t} tables, aborting the creation of table {name}");
        if (create.IsCompactStorage)
            guard.Enabled("compact_tables", "compact_tables_enabled", "Creation of new COMPACT STORAGE tables");
        return checkedTable;
    }

    private static void CheckFields(Guard guard, string type, int count) => guard.Max(
        "fields_per_udt",
        count,
        t => $"The user type {type} has {count} columns, this exceeds the warning threshold of {t}.",
        t => $"User types cannot have more than {t} columns, but {count} provided for user type {type}.");

    private static void CheckColumns(Guard guard, string table, int count) => guard.Max(
        "columns_per_table",
        count,
        t => $"The table {table} has {count} columns, this exceeds the warning threshold of {t}.",
        t => $"Tables cannot have more than {t} columns, but {count} provided for table {table}");

    private static void CheckVectors(Guard guard, ImmutableArray<ColumnDefinition> columns)
    {
        foreach (ColumnDefinition column in columns)
        {
            if (column.Type is VectorTypeSyntax { Dimension: var dimension })
            {
                guard.Max(
                    "vector_dimensions",
                    dimension,
                    (kind, t) => $"Column {column.Name} has a vector of {dimension} dimensions, this exceeds the {kind} threshold of {t}.");
            }
        }
    }

    private static void CheckIndexes(Guard guard, CreateIndexStatement create, TableMetadata? table)
    {
        guard.Enabled("secondary_indexes", "secondary_indexes_enabled", "User creation of secondary indexes");
        int count = (table?.Indexes.Count ?? 0) + 1;
        string what = $"{(create.Name is null ? "" : $"{create.Name} ")}on table {create.Table.Name}";
        guard.Max(
            "secondary_indexes_per_table",
            count,
            t => $"Creating secondary index {what}, current number of indexes {count} exceeds warning threshold of {t}.",
            t => $"Tables cannot have more than {t} secondary indexes, aborting the creation of secondary index {what}");
    }

    private static void CheckViews(Guard guard, CreateViewStatement create, KeyspaceMetadata? keyspace)
    {
        int count = (keyspace?.ViewsOf(create.BaseTable.Name.Text).Count() ?? 0) + 1;
        string what = $"{create.View.Name} on table {create.BaseTable.Name}";
        guard.Max(
            "materialized_views_per_table",
            count,
            t => $"Creating materialized view {what}, current number of views {count} exceeds warning threshold of {t}.",
            t => $"Tables cannot have more than {t} materialized views, aborting the creation of materialized view {what}");
    }

    private static ImmutableArray<Property> CheckProperties(Guard guard, ImmutableArray<Property> properties)
    {
        if (properties.Any(p => p.Name.Text == "compression" && p.IsMap && p.Map.Any(IsUncompressed)))
            guard.Enabled("uncompressed_tables_enabled", "uncompressed_tables_enabled", "Uncompressed table");
        ImmutableArray<string> aside = guard.Values("table_properties", "Table Properties", [.. properties.Select(p => p.Name.Text)]);
        return aside.IsEmpty ? properties : properties.RemoveAll(p => aside.Contains(p.Name.Text));
    }

    private static bool IsUncompressed(KeyValuePair<string, string> option) =>
        (option.Key == "enabled" && option.Value.Equals("false", StringComparison.OrdinalIgnoreCase)) || (option.Key == "sstable_compression" && option.Value.Length == 0);

    private static void CheckReplication(Guard guard, string keyspace, ImmutableArray<Property> properties)
    {
        foreach ((string name, string value) in properties.Where(p => p.Name.Text == "replication" && p.IsMap).SelectMany(p => p.Map))
        {
            if (name == "class")
            {
                if (value.EndsWith("SimpleStrategy", StringComparison.Ordinal))
                    guard.Enabled("simplestrategy", "simplestrategy_enabled", "SimpleStrategy");
                continue;
            }

            if (int.TryParse(value.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int factor))
            {
                guard.Max(
                    "maximum_replication_factor",
                    factor,
                    (kind, t) => $"The keyspace {keyspace} has a replication factor of {factor}, above the {kind} threshold of {t}.");
            }
        }
    }
}
