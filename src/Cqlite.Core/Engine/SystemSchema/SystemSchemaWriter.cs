using Cqlite.Core.Encoding;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>Definitions as the rows in which Cassandra 5.0 keeps them.</summary>
/// <remarks>Source: org/apache/cassandra/schema/SchemaKeyspace.java (convertSchemaDiffToMutations and what it calls).</remarks>
internal static class SystemSchemaWriter
{
    /// <summary>The mutations that make one schema of another.</summary>
    public static IReadOnlyList<SchemaMutation> Changes(DatabaseSchema before, DatabaseSchema after)
    {
        var mutations = new List<SchemaMutation>();
        foreach (string dropped in before.Keyspaces.Keys.Where(name => !after.Keyspaces.ContainsKey(name)))
            mutations.Add(new SchemaMutation(dropped, DeletesAll: true, []));
        foreach (KeyspaceMetadata keyspace in after.Keyspaces.Values)
        {
            if (!before.Keyspaces.TryGetValue(keyspace.Name, out KeyspaceMetadata? old))
                mutations.Add(new SchemaMutation(keyspace.Name, DeletesAll: false, Rows(keyspace)));
            else if (!ReferenceEquals(old, keyspace))
                mutations.Add(new SchemaMutation(keyspace.Name, DeletesAll: false, Changes(old, keyspace)));
        }

        return mutations;
    }

    /// <summary>All rows of a keyspace.</summary>
    public static IReadOnlyList<SchemaRowChange> Rows(KeyspaceMetadata keyspace) => Changes(new KeyspaceMetadata(keyspace.Name), keyspace);

    private static List<SchemaRowChange> Changes(KeyspaceMetadata before, KeyspaceMetadata after)
    {
        var rows = new List<SchemaRowChange>
        {
            new SchemaRowBuilder().Boolean("durable_writes", after.DurableWrites).Map("replication", after.Replication)
                .Build("keyspaces", SchemaRowChangeKind.Update),
        };
        Diff(before.UserTypes, after.UserTypes, rows, (name, _) => Deleted("types", name), (name, type) => [UserType(name, type)]);
        DiffTables(before, after, rows);
        DiffViews(before, after, rows);
        Diff(before.Functions, after.Functions, rows, (_, f) => Function(f, SchemaRowChangeKind.Delete), (_, f) => [Function(f, SchemaRowChangeKind.Update)]);
        Diff(before.Aggregates, after.Aggregates, rows, (_, a) => Aggregate(a, SchemaRowChangeKind.Delete), (_, a) => [Aggregate(a, SchemaRowChangeKind.Update)]);
        return rows;
    }

    private static void DiffTables(KeyspaceMetadata before, KeyspaceMetadata after, List<SchemaRowChange> rows)
    {
        foreach ((string name, TableMetadata table) in before.Tables)
        {
            if (after.Tables.TryGetValue(name, out TableMetadata? same) && same.Id == table.Id)
                continue;
            rows.Add(Deleted("tables", name));
            AddTableParts(table, Emptied(table), rows);
        }

        foreach ((string name, TableMetadata table) in after.Tables)
        {
            TableMetadata old = before.Tables.TryGetValue(name, out TableMetadata? found) && found.Id == table.Id ? found : Emptied(table);
            if (ReferenceEquals(old, table))
                continue;
            var row = new SchemaRowBuilder();
            row.Uuid("id", table.Id).Texts("flags", FlagNames(table.Flags));
            TableOptionsRow.Write(table.Options, row);
            rows.Add(row.Build("tables", SchemaRowChangeKind.Replace, name));
            AddTableParts(old, table, rows);
        }
    }

    private static void DiffViews(KeyspaceMetadata before, KeyspaceMetadata after, List<SchemaRowChange> rows)
    {
        foreach ((string name, ViewMetadata view) in before.Views)
        {
            if (after.Views.TryGetValue(name, out ViewMetadata? same) && same.Table.Id == view.Table.Id)
                continue;
            rows.Add(Deleted("views", name));
            AddTableParts(view.Table, Emptied(view.Table), rows);
        }

        foreach ((string name, ViewMetadata view) in after.Views)
        {
            ViewMetadata? old = before.Views.TryGetValue(name, out ViewMetadata? found) && found.Table.Id == view.Table.Id ? found : null;
            if (ReferenceEquals(old, view))
                continue;
            SchemaRowBuilder row = new SchemaRowBuilder().Boolean("include_all_columns", view.IncludeAllColumns)
                .Uuid("base_table_id", view.BaseTableId).Text("base_table_name", view.BaseTable)
                .Text("where_clause", view.WhereClause).Uuid("id", view.Table.Id);
            TableOptionsRow.Write(view.Table.Options, row);
            rows.Add(row.Build("views", SchemaRowChangeKind.Replace, name));
            AddTableParts(old?.Table ?? Emptied(view.Table), view.Table, rows);
        }
    }

    /// <summary>Columns, dropped columns, triggers and indexes, as far as they differ.</summary>
    private static void AddTableParts(TableMetadata before, TableMetadata after, List<SchemaRowChange> rows)
    {
        string table = after.Name;
        Diff(before.Columns, after.Columns, rows, (name, _) => Deleted("columns", table, name), (_, column) => Column(table, column));
        Diff(before.DroppedColumns, after.DroppedColumns, rows, (name, _) => Deleted("dropped_columns", table, name), (_, column) => [Dropped(table, column)]);
        Diff(
            before.Triggers,
            after.Triggers,
            rows,
            (name, _) => Deleted("triggers", table, name),
            (name, className) => [new SchemaRowBuilder().Map("options", [KeyValuePair.Create("class", className)]).Build("triggers", SchemaRowChangeKind.Update, table, name)]);
        Diff(
            before.Indexes,
            after.Indexes,
            rows,
            (name, _) => Deleted("indexes", table, name),
            (name, index) => [new SchemaRowBuilder().Text("kind", index.Kind).Map("options", index.Options).Build("indexes", SchemaRowChangeKind.Update, table, name)]);
    }

