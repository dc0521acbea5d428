using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>A keyspace's tables and views from the rows of <c>tables</c>, <c>views</c>, <c>columns</c> and what hangs on them.</summary>
internal sealed class TableReader(string keyspace, UserTypeReader types, Partitioner partitioner, Func<string, string, List<SchemaRow>> rows)
{
    private readonly ILookup<string, SchemaRow> _columns = By("columns", keyspace, rows);
    private readonly ILookup<string, SchemaRow> _masks = By("column_masks", keyspace, rows);
    private readonly ILookup<string, SchemaRow> _dropped = By("dropped_columns", keyspace, rows);
    private readonly ILookup<string, SchemaRow> _indexes = By("indexes", keyspace, rows);
    private readonly ILookup<string, SchemaRow> _triggers = By("triggers", keyspace, rows);

    /// <summary>A table from its row of <c>tables</c>.</summary>
    public TableMetadata Table(SchemaRow row)
    {
        string name = row.Text("table_name");
        return new TableMetadata(keyspace, name, row.Uuid("id"), Columns(name))
        {
            Flags = Flags(row.Texts("flags")),
            Partitioner = partitioner,
            Options = TableOptionsRow.Read(row),
            DroppedColumns = Dropped(name),
            Indexes = Indexes(name),
            Triggers = new SortedDictionary<string, string>(
                _triggers[name].ToDictionary(t => t.Text("trigger_name"), t => t.TextMap("options").GetValueOrDefault("class", ""), StringComparer.Ordinal),
                StringComparer.Ordinal),
        };
    }

    /// <summary>A view from its row of <c>views</c>.</summary>
    public ViewMetadata View(SchemaRow row)
    {
        string name = row.Text("view_name");
        var table = new TableMetadata(keyspace, name, row.Uuid("id"), Columns(name))
        {
            Kind = TableKind.View,
            Partitioner = partitioner,
            Options = TableOptionsRow.Read(row),
            DroppedColumns = Dropped(name),
        };
        return new ViewMetadata(table, row.Text("base_table_name"), row.Boolean("include_all_columns", absent: false), row.Text("where_clause"))
        {
            BaseTableId = row.Uuid("base_table_id"),
        };
    }

    private static ILookup<string, SchemaRow> By(string table, string keyspace, Func<string, string, List<SchemaRow>> rows) =>
        rows(table, keyspace).ToLookup(row => row.Text("table_name"), StringComparer.Ordinal);

    private static TableFlags Flags(IReadOnlyList<string> names)
    {
        TableFlags flags = TableFlags.None;
        foreach (string name in names)
        {
            flags |= name.ToLowerInvariant() switch
            {
                "super" => TableFlags.Super,
                "counter" => TableFlags.Counter,
                "dense" => TableFlags.Dense,
                "compound" => TableFlags.Compound,
                _ => throw new CorruptDataException("system_schema.tables.flags", 0, $"the table flag '{name}' is not known."),
            };
        }

        return flags;
    }

    private List<ColumnMetadata> Columns(string table)
    {
        var columns = new List<ColumnMetadata>();
        foreach (SchemaRow row in _columns[table])
            columns.Add(Column(table, row));
        if (!columns.Exists(column => column.Kind == ColumnKind.PartitionKey))
        {
            throw new CorruptDataException(
                "system_schema.columns",
                0,
                "no partition key columns are found; the table was dropped and altered at the same time, or these rows are lost.");
        }

        CheckPositions(columns, ColumnKind.PartitionKey);
        CheckPositions(columns, ColumnKind.Clustering);
        return columns;
    }

    private static void CheckPositions(List<ColumnMetadata> columns, ColumnKind kind)
    {
        int[] positions = [.. columns.Where(c => c.Kind == kind).Select(c => c.Position).Order()];
        for (int i = 0; i < positions.Length; i++)
        {
            if (positions[i] != i)
                throw new CorruptDataException("system_schema.columns", 0, $"key columns stand at the positions {string.Join(", ", positions)}; they must count from 0.");
        }
    }

    private ColumnMetadata Column(string table, SchemaRow row)
    {
        string name = row.Text("column_name");
        CqlType type = types.Parse(row.Text("type"));
        if (string.Equals(row.TextOrNull("clustering_order"), "desc", StringComparison.OrdinalIgnoreCase))
            type = CqlTypes.Reversed(type);
        ColumnKind kind = Kind(row.Text("kind"));
        var column = new ColumnMetadata(name, kind, kind is ColumnKind.PartitionKey or ColumnKind.Clustering ? row.Int32("position", 0) : -1, type);
        if (row.Values.TryGetValue("column_name_bytes", out ReadOnlyMemory<byte> bytes))
            column = column with { NameBytes = bytes.ToArray() };
        SchemaRow? mask = _masks[table].FirstOrDefault(m => string.Equals(m.Text("column_name"), name, StringComparison.Ordinal));
        return mask is { } found && found.Has("function_name") ? column with { Mask = Mask(found) } : column;
    }

    private ColumnMask Mask(SchemaRow row)
    {
        IReadOnlyList<string> argumentTypes = row.Texts("function_argument_types");
        IReadOnlyList<string> values = row.Texts("function_argument_values");
        IReadOnlyList<bool> nulls = row.Booleans("function_argument_nulls");
        if (argumentTypes.Count != values.Count || nulls.Count != values.Count)
            throw new CorruptDataException("system_schema.column_masks", 0, "a mask has different numbers of argument types and values.");
        return new ColumnMask(
            row.Text("function_keyspace"),
            row.Text("function_name"),
            [.. Enumerable.Range(0, values.Count).Select(i => Argument(types.Parse(argumentTypes[i]), nulls[i] ? null : values[i]))]);

        static ColumnMaskArgument Argument(CqlType type, string? text)
        {
            if (text is null)
                return new ColumnMaskArgument(type, null);
            var value = new BufferWriter(16);
            type.ParseText(text, value);
            return new ColumnMaskArgument(type, value.ToArray());
        }
    }

    private static ColumnKind Kind(string text) => text.ToLowerInvariant() switch
    {
        "partition_key" => ColumnKind.PartitionKey,
        "clustering" => ColumnKind.Clustering,
        "regular" => ColumnKind.Regular,
        "static" => ColumnKind.Static,
        _ => throw new CorruptDataException("system_schema.columns.kind", 0, $"the kind of column '{text}' is not known."),
    };

    private OrderedDictionary<string, DroppedColumn> Dropped(string table)
    {
        var all = new Dictionary<string, DroppedColumn>(StringComparer.Ordinal);
        foreach (SchemaRow row in _dropped[table])
        {
            string name = row.Text("column_name");
            ColumnKind kind = row.TextOrNull("kind") is { } text ? Kind(text) : ColumnKind.Regular;
            var column = new ColumnMetadata(name, kind, -1, types.Parse(row.Text("type")));
            all[name] = new DroppedColumn(column, row.TimestampMillis("dropped_time") * 1000);
        }

        var ordered = new OrderedDictionary<string, DroppedColumn>(StringComparer.Ordinal);
        foreach (string name in JavaHashOrder.OfBuffers(all.Keys))
            ordered[name] = all[name];
        return ordered;
    }

    private SortedDictionary<string, IndexMetadata> Indexes(string table)
    {
        var indexes = new SortedDictionary<string, IndexMetadata>(StringComparer.Ordinal);
        foreach (SchemaRow row in _indexes[table])
        {
            string name = row.Text("index_name");
            indexes[name] = new IndexMetadata(name, row.Text("kind"), row.TextMap("options"));
        }

        return indexes;
    }
}