    private static void Diff<T>(
        IReadOnlyDictionary<string, T> before,
        IReadOnlyDictionary<string, T> after,
        List<SchemaRowChange> rows,
        Func<string, T, SchemaRowChange> delete,
        Func<string, T, IEnumerable<SchemaRowChange>> write)
        where T : class
    {
        foreach ((string name, T element) in before)
        {
            if (!after.ContainsKey(name))
                rows.Add(delete(name, element));
        }

        foreach ((string name, T element) in after)
        {
            if (!before.TryGetValue(name, out T? old) || !old.Equals(element))
                rows.AddRange(write(name, element));
        }
    }

    private static TableMetadata Emptied(TableMetadata table) => new(table.Keyspace, table.Name, table.Id, []);

    private static SchemaRowChange Deleted(string table, params ReadOnlySpan<string> clustering) =>
        new SchemaRowBuilder().Build(table, SchemaRowChangeKind.Delete, clustering);

    private static SchemaRowChange UserType(string name, CqlType type)
    {
        IReadOnlyList<(string Name, CqlType Type)> fields = TypeParts.Fields(type);
        return new SchemaRowBuilder().Texts("field_names", fields.Select(field => field.Name)).Texts("field_types", fields.Select(field => field.Type.Name))
            .Build("types", SchemaRowChangeKind.Update, name);
    }

    private static IEnumerable<SchemaRowChange> Column(string table, ColumnMetadata column)
    {
        yield return new SchemaRowBuilder().Blob("column_name_bytes", column.NameBytes).Text("kind", KindText(column.Kind))
            .Int32("position", column.Position)
            .Text("clustering_order", column.Kind != ColumnKind.Clustering ? "none" : column.IsDescending ? "desc" : "asc")
            .Text("type", column.Type.Unreversed.Name)
            .Build("columns", SchemaRowChangeKind.Update, table, column.Name);
        if (column.Mask is not { } mask)
        {
            yield return Deleted("column_masks", table, column.Name);
            yield break;
        }

        yield return new SchemaRowBuilder().Text("function_keyspace", mask.FunctionKeyspace).Text("function_name", mask.FunctionName)
            .Texts("function_argument_types", mask.Arguments.Select(argument => argument.Type.Name))
            .Texts("function_argument_values", mask.Arguments.Select(ValueText))
            .Booleans("function_argument_nulls", [.. mask.Arguments.Select(argument => argument.Value is null)])
            .Build("column_masks", SchemaRowChangeKind.Update, table, column.Name);
    }

    private static string ValueText(ColumnMaskArgument argument)
    {
        if (argument.Value is not { } value)
            return "";
        var text = new BufferWriter(16);
        argument.Type.WriteText(value.Span, text);
        return text.ToString();
    }

    private static SchemaRowChange Dropped(string table, DroppedColumn dropped) => new SchemaRowBuilder()
        .Timestamp("dropped_time", dropped.DroppedAtMicros / 1000)
        .Text("type", dropped.Column.Type.Name)
        .Text("kind", KindText(dropped.Column.Kind))
        .Build("dropped_columns", SchemaRowChangeKind.Update, table, dropped.Column.Name);

    private static SchemaRowChange Function(FunctionMetadata function, SchemaRowChangeKind kind)
    {
        var row = new SchemaRowBuilder();
        if (kind != SchemaRowChangeKind.Delete)
        {
            row.Text("body", function.Body).Text("language", function.Language).Text("return_type", function.ReturnType.Name)
                .Boolean("called_on_null_input", function.CalledOnNullInput).Texts("argument_names", function.ArgumentNames);
        }

        return row.Build("functions", kind, function.Name, function.ArgumentTypes.Select(type => type.Name));
    }

    private static SchemaRowChange Aggregate(AggregateMetadata aggregate, SchemaRowChangeKind kind)
    {
        var row = new SchemaRowBuilder();
        if (kind != SchemaRowChangeKind.Delete)
        {
            row.Text("return_type", aggregate.ReturnType.Name).Text("state_func", aggregate.StateFunction).Text("state_type", aggregate.StateType.Name)
                .Text("final_func", aggregate.FinalFunction).Text("initcond", aggregate.InitialCondition);
        }

        return row.Build("aggregates", kind, aggregate.Name, aggregate.ArgumentTypes.Select(type => type.Name));
    }

    /// <summary>A column's kind as system tables have it.</summary>
    public static string KindText(ColumnKind kind) => kind switch
    {
        ColumnKind.PartitionKey => "partition_key",
        ColumnKind.Clustering => "clustering",
        ColumnKind.Static => "static",
        _ => "regular",
    };

    private static IEnumerable<string> FlagNames(TableFlags flags) =>
        new[] { TableFlags.Compound, TableFlags.Counter, TableFlags.Dense, TableFlags.Super }
            .Where(flag => (flags & flag) != 0)
            .Select(flag => flag.ToString().ToLowerInvariant());
}
